import { ENVIRONMENT, resolveEnvironment } from "../../model/command-environment.ts";
import { command } from "../../model/composite-types.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope, Live, Subject } from "../../model/lifecycle.ts";
import { isSameThing } from "../../model/marks.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";
import type { SecretReference } from "../../model/secret.ts";
import { singleLine } from "../../model/text.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { lineRedactor } from "../lifecycles/line-redactor.ts";

const OUTPUT_LIMIT_BYTES = 256 * 1024;
/** Each of them; whatever takes longer hangs. */
const LIMIT_MS = 10 * 60_000;
const SHOWN_LINES = 5;
const SHOWN_CHARACTERS = 300;

type Parameters = JsonObject & {
  readonly check: readonly string[] | null;
  readonly apply: readonly string[];
  readonly destroy: readonly string[] | null;
  readonly cwd: string | null;
  readonly envVars: Readonly<Record<string, string | SecretReference>>;
};
type Own = Subject<Parameters>;

/**
 * Whatever commands of yours make, tell and take away. It needs an assertion: nobody else knows when all is well with it.
 *
 * @example
 * ```ts
 * new CommandResource({
 *   name: "schema",
 *   check: ["migrate", "status"],
 *   apply: ["migrate", "up"],
 *   assertions: [new CommandAssert({ command: ["migrate", "status"] })],
 * });
 * ```
 */
export class CommandResource extends resource({
  kind: "command",
  name: "CommandResource",
  summary: "Whatever commands of yours make, tell and take away.",
  fields: {
    check: command().optional(
      "Exits with 0 when all is as it should be; without it, what was applied once counts as in place.",
    ),
    apply: command().required("Makes it so; running it again must be harmless."),
    destroy: command().optional("Takes it away; nothing is done when left out."),
    cwd: PATH.optional("Where they run; in the project's folder by default."),
    envVars: ENVIRONMENT.or({}, "Their environment, as text or secret references."),
  },
  checkIntervalSeconds: 60,
  target: () => ({}),
  lifecycle: {
    settleSeconds: 10,
    replacing: [],
    claims: (_, name) => [`${PREFIX}${name}`],
    read,
    create: apply,
    update: async (subject: Own, _live, world: DeployWorld, scope) =>
      await apply(subject, world, scope),
    remove,
    list: async (project, world: DeployWorld) =>
      (await (await world.markBook()).list(project))
        .filter(({ claim }) => claim.startsWith(PREFIX))
        .map(({ marks }) => ({ marks, physical: {} })),
  },
  sample: { check: ["migrate", "status"], apply: ["migrate", "up"] },
}) {}

const PREFIX = "command:";

// The book is the machine's: two projects may call something the same.
function placeOf(name: string, root: string): string {
  return `${PREFIX}${root}#${name}`;
}

async function read(subject: Own, world: DeployWorld, scope: LifecycleScope): Promise<Live | null> {
  const marks = await (await world.markBook()).find(placeOf(subject.resource, scope.root));
  if (marks === null) return null;
  const { check } = subject.parameters;
  const live = { marks, physical: {}, isComplete: true, progress: "static" } as const;
  if (check === null) {
    const isOther = marks.specHash !== subject.marks.specHash;
    const difference = {
      field: "apply",
      live: "applied as it was declared before",
      wanted: "applied",
    };
    return { ...live, differences: isOther ? [difference] : [], description: "was applied" };
  }
  const { outcome, hide } = await run(check, { subject, world, scope });
  if (outcome.exitCode === 0) return { ...live, differences: [], description: "its check passes" };
  const ended = singleLine(hide(endOf(outcome))).slice(0, SHOWN_CHARACTERS);
  return {
    ...live,
    differences: [{ field: "check", live: ended, wanted: "exits with 0" }],
    description: `its check ${ended}`,
  };
}

// Where there is no mark yet, it comes first: what a killed process began is ours. Otherwise it tells what was applied last.
async function apply(subject: Own, world: DeployWorld, scope: LifecycleScope): Promise<JsonObject> {
  const { parameters, resource: name, marks } = subject;
  const book = await world.markBook();
  const place = placeOf(name, scope.root);
  if (!isSameThing(await book.find(place), marks)) {
    await book.write(place, marks, "command");
    scope.note("marked, not applied yet");
  }
  await mustSucceed("apply", parameters.apply, { subject, world, scope });
  if (parameters.check !== null) {
    await mustSucceed("check", parameters.check, { subject, world, scope });
  }
  scope.note("applied, not marked as such yet");
  await book.write(place, marks, "command");
  return {};
}

async function remove(subject: Own, world: DeployWorld, scope: LifecycleScope): Promise<void> {
  const book = await world.markBook();
  const { marks, parameters } = subject;
  const place = placeOf(subject.resource, scope.root);
  if (!isSameThing(await book.find(place), marks)) return;
  // What goes on under another name is still there, and still wanted.
  const isRenamed = (await book.list(marks.project)).some(
    (entry) =>
      entry.claim !== place &&
      entry.claim.startsWith(placeOf("", scope.root)) &&
      entry.marks.instance === marks.instance,
  );
  if (parameters.destroy !== null && !isRenamed) {
    await mustSucceed("destroy", parameters.destroy, { subject, world, scope });
    scope.note("destroyed, not forgotten yet");
  }
  await book.erase(place, marks);
}

interface Running {
  readonly subject: Own;
  readonly world: DeployWorld;
  readonly scope: LifecycleScope;
}

async function mustSucceed(
  what: string,
  command: readonly string[],
  running: Running,
): Promise<void> {
  const { outcome, hide } = await run(command, running);
  if (outcome.exitCode === 0) return;
  const lines = `${outcome.stdout}\n${outcome.stderr}`.split("\n").filter((line) => line !== "");
  const shown = lines.slice(-SHOWN_LINES).map((line) => singleLine(hide(line)));
  const output = shown.map((line) => `\n  ${line.slice(0, SHOWN_CHARACTERS)}`).join("");
  throw new DeployError(`its ${what} command ${command[0] ?? ""} ${howItEnded(outcome)}${output}`);
}

async function run(
  command: readonly string[],
  { subject, world, scope }: Running,
): Promise<{ readonly outcome: CommandOutcome; readonly hide: (text: string) => string }> {
  const { envVars, cwd } = subject.parameters;
  const { variables, secrets } = await resolveEnvironment(envVars, world.secrets.resolve);
  const commands = await world.commands();
  const limit = new AbortController();
  const cancel = world.clock.after(LIMIT_MS, () => {
    limit.abort(new DeployError(`its command ${command[0] ?? ""} did not end within 10 minutes`));
  });
  try {
    const outcome = await commands.run(command, {
      signal: AbortSignal.any([scope.signal, limit.signal]),
      limitBytes: OUTPUT_LIMIT_BYTES,
      env: variables,
      ...(cwd === null ? {} : { cwd }),
    });
    return { outcome, hide: lineRedactor(secrets) };
  } finally {
    cancel();
  }
}

function howItEnded({ exitCode, exitSignal }: CommandOutcome): string {
  return exitCode === null
    ? `was ended by ${String(exitSignal)}`
    : `exited with ${String(exitCode)}`;
}

function endOf(outcome: CommandOutcome): string {
  const last = `${outcome.stdout}\n${outcome.stderr}`.trimEnd().split("\n").at(-1) ?? "";
  return last === "" ? howItEnded(outcome) : `${howItEnded(outcome)}: ${last}`;
}
