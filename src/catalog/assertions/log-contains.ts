import { boundedWork } from "../../model/bounded-work.ts";
import { assertion } from "../../model/assertion.ts";
import { CONTAINER_FIELDS, containerOf, ownContainer } from "../../model/container-option.ts";
import { quotedExcerpt } from "../../model/excerpt.ts";
import { boolean, integer } from "../../model/option-types.ts";
import { expressionOf, pattern, shownPattern, type Pattern } from "../../model/pattern-option.ts";
import type { World } from "../../ports/world.ts";

const SHOWN_CHARACTERS = 120;

/** How many of the last lines are shown when none of all matched. */
const SHOWN_LINES = 10;

/**
 * One of the last lines that a container printed matches a pattern, or none does.
 *
 * Both its outputs are looked at, line by line: a pattern cannot match across lines.
 *
 * @example
 * ```ts
 * new LogContainsAssert({ container: "app", pattern: /panic|fatal/i, lines: 500, absent: true });
 * ```
 */
export class LogContainsAssert extends assertion({
  kind: "log-contains",
  name: "LogContainsAssert",
  summary: "One of the last lines that a container printed matches a pattern, or none does.",
  blameForTimeout: "ourselves",
  uses: ["containers"],
  fields: {
    pattern: pattern().required("What a line must match."),
    lines: integer(1, 10_000).or(100, "How many of the last lines are looked at."),
    absent: boolean().or(false, "True when no line may match."),
    ...CONTAINER_FIELDS,
  },
  bind: ({ container, engine }, { target }) => ownContainer({ container, engine }, target),
  claim: ({ container, pattern: wanted, lines, absent }) =>
    `the last ${lines === 1 ? "line" : `${String(lines)} lines`} of container ${container ?? ""} ` +
    `${absent ? "do not match" : "match"} ${shown(wanted)}`,
  subject: ({ container, pattern: wanted }) => `${container ?? ""} ${shown(wanted)}`,
  probe: async (options, world: World, { signal }) => {
    const containers = await world.containers();
    return await containers.logs(containerOf(options), { lines: options.lines, signal });
  },
  judge: (log, { pattern: wanted, absent }) => {
    const expected = `${absent ? "no line" : "a line"} matching ${shown(wanted)}`;
    if (log === null) return { verdict: "fail", expected, actual: "no such container" };
    const expression = expressionOf(wanted);
    const { lines, isTruncated } = log;
    const search = (): string | undefined => lines.findLast((line) => expression.test(line));
    const match = boundedWork("searching the log", search) ?? null;
    if (match !== null) {
      const actual = quotedExcerpt(match, SHOWN_CHARACTERS);
      return { verdict: absent ? "fail" : "pass", expected, actual };
    }
    const actual = unmatched(lines.length);
    const details = lines.length === 0 ? {} : { details: lastOf(lines) };
    if (isTruncated) {
      return {
        verdict: "error",
        expected,
        actual: `${actual}; the others were too long`,
        ...details,
      };
    }
    return absent
      ? { verdict: "pass", expected, actual }
      : { verdict: "fail", expected, actual, ...details };
  },
  samples: [
    {
      options: { container: "app", pattern: /ready/u },
      observation: {
        lines: ["starting", "ready to accept connections"],
        isTruncated: false,
      },
      verdict: "pass",
    },
    {
      options: { container: "app", pattern: /ready/u },
      observation: { lines: ["starting"], isTruncated: false },
      verdict: "fail",
    },
    {
      options: { container: "app", pattern: /panic/u, absent: true },
      observation: {
        lines: ["panic: runtime error: index out of range"],
        isTruncated: false,
      },
      verdict: "fail",
    },
    {
      options: { container: "app", pattern: /panic/u, absent: true },
      observation: { lines: ["GET /"], isTruncated: true },
      verdict: "error",
    },
  ],
}) {}

function shown(wanted: Pattern): string {
  const text = shownPattern(wanted);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

function unmatched(count: number): string {
  if (count === 0) return "nothing was printed";
  return count === 1 ? "none in 1 line" : `none in ${String(count)} lines`;
}

function lastOf(log: readonly string[]): string {
  return log
    .slice(-SHOWN_LINES)
    .map((line) => line.slice(0, SHOWN_CHARACTERS))
    .join("\n");
}
