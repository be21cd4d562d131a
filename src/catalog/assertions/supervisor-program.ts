import { assertion } from "../../model/assertion.ts";
import { either } from "../../model/composite-types.ts";
import { oneOf, secretReference, text, url } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { singleLine } from "../../model/text.ts";
import { closest } from "../../model/wording.ts";
import type { ProgramInfo, ProgramState } from "../../ports/supervisor.ts";
import type { World } from "../../ports/world.ts";

/** A list of a hundred names helps nobody. */
const LIMIT_NEAR = 5;

const STATES = [
  "STOPPED",
  "STARTING",
  "RUNNING",
  "BACKOFF",
  "STOPPING",
  "EXITED",
  "FATAL",
  "UNKNOWN",
] as const satisfies readonly ProgramState[];

/** What supervisord tells, or names that may have been meant when it knows no such program. */
type Observation =
  | { readonly program: Omit<ProgramInfo, "name" | "pid">; readonly near?: never }
  | { readonly program: null; readonly near: readonly string[] };

/**
 * A program under supervisord is in a certain state.
 *
 * @example
 * ```ts
 * new SupervisorProgramAssert({ program: "workers:mailer" });
 * ```
 */
export class SupervisorProgramAssert extends assertion({
  kind: "supervisor-program",
  name: "SupervisorProgramAssert",
  summary: "A program under supervisord is in a certain state.",
  uses: ["supervisor"],
  fields: {
    program: text({ most: 255 }).optional(
      "Its name, with its group before a colon where that differs; its resource's program by default.",
    ),
    expectedState: oneOf(STATES).or("RUNNING", "The state that it must be in."),
    serverUrl: either(
      url("http", "https"),
      text({ most: 4_096, like: /^unix:\/\/\/[^?#]*$/u, label: "unix:///path" }),
    ).optional("Where supervisord answers; as its own configuration says by default."),
    username: text({ most: 255 }).optional("Who asks, where supervisord wants to know."),
    password: secretReference().optional("The password of that user."),
  },
  blameForTimeout: "ourselves",
  bind: ({ program, username, password }, { target }) => {
    if ((username === null) !== (password === null)) {
      throw new InvalidOption("needs username and password, or neither of them");
    }
    if (program !== null) return {};
    if (target.program !== null) return { program: target.program };
    throw new InvalidOption("needs a program, as its resource has none", {
      code: "option-missing",
    });
  },
  claim: ({ program, expectedState }) => `supervisor program ${program ?? ""} is ${expectedState}`,
  subject: ({ program }) => program ?? "",
  probe: async (parameters, world: World, { signal }): Promise<Observation> => {
    const { program, serverUrl, username, password } = parameters;
    const supervisor = await world.supervisor();
    const programs = await supervisor.programs({ serverUrl, username, password }, signal);
    return observed(program ?? "", programs);
  },
  judge: ({ program, near }, { expectedState }) => {
    const expected = expectedState;
    if (program === null) return { verdict: "fail", expected, actual: shownNear(near) };
    const { state, description, spawnError } = program;
    if (state === expectedState) return { verdict: "pass", expected, actual: state };
    return {
      verdict: "fail",
      expected,
      actual: shownState(program),
      ...(description === spawnError ? {} : { details: singleLine(description) }),
    };
  },
  samples: [
    {
      options: { program: "web" },
      observation: {
        program: {
          state: "RUNNING",
          description: "pid 712, uptime 1:02:03",
          spawnError: "",
          exitCode: null,
        },
      },
      verdict: "pass",
    },
    {
      options: { program: "workers:mailer" },
      observation: {
        program: {
          state: "FATAL",
          description: "Exited too quickly (process log may have details)",
          spawnError: "Exited too quickly (process log may have details)",
          exitCode: 1,
        },
      },
      verdict: "fail",
    },
    {
      options: { program: "wbe" },
      observation: { program: null, near: ["web"] },
      verdict: "fail",
    },
  ],
}) {}

function observed(wanted: string, programs: readonly ProgramInfo[]): Observation {
  const name = shortName(wanted);
  const found = programs.find((each) => shortName(each.name) === name);
  if (found === undefined) return { program: null, near: nearNames(name, programs) };
  const { state, description, spawnError, exitCode } = found;
  return { program: { state, description, spawnError, exitCode } };
}

// A program whose group has its name goes by either form.
function shortName(name: string): string {
  const [group, program, ...rest] = name.split(":");
  return group === program && rest.length === 0 ? (group ?? "") : name;
}

// First those that share the group or the name, then the one that is spelled alike, otherwise whatever there is.
function nearNames(wanted: string, programs: readonly ProgramInfo[]): readonly string[] {
  const names = programs.map(({ name }) => name);
  const parts = new Set(wanted.split(":"));
  const related = names.filter((name) => name.split(":").some((part) => parts.has(part)));
  const alike = closest(wanted, names);
  if (related.length > 0) return related.slice(0, LIMIT_NEAR);
  return alike === null ? names.slice(0, LIMIT_NEAR) : [alike];
}

function shownNear(near: readonly string[]): string {
  if (near.length === 0) return "no such program; supervisord has none";
  return `no such program; there is ${near.map((name) => singleLine(name)).join(", ")}`;
}

function shownState({ state, spawnError, exitCode }: Omit<ProgramInfo, "name" | "pid">): string {
  if (spawnError !== "") return `${state}: ${singleLine(spawnError)}`;
  return state === "EXITED" && exitCode !== null ? `EXITED with ${String(exitCode)}` : state;
}
