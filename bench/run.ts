/**
 * Runs the benchmarks: `npm run bench`, or `node bench/run.ts [--markdown] [name …]`.
 *
 * Exit code 0 whatever the figures, 1 when a benchmark could not run. `--markdown` writes nothing but the table for
 * docs/benchmarks.md to standard output.
 */
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { assertFiles } from "./cases/assert-files.ts";
import { assertPlan } from "./cases/assert-plan.ts";
import { assertProject } from "./cases/assert-project.ts";
import { blackbox } from "./cases/blackbox.ts";
import { commandLine } from "./cases/command-line.ts";
import { deployContainers } from "./cases/deploy-containers.ts";
import { deployFiles } from "./cases/deploy-files.ts";
import { deployPlan } from "./cases/deploy-plan.ts";
import { fileDescriptors } from "./cases/file-descriptors.ts";
import { hanging } from "./cases/hanging.ts";
import { loadProject } from "./cases/load-project.ts";
import { memory } from "./cases/memory.ts";
import { newConnections } from "./cases/new-connections.ts";
import { reusedConnections } from "./cases/reused-connections.ts";
import { serveLists } from "./cases/serve-lists.ts";
import { serveLoad } from "./cases/serve-load.ts";
import { serveProbe } from "./cases/serve-probe.ts";
import { serveStatus } from "./cases/serve-status.ts";
import { serveStreams } from "./cases/serve-streams.ts";
import { silentNames } from "./cases/silent-names.ts";
import { twentyServices } from "./cases/twenty-services.ts";
import { watchFanOut } from "./cases/watch-fan-out.ts";
import { watchHttp } from "./cases/watch-http.ts";
import { watchIsolation } from "./cases/watch-isolation.ts";
import { watchRepair } from "./cases/watch-repair.ts";
import { watchScale } from "./cases/watch-scale.ts";
import { watchSimulation } from "./cases/watch-simulation.ts";
import { markdownTable, type Benchmark, type Row } from "./harness.ts";

const BENCHMARKS: readonly Benchmark[] = [
  newConnections,
  reusedConnections,
  twentyServices,
  blackbox,
  hanging,
  memory,
  silentNames,
  fileDescriptors,
  commandLine,
  assertProject,
  assertFiles,
  assertPlan,
  loadProject,
  deployPlan,
  deployFiles,
  deployContainers,
  watchScale,
  watchHttp,
  watchRepair,
  watchIsolation,
  watchFanOut,
  watchSimulation,
  serveProbe,
  serveStatus,
  serveLoad,
  serveLists,
  serveStreams,
];

// `exit` runs the handlers that end the child processes.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => process.exit(130));
}
await main();

type NamedRow = Row & { readonly name: string };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { markdown: { type: "boolean", default: false } },
  });
  const chosen =
    positionals.length === 0
      ? BENCHMARKS
      : BENCHMARKS.filter(({ name }) => positionals.includes(name));
  const names = BENCHMARKS.map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const known = names.join(", ");
    process.stderr.write(`no such benchmark: ${unknown.join(", ")}; there are ${known}\n`);
    process.exitCode = 1;
    return;
  }
  const tell = (text: string): void => {
    (values.markdown ? process.stderr : process.stdout).write(text);
  };
  tell(`Node ${process.version}, ${String(availableParallelism())} cores, load ${load()}\n`);
  const rows: NamedRow[] = [];
  for (const benchmark of chosen) {
    rows.push(...(await measure(benchmark, tell)));
  }
  tell(`\nload ${load()} at the end\n`);
  process.stdout.write(`${values.markdown ? "" : "\n"}${markdownTable(rows)}`);
}

async function measure(
  { name, run }: Benchmark,
  tell: (text: string) => void,
): Promise<NamedRow[]> {
  tell(`\n${name}\n`);
  try {
    const rows = await run((text) => {
      tell(`  (${text})\n`);
    });
    for (const row of rows) tell(shownRow(row));
    return rows.map((row) => ({ name, ...row }));
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`  could not run: ${detail}\n`);
    process.exitCode = 1;
    return [];
  }
}

function shownRow({ what, figure, beside, ratio, target, outcome }: Row): string {
  const compared = [beside, ratio === "" ? "" : `ratio ${ratio}`, `target ${target}`, outcome];
  return `  ${what}: ${figure}\n    ${compared.filter((text) => text !== "").join("; ")}\n`;
}

function load(): string {
  return loadavg()[0]?.toFixed(1) ?? "unknown";
}
