import { assertion } from "../../model/assertion.ts";
import { requireOrder } from "../../model/option-rules.ts";
import { command } from "../../model/composite-types.ts";
import { integer } from "../../model/option-types.ts";
import { pattern } from "../../model/pattern-option.ts";
import { InvalidOption } from "../../model/options.ts";
import { PROCESS_NAME, selectProcesses, shownCriteria } from "../../model/process-selection.ts";
import type { World } from "../../ports/world.ts";

/** How many process ids are kept: enough to look at, however many there are. */
const LIMIT_PIDS = 10;

/**
 * A process runs. One that has ended and waits for its parent to notice (a zombie) does not.
 *
 * @example
 * ```ts
 * new ProcessRunningAssert({ name: "nginx", minCount: 2 });
 * ```
 */
export class ProcessRunningAssert extends assertion({
  kind: "process-running",
  name: "ProcessRunningAssert",
  summary: "A process runs; all that is said of it must hold.",
  uses: ["processes"],
  fields: {
    name: PROCESS_NAME.optional(
      "The name that the kernel knows it by (of which it keeps 15 bytes), or the file name of its program; a script that an interpreter runs goes by the interpreter's name unless the kernel started the script itself.",
    ),
    pattern: pattern().optional("What is found in its program and arguments, joined by spaces."),
    command: command().optional(
      "Its program and arguments, exactly; its resource's by default. One that rewrites its own command line is found by name.",
    ),
    minCount: integer(0).or(1, "How many must run at least."),
    maxCount: integer(0).optional("How many may run at most."),
  },
  bind: ({ name, pattern: searched, command: words, minCount, maxCount }, { target }) => {
    requireOrder(["minCount", minCount], ["maxCount", maxCount]);
    if (name !== null || searched !== null || words !== null) return {};
    if (target.command !== null) return { command: target.command };
    throw new InvalidOption("needs a name or a pattern, as its resource has no command", {
      code: "option-missing",
    });
  },
  claim: ({ minCount, maxCount, ...criteria }) =>
    minCount === 1 && maxCount === null
      ? `${shownCriteria(criteria)} runs`
      : `${shownCriteria(criteria)} runs as ${shownCount(minCount, maxCount)}`,
  subject: shownCriteria,
  probe: async ({ name, pattern: searched, command: words }, world: World, { signal }) => {
    const processes = await world.processes();
    const [all, hidden] = await Promise.all([processes.list(signal), processes.hidden(signal)]);
    const criteria = { name, pattern: searched, command: words };
    const { running, zombies } = selectProcesses(all, criteria);
    return {
      count: running.length,
      pids: running.slice(0, LIMIT_PIDS).map(({ pid }) => pid),
      zombieCount: zombies.length,
      hidden,
    };
  },
  judge: ({ count, pids, zombieCount, hidden }, { minCount, maxCount }) => {
    const expected = shownCount(minCount, maxCount);
    const actual = `${shownProcesses(count)}${shownPids(pids, count)}${shownZombies(zombieCount)}`;
    const isTooMany = maxCount !== null && count > maxCount;
    // More may run than those that are seen: only what more of them would not change is known.
    if (hidden !== null && !isTooMany && (count < minCount || maxCount !== null)) {
      return { verdict: "error", expected, actual: `${actual}; others are hidden, as ${hidden}` };
    }
    return {
      verdict: count >= minCount && !isTooMany ? "pass" : "fail",
      expected,
      actual,
      metrics: { processCount: count },
    };
  },
  samples: [
    {
      options: { name: "nginx" },
      observation: { count: 3, pids: [812, 813, 814], zombieCount: 0, hidden: null },
      verdict: "pass",
    },
    {
      options: { name: "nginx" },
      observation: { count: 0, pids: [], zombieCount: 1, hidden: null },
      verdict: "fail",
    },
    {
      options: { name: "nginx" },
      observation: {
        count: 0,
        pids: [],
        zombieCount: 0,
        hidden: "/proc is mounted with hidepid=2",
      },
      verdict: "error",
    },
    {
      options: { name: "java", pattern: /kafka/, maxCount: 1 },
      observation: { count: 2, pids: [41, 97], zombieCount: 0, hidden: null },
      verdict: "fail",
    },
  ],
}) {}

function shownCount(minCount: number, maxCount: number | null): string {
  if (maxCount === null) return `at least ${shownProcesses(minCount)}`;
  if (minCount === maxCount) return `exactly ${shownProcesses(minCount)}`;
  return `${String(minCount)} to ${shownProcesses(maxCount)}`;
}

function shownProcesses(count: number): string {
  if (count === 0) return "no process";
  return count === 1 ? "1 process" : `${String(count)} processes`;
}

function shownPids(pids: readonly number[], count: number): string {
  if (pids.length === 0) return "";
  const more = count > pids.length ? ", …" : "";
  return ` (pid ${pids.join(", ")}${more})`;
}

function shownZombies(count: number): string {
  if (count === 0) return "";
  return count === 1 ? ", 1 zombie" : `, ${String(count)} zombies`;
}
