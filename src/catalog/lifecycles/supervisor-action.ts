import type { ActionDefinition, ActionScope } from "../../model/action.ts";
import { either } from "../../model/composite-types.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { OptionType } from "../../model/option-type.ts";
import { boolean, duration, secretReference, text, url } from "../../model/option-types.ts";
import { InvalidOption, type ValuesOf } from "../../model/options.ts";
import { PROGRAM_NAME, selectionOf, shownSelection } from "../../model/program-name.ts";
import type { SecretReference } from "../../model/secret.ts";
import { singleLine } from "../../model/text.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { ProgramInfo } from "../../ports/supervisor.ts";
import type { Programs } from "./supervisor-programs.ts";
import { withinLimit } from "./within-limit.ts";

const REFERENCE = secretReference();
const PLAIN = text({ most: 4_096 });

// People write a reference, and the types say so; what a task holds is not refused.
const PASSWORD = new OptionType<SecretReference, SecretReference | string>(
  REFERENCE.label,
  (value) => (typeof value === "string" ? PLAIN.read(value) : REFERENCE.read(value)),
  { isSecret: true },
);

/** Options of all actions that have to do with programs under supervisord. */
const SUPERVISOR_ACTION_FIELDS = {
  supervisorProgramName: PROGRAM_NAME.optional(
    "Which program: name, group:name, or group:* for all of a group; its resource's program by default.",
  ),
  serverUrl: either(
    url("http", "https"),
    text({ most: 4_096, like: /^unix:\/\/\/[^?#]*$/u, label: "unix:///path" }),
  ).optional("Where supervisord answers; as its own configuration says by default."),
  username: text({ most: 255 }).optional("Who asks, where supervisord wants to know."),
  password: PASSWORD.optional("The password of that user."),
  wait: boolean().or(true, "Whether it waits until that is done."),
  timeout: duration().or(60, "How long it may take."),
};

/** What all actions have in common that have to do with programs under supervisord. */
export const SUPERVISOR_ACTION = {
  fields: SUPERVISOR_ACTION_FIELDS,
  secrets: ["password"],
  check: ({ username, password }) => {
    if ((username === null) === (password === null)) return;
    throw new InvalidOption("needs username and password, or neither of them");
  },
  // Longer than what people will wait: their own limit is the option.
  timeoutSeconds: 86_400,
  sample: { supervisorProgramName: "workers:mailer" },
} satisfies Partial<ActionDefinition<typeof SUPERVISOR_ACTION_FIELDS, DeployWorld>>;

/** What an action was asked to do. */
type SupervisorActionValues = ValuesOf<typeof SUPERVISOR_ACTION_FIELDS>;

/**
 * Does something with programs within the time that it may take.
 *
 * @param parameters - Which programs, and how long.
 * @param at - The world, and where the action is carried out.
 * @param at.world - The world.
 * @param at.scope - Names the program where the parameters do not.
 * @param doing - What is done, for when it takes too long: `restarting`.
 * @param task - Does it.
 * @returns What the task returns.
 * @throws {@link DeployError} When it cannot be done, takes too long, or nobody says which program is meant.
 */
export async function withPrograms<T>(
  parameters: SupervisorActionValues,
  { world, scope }: { readonly world: DeployWorld; readonly scope: ActionScope },
  doing: string,
  task: (programs: Programs) => Promise<T>,
): Promise<T> {
  const { serverUrl, username, password, timeout } = parameters;
  const name = parameters.supervisorProgramName ?? scope.target.program;
  const selection = name === null ? null : selectionOf(name);
  if (selection === null) {
    throw new DeployError("needs supervisorProgramName: its resource is no program of supervisord");
  }
  const { clock } = world;
  const control = await world.supervisorControl();
  const address = { serverUrl, username, password };
  return await withinLimit(
    {
      clock,
      signal: scope.signal,
      seconds: timeout,
      doing: `${doing} ${shownSelection(selection)}`,
    },
    (signal) => task({ control, address, selection, clock, signal }),
  );
}

/**
 * Names programs for a report.
 *
 * @param infos - Which.
 * @returns Such as `program web`, `3 programs (workers:a, workers:b, …)`.
 */
export function shownPrograms(infos: readonly Pick<ProgramInfo, "name">[]): string {
  const names = infos.map(({ name }) => singleLine(name));
  if (names.length === 1) return `program ${names.join()}`;
  const more = names.length > LIMIT_NAMES ? ", …" : "";
  return `${String(names.length)} programs (${names.slice(0, LIMIT_NAMES).join(", ")}${more})`;
}

const LIMIT_NAMES = 5;
