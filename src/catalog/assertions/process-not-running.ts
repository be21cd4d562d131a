import { assertion } from "../../model/assertion.ts";
import { requireAny } from "../../model/option-rules.ts";
import { pattern } from "../../model/pattern-option.ts";
import { PROCESS_NAME, selectProcesses, shownCriteria } from "../../model/process-selection.ts";
import type { World } from "../../ports/world.ts";

/** How many process ids are kept: enough to look at, however many there are. */
const LIMIT_PIDS = 10;

/**
 * No such process runs. One that has ended and waits for its parent to notice (a zombie) does not run.
 *
 * @example
 * ```ts
 * new ProcessNotRunningAssert({ name: "telnetd" });
 * ```
 */
export class ProcessNotRunningAssert extends assertion({
  kind: "process-not-running",
  name: "ProcessNotRunningAssert",
  summary: "No such process runs; a name or a pattern must be given, or both.",
  uses: ["processes"],
  fields: {
    name: PROCESS_NAME.optional(
      "The name that the kernel knows it by (of which it keeps 15 bytes), or the file name of its program.",
    ),
    pattern: pattern().optional("What is found in its program and arguments, joined by spaces."),
  },
  bind: ({ name, pattern: searched }) => {
    requireAny({ name, pattern: searched });
    return {};
  },
  claim: (parameters) => `${shown(parameters)} does not run`,
  subject: (parameters) => shown(parameters),
  probe: async ({ name, pattern: searched }, world: World, { signal }) => {
    const processes = await world.processes();
    const [all, hidden] = await Promise.all([processes.list(signal), processes.hidden(signal)]);
    const { running } = selectProcesses(all, { name, pattern: searched, command: null });
    return {
      count: running.length,
      pids: running.slice(0, LIMIT_PIDS).map(({ pid }) => pid),
      hidden,
    };
  },
  judge: ({ count, pids, hidden }) => {
    const expected = "no process";
    const metrics = { processCount: count };
    if (count > 0) return { verdict: "fail", expected, actual: shownRunning(count, pids), metrics };
    if (hidden === null) return { verdict: "pass", expected, actual: "no process", metrics };
    const actual = `no process that we may see: others are hidden, as ${hidden}`;
    return { verdict: "error", expected, actual };
  },
  samples: [
    {
      options: { name: "telnetd" },
      observation: { count: 0, pids: [], hidden: null },
      verdict: "pass",
    },
    {
      options: { name: "telnetd" },
      observation: { count: 0, pids: [], hidden: "/proc is mounted with hidepid=2" },
      verdict: "error",
    },
    {
      options: { name: "node", pattern: /--inspect/ },
      observation: { count: 1, pids: [4_711], hidden: null },
      verdict: "fail",
    },
  ],
}) {}

function shown({
  name,
  pattern: searched,
}: Pick<Parameters<typeof shownCriteria>[0], "name" | "pattern">): string {
  return shownCriteria({ name, pattern: searched, command: null });
}

function shownRunning(count: number, pids: readonly number[]): string {
  const more = count > pids.length ? ", …" : "";
  const processes = count === 1 ? "1 process" : `${String(count)} processes`;
  return `${processes} (pid ${pids.join(", ")}${more})`;
}
