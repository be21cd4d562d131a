import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { adopt } from "./child.ts";
import {
  outcomeOf,
  ratioOf,
  shown,
  shownRatio,
  summarize,
  type Outcome,
  type Row,
} from "./harness.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Where the build is; `CLOCKWORK_BENCH_DIST` names another one, to be measured instead. */
export const DIST = process.env["CLOCKWORK_BENCH_DIST"] ?? join(ROOT, "dist");

/** What is run of the build. */
export const PROGRAM: string = join(DIST, "cli/bin.js");
const LIMIT_SHOWN_CHARACTERS = 2_000;

/** What a program did, from its start to its exit. */
export interface Ended {
  /** From spawn until the process has ended and its output was read. */
  readonly durationMs: number;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables that a program gets besides those of this process. */
export type Env = Readonly<Record<string, string>>;

/**
 * Makes sure that there is a build.
 *
 * @param note - Told when there is none yet.
 */
export function ensureBuilt(note: (text: string) => void): void {
  if (existsSync(PROGRAM)) return;
  note(`${PROGRAM} is missing: npm run build`);
  execFileSync("npm", ["run", "build"], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
}

/**
 * Runs a program to its end.
 *
 * @param command - The program and its arguments.
 * @param env - Variables for it, besides ours.
 * @returns What it did, whatever its exit code.
 * @throws When it could not be started.
 */
export async function runProgram(command: readonly string[], env: Env = {}): Promise<Ended> {
  const [file = "", ...args] = command;
  const startedMs = performance.now();
  const child = adopt(
    spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } }),
  );
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  await once(child, "close");
  const durationMs = performance.now() - startedMs;
  return { durationMs, exitCode: child.exitCode, stdout, stderr };
}

/**
 * Runs the built command to its end.
 *
 * @param args - Its arguments.
 * @param env - Variables for it, besides ours.
 * @returns What it did, whatever its exit code.
 */
export async function runClockwork(args: readonly string[], env?: Env): Promise<Ended> {
  return await runProgram([process.execPath, PROGRAM, ...args], env);
}

/**
 * Times a program that must end well.
 *
 * @param run - Under way.
 * @returns How long it took, in milliseconds.
 * @throws When its exit code is another than 0.
 */
export async function timeMs(run: Promise<Ended>): Promise<number> {
  const ended = await run;
  if (ended.exitCode !== 0) throw new Error(`failed: ${shownEnded(ended)}`);
  return ended.durationMs;
}

/**
 * Times a Node that does nothing: the least that a command written for Node can take.
 *
 * @returns How long it took, in milliseconds.
 */
export async function nothingMs(): Promise<number> {
  return await timeMs(runProgram([process.execPath, "-e", "0"]));
}

/**
 * Shows what a program did, for an error message.
 *
 * @param ended - What it did.
 * @returns Its exit code, and the beginning of what it printed.
 */
export function shownEnded({ exitCode, stdout, stderr }: Ended): string {
  const text = `${stderr}${stdout}`.slice(0, LIMIT_SHOWN_CHARACTERS);
  return `exit code ${String(exitCode)}\n${text}`;
}

/** Times in milliseconds, one for each round. */
interface Times {
  readonly ours: readonly number[];
  /** Of a Node that does nothing. */
  readonly nothing: readonly number[];
}

/**
 * Compares times with those of a Node that does nothing.
 *
 * @param what - What was measured.
 * @param times - Of both, of the same rounds.
 * @param limitMs - What the median must stay below; null where there is no target.
 * @returns The row.
 */
export function rowBesideNothing(
  what: string,
  { ours, nothing }: Times,
  limitMs: number | null,
): Row {
  const time = summarize(ours);
  return {
    what,
    figure: shown(time, " ms", 1),
    beside: `node -e 0: ${shown(summarize(nothing), " ms", 1)}`,
    ratio: shownRatio(ratioOf(ours, nothing)),
    ...belowLimit(time.median, limitMs),
  };
}

function belowLimit(
  medianMs: number,
  limitMs: number | null,
): { readonly target: string; readonly outcome: Outcome } {
  if (limitMs === null) return { target: "none", outcome: "information" };
  return { target: `below ${String(limitMs)} ms`, outcome: outcomeOf(medianMs < limitMs) };
}
