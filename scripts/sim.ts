/**
 * Simulates weeks of watching in seconds, with faults, and holds all that happens to the laws of watching:
 * `npm run sim -- --seed 7 --days 14 --resources 20`. Without a seed it takes a fresh one; `--runs` takes several, one after the
 * other. What fails names the seed that repeats it.
 */
import { parseArgs } from "node:util";
import { simulateWatching, type SimulationResult } from "../src/testing/watch/simulation.ts";

const SHOWN_LINES = 40;
const LIMIT_SEED = 2 ** 31;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    days: { type: "string", default: "14" },
    resources: { type: "string", default: "20" },
    runs: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
  },
});

const first = values.seed === undefined ? Math.floor(Math.random() * LIMIT_SEED) : numberOf("seed");
const days = numberOf("days");
const resources = numberOf("resources");

for (let run = 0; run < numberOf("runs"); run += 1) {
  const seed = first + run;
  const startedMs = performance.now();
  const result = await simulateWatching({ seed, days, resources });
  tell(result, performance.now() - startedMs);
  if (result.violations.length > 0) process.exitCode = 1;
}

function numberOf(name: "seed" | "days" | "resources" | "runs"): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  process.stderr.write(`--${name} must be a number, 0 or more: got ${String(values[name])}\n`);
  process.exit(78);
}

function tell(result: SimulationResult, durationMs: number): void {
  const { seed, violations, trace, kills } = result;
  const { looks, incidents, attempts, messages } = result;
  const seconds = (durationMs / 1_000).toFixed(1);
  const [worst] = violations;
  if (worst !== undefined || values.trace) {
    const about = values.trace ? null : (worst?.resource ?? null);
    print(trace.last(values.trace ? Infinity : SHOWN_LINES, about).join("\n"));
  }
  for (const { resource, problem } of violations) print(`BROKEN: ${resource}: ${problem}`);
  const counts = `${String(looks)} looks, ${String(incidents)} incidents, ${String(attempts)} repairs, ${String(messages)} messages, ${String(kills)} kills`;
  print(`seed ${String(seed)}: ${String(days)} days, ${String(resources)} resources, ${counts}`);
  print(
    `  ${violations.length === 0 ? "all laws held" : "laws were broken"}; trace ${trace.sum}, ${seconds} s`,
  );
  if (violations.length === 0) return;
  const options = `--days ${String(days)} --resources ${String(resources)}`;
  print(`  again with: npm run sim -- --seed ${String(seed)} ${options}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
