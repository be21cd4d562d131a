import { assertion } from "../../model/assertion.ts";
import { list } from "../../model/composite-types.ts";
import { OptionType } from "../../model/option-type.ts";
import { oneOf } from "../../model/option-types.ts";
import { ObservationError } from "../../model/errors.ts";
import { InvalidOption } from "../../model/options.ts";
import { selectProcesses } from "../../model/process-selection.ts";
import type { Target } from "../../model/target.ts";
import type { World } from "../../ports/world.ts";

const LIMIT_NAME_CHARACTERS = 256;
const SHOWN_NAMES = 10;

/** A program that forks has as many processes with one command; more than these say nothing new. */
const LIMIT_PROCESSES = 64;

type Place = "container" | "process" | "own";

/** Names only: what was seen must never hold a value. */
interface Seen {
  /** What the variables should be in is not there. */
  readonly isGone: boolean;
  /** Names of variables that are absent or empty. */
  readonly missing: readonly string[];
}

interface Look {
  readonly envVars: readonly string[];
  readonly target: Target;
  readonly signal: AbortSignal;
}

// Somebody who writes a whole assignment must not see its value in the message.
const variableName = new OptionType<string, string>("name of an environment variable", (value) => {
  const isName =
    typeof value === "string" &&
    value.length <= LIMIT_NAME_CHARACTERS &&
    /^[^=\s\p{Cc}]+$/u.test(value);
  if (isName) return value;
  throw new InvalidOption("must be the name of an environment variable, without its value");
});

/**
 * Environment variables are set, and not empty.
 *
 * Looked at is the environment of the resource's container, as configured and as its first process was started where we may
 * read that, or of its process as it was started (of each, where several run the same command), otherwise our own. Names are all that is ever shown.
 *
 * @example
 * ```ts
 * new SecretsPresentAssert({ envVars: ["DB_PASSWORD", "API_KEY"] });
 * ```
 */
export class SecretsPresentAssert extends assertion({
  kind: "secrets-present",
  name: "SecretsPresentAssert",
  summary: "Environment variables are set, and not empty.",
  blameForTimeout: "ourselves",
  uses: ["containers", "processes"],
  fields: {
    envVars: list(variableName, { least: 1, most: 100 }).required("The names of the variables."),
    environment: oneOf(["container", "process", "own"]).optional(
      "Whose environment is looked at; by default that of its resource's container or process, otherwise our own.",
    ),
  },
  bind: ({ environment }, { target }) => {
    const place = environment ?? placeOf(target);
    if (place === "container" && target.container === null) {
      throw notA("container");
    }
    if (place === "process" && target.command === null) throw notA("process");
    return { environment: place };
  },
  claim: ({ envVars, environment }) =>
    `${listed(envVars)} ${envVars.length === 1 ? "is" : "are"} set in ${owner(environment)} environment`,
  subject: ({ envVars }) => listed(envVars),
  probe: async ({ envVars, environment }, world: World, { target, signal }) => {
    const look = { envVars, target, signal };
    if (environment === "container") return await lookInContainer(world, look);
    if (environment === "process") return await lookInProcesses(world, look);
    const missing = envVars.filter((name) => !world.secrets.hasVariable(name));
    return { isGone: false, missing };
  },
  judge: ({ isGone, missing }: Seen, { envVars, environment }) => {
    const expected = envVars.length === 1 ? "set" : "all set";
    if (isGone) {
      const actual = environment === "container" ? "no such container" : "no such process";
      return { verdict: "fail", expected, actual };
    }
    return missing.length === 0
      ? { verdict: "pass", expected, actual: expected }
      : { verdict: "fail", expected, actual: `missing or empty: ${listed(missing)}` };
  },
  samples: [
    {
      options: { envVars: ["DB_PASSWORD", "API_KEY"] },
      observation: { isGone: false, missing: [] },
      verdict: "pass",
    },
    {
      options: { envVars: ["DB_PASSWORD", "API_KEY"] },
      observation: { isGone: false, missing: ["API_KEY"] },
      verdict: "fail",
    },
    {
      options: { envVars: ["DB_PASSWORD"], environment: "container" },
      observation: { isGone: true, missing: [] },
      verdict: "fail",
    },
  ],
}) {}

function placeOf({ container, command }: Target): Place {
  if (container !== null) return "container";
  return command === null ? "own" : "process";
}

function notA(place: Place): InvalidOption {
  return new InvalidOption(`must be what its resource is: got ${place}`, {
    property: "environment",
  });
}

async function lookInContainer(world: World, { envVars, target, signal }: Look): Promise<Seen> {
  if (target.container === null) throw notA("container");
  const containers = await world.containers();
  const state = await containers.find(target.container, signal);
  if (state === null) return { isGone: true, missing: [] };
  const missing = missingFrom(state.environment, envVars);
  if (missing.length === 0 || state.pid === null) return { isGone: false, missing };
  // What the engine itself adds, such as PATH, is in no configuration.
  const own = await environmentOfFirst(world, state.pid, signal);
  return { isGone: false, missing: missingFrom(own, missing) };
}

// Empty when we may not look: what the container is configured with stands on its own.
async function environmentOfFirst(
  world: World,
  pid: number,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  try {
    const processes = await world.processes();
    return (await processes.environment(pid, signal)) ?? {};
  } catch (error) {
    if (error instanceof ObservationError) return {};
    throw error;
  }
}

async function lookInProcesses(world: World, { envVars, target, signal }: Look): Promise<Seen> {
  const processes = await world.processes();
  const criteria = { name: null, pattern: null, command: target.command };
  const { running } = selectProcesses(await processes.list(signal), criteria);
  const missing = new Set<string>();
  let isGone = true;
  for (const { pid } of running.slice(0, LIMIT_PROCESSES)) {
    const environment = await processes.environment(pid, signal);
    if (environment === null) continue;
    isGone = false;
    for (const name of missingFrom(environment, envVars)) missing.add(name);
  }
  return { isGone, missing: envVars.filter((name) => missing.has(name)) };
}

function missingFrom(
  environment: Readonly<Record<string, string>>,
  names: readonly string[],
): readonly string[] {
  return names.filter((name) => !Object.hasOwn(environment, name) || environment[name] === "");
}

function owner(environment: Place | null): string {
  return environment === "own" || environment === null ? "our own" : `the ${environment}'s`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).join(", ");
  const more = names.length - SHOWN_NAMES;
  return more > 0 ? `${shown} and ${String(more)} more` : shown;
}
