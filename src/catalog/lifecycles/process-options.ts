import { ObservationError } from "../../model/errors.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { Subject } from "../../model/lifecycle.ts";
import type { SecretReference } from "../../model/secret.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { ProcessIdentity } from "../../ports/process-host.ts";
import { absolutePath } from "./git-path.ts";

/** Options of a process, as read. */
export type ProcessParameters = JsonObject & {
  readonly command: readonly string[];
  readonly cwd: string | null;
  readonly envVars: Readonly<Record<string, string | SecretReference>>;
  readonly stopSignal: string;
  readonly stopGrace: number;
  readonly logFile: string | null;
  readonly logMaxMb: number;
  readonly logKeep: number;
};

/** A process that should be. */
export type ProcessSubject = Subject<ProcessParameters>;

/** The variables of a process, as far as they could be looked up. */
export interface WantedVariables {
  readonly variables: Readonly<Record<string, string>>;
  /** The secrets among them: nothing that is shown may hold them. */
  readonly secrets: readonly string[];
  /** Those whose secret is not there, with the reason. */
  readonly missing: ReadonlyMap<string, string>;
}

/**
 * Looks up the variables of a process. A secret that is not there is told, and keeps nobody from looking at the process, or
 * from ending it.
 *
 * @param subject - The process.
 * @param world - The world.
 * @returns Its variables.
 */
export async function wantedVariables(
  { parameters }: ProcessSubject,
  { secrets }: DeployWorld,
): Promise<WantedVariables> {
  const variables: [string, string][] = [];
  const values: string[] = [];
  const missing = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters.envVars)) {
    try {
      const found = typeof value === "string" ? value : await secrets.resolve(value);
      variables.push([name, found]);
      if (typeof value !== "string") values.push(found);
    } catch (error) {
      if (!(error instanceof ObservationError)) throw error;
      missing.set(name, error.message);
    }
  }
  return { variables: Object.fromEntries(variables), secrets: values, missing };
}

/**
 * Tells where a process prints to.
 *
 * @param subject - The process.
 * @param root - The folder of the project.
 * @returns Its log file, absolute.
 */
export function logFileOf({ parameters, resource }: ProcessSubject, root: string): string {
  return absolutePath(root, parameters.logFile ?? `.clockwork/logs/${resource}.log`);
}

/**
 * Writes down which process it is.
 *
 * @param identity - The process.
 * @returns Plain data.
 */
export function physicalOf({ pid, startTicks, bootId }: ProcessIdentity): JsonObject {
  return { pid, startTicks, bootId };
}

/**
 * Reads which process it is.
 *
 * @param physical - As {@link physicalOf} wrote it; null before it was made.
 * @returns Null when it does not say.
 */
export function identityOf(physical: JsonObject | null): ProcessIdentity | null {
  const pid = countOf(physical?.["pid"]);
  const startTicks = countOf(physical?.["startTicks"]);
  const bootId = physical?.["bootId"];
  if (pid === null || startTicks === null || typeof bootId !== "string") return null;
  return { pid, startTicks, bootId };
}

function countOf(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
