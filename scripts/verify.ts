/**
 * Says whether the project is ready: everything that is generated, formatted, typed, layered, used, built and tested as it
 * should be. `npm test` and CI run this and nothing else.
 */
import { spawn } from "node:child_process";

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly durationMs: number;
}

const STATIC_CHECKS: readonly Step[] = [
  { name: "types", command: ["tsc", "--noEmit"] },
  { name: "generated files are fresh", command: ["node", "scripts/generate.ts", "--check"] },
  { name: "format", command: ["prettier", "--check", "--log-level", "warn", "."] },
  { name: "lint", command: ["eslint", "--max-warnings", "0", "."] },
  { name: "layers", command: ["depcruise", "src", "--output-type", "err"] },
  { name: "dead code", command: ["knip"] },
];
const TESTS: Step = { name: "tests", command: ["vitest", "run", ...process.argv.slice(2)] };

/** As many as a small machine has processors. */
const CONCURRENCY = 2;

const failed: string[] = [];
const queue = [...STATIC_CHECKS];
await Promise.all(Array.from({ length: CONCURRENCY }, worker));
report(TESTS.name, await run(TESTS, "show"));

if (failed.length > 0) {
  process.stdout.write(`\nNot ready: ${failed.join(", ")}.\n`);
  process.exitCode = 1;
} else process.stdout.write("\nReady.\n");

async function worker(): Promise<void> {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    report(step.name, await run(step, "keep"));
  }
}

function report(name: string, { code, output, durationMs }: Outcome): void {
  const isFine = code === 0;
  process.stdout.write(`${isFine ? "✓" : "✗"} ${name} (${(durationMs / 1_000).toFixed(1)} s)\n`);
  if (isFine) return;
  failed.push(name);
  if (output !== "") process.stdout.write(`${output.trimEnd()}\n`);
}

// Runs a command; its output is kept for when it fails, or shown as it comes.
async function run({ command }: Step, mode: "keep" | "show"): Promise<Outcome> {
  const [file, ...args] = command;
  const startedMs = performance.now();
  const child = spawn(file, args, {
    stdio: mode === "show" ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  }
  const { promise, resolve } = Promise.withResolvers<number>();
  child.on("error", (error) => {
    chunks.push(Buffer.from(error.message));
    resolve(1);
  });
  child.on("close", (code) => {
    resolve(code ?? 1);
  });
  const code = await promise;
  const output = Buffer.concat(chunks).toString("utf8");
  return { code, output, durationMs: performance.now() - startedMs };
}
