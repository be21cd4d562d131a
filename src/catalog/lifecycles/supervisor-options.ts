import type { SecretReference } from "../../model/secret.ts";
import { ObservationError } from "../../model/errors.ts";
import type { LifecycleScope, Subject } from "../../model/lifecycle.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { ProgramDefinition, ProgramPlace } from "../../ports/supervisor-control.ts";
import { absolutePath } from "./git-path.ts";

/** The options of a program under supervisord, as read. */
// An interface has no index signature, which options as plain data need.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type ProgramOptions = {
  readonly program: string | null;
  readonly command: readonly string[] | null;
  readonly cwd: string | null;
  readonly user: string | null;
  readonly envVars: Readonly<Record<string, string | SecretReference>>;
  readonly autoStart: boolean;
  readonly autoRestart: boolean;
  readonly serverUrl: string | null;
  readonly username: string | null;
  readonly password: SecretReference | null;
  readonly configFolder: string | null;
};

/** A program that should be. */
export type ProgramSubject = Subject<ProgramOptions>;

/** How a program should be run, as far as it could be looked up. */
export interface WantedProgram {
  readonly definition: ProgramDefinition;
  /** All secrets in it: nothing that is shown may hold them. */
  readonly secrets: readonly string[];
  /** The variables whose secrets could not be looked up, with the reason; they are not in the definition. */
  readonly missing: ReadonlyMap<string, string>;
}

/**
 * Names a program.
 *
 * @param subject - The program.
 * @returns As supervisord calls it.
 */
export function programOf({ parameters, resource }: ProgramSubject): string {
  return parameters.program ?? resource;
}

/**
 * Tells where a program is, and its section.
 *
 * @param subject - The program.
 * @param root - The folder of the project.
 * @returns Its place.
 */
export function placeOf(subject: ProgramSubject, root: string): ProgramPlace {
  const { serverUrl, username, password, configFolder } = subject.parameters;
  const file = subject.physical?.["file"];
  return {
    address: { serverUrl, username, password },
    program: programOf(subject),
    configFolder: configFolder === null ? null : absolutePath(root, configFolder),
    knownFile: typeof file === "string" ? file : null,
  };
}

/**
 * Says how a program should be run. Its secrets are looked up; one that is not there is told, and stops nobody from looking.
 *
 * @param subject - The program.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its definition. Paths are absolute: nobody knows where supervisord was started.
 */
export async function wantedOf(
  { parameters }: ProgramSubject,
  world: DeployWorld,
  { root }: LifecycleScope,
): Promise<WantedProgram> {
  const { envVars, autoStart, autoRestart, user } = parameters;
  const { variables, ...found } = await variablesOf(envVars, world);
  const cwd = parameters.cwd === null ? null : absolutePath(root, parameters.cwd);
  const [program = "", ...args] = parameters.command ?? [];
  const isPath = program.includes("/");
  const command = [isPath ? absolutePath(cwd ?? root, program) : program, ...args];
  return { ...found, definition: { command, cwd, user, variables, autoStart, autoRestart } };
}

async function variablesOf(
  envVars: ProgramOptions["envVars"],
  world: DeployWorld,
): Promise<Omit<WantedProgram, "definition"> & Pick<ProgramDefinition, "variables">> {
  const variables = new Map<string, string>();
  const secrets: string[] = [];
  const missing = new Map<string, string>();
  for (const [name, value] of Object.entries(envVars)) {
    const found = typeof value === "string" ? value : await secretAt(value, world);
    if (found instanceof ObservationError) missing.set(name, found.message);
    else variables.set(name, found);
    if (typeof value !== "string" && typeof found === "string") secrets.push(found);
  }
  return { variables: Object.fromEntries(variables), secrets, missing };
}

async function secretAt(
  reference: SecretReference,
  { secrets }: DeployWorld,
): Promise<string | ObservationError> {
  try {
    return await secrets.resolve(reference);
  } catch (error) {
    if (error instanceof ObservationError) return error;
    throw error;
  }
}
