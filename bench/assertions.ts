import { runClockwork, shownEnded, type Env } from "./program.ts";

/** A run of `clockwork assert`: what is asserted, and how much of it there is. */
export interface AssertRun {
  /** What stands after `clockwork assert`. */
  readonly args: readonly string[];
  /** How many assertions it carries out. */
  readonly count: number;
  /** Variables for it, besides ours. */
  readonly env?: Env;
}

/**
 * Times `clockwork assert` from start to exit, with the table that people see.
 *
 * @param run - What is asserted; all of it must pass.
 * @returns How long it took, in milliseconds.
 * @throws When not every assertion passed, or when there were more or fewer.
 */
export async function assertMs({ args, count, env }: AssertRun): Promise<number> {
  const ended = await runClockwork(["assert", ...args], env);
  const { passed, others } = countRows(ended.stdout);
  if (ended.exitCode === 0 && passed === count && others === 0) return ended.durationMs;
  throw new Error(`not exactly ${String(count)} assertions passed: ${shownEnded(ended)}`);
}

/**
 * Makes sure that what was timed looks at the world: something is broken by now, and it must say so.
 *
 * @param run - The same as before.
 * @throws When all still passed, or when more than one failed.
 */
export async function expectOneFailure({ args, count, env }: AssertRun): Promise<void> {
  const ended = await runClockwork(["assert", ...args], env);
  const { passed, others } = countRows(ended.stdout);
  if (ended.exitCode === 1 && passed === count - 1 && others === 1) return;
  throw new Error(`not exactly one of ${String(count)} assertions failed: ${shownEnded(ended)}`);
}

// Rows of the table: `✓ redis  ContainerRunningAssert  redis  running`. The summary names no kind.
function countRows(text: string): { readonly passed: number; readonly others: number } {
  const marks = [...text.matchAll(/^(\S) \S+ +\w+Assert\b/gmu)].map(([, mark]) => mark);
  const passed = marks.filter((mark) => mark === "✓").length;
  return { passed, others: marks.length - passed };
}
