import { chmodSync, rmSync } from "node:fs";
import { testFolder } from "../../test/support/folder.ts";
import { assertMs, expectOneFailure } from "../assertions.ts";
import { Worker } from "../child.ts";
import {
  alternate,
  outcomeOf,
  ratioOf,
  shown,
  shownRatio,
  summarize,
  type Benchmark,
  type Row,
} from "../harness.ts";
import { ensureBuilt, nothingMs, rowBesideNothing } from "../program.ts";
import type { ProjectJob, ProjectOutcome } from "../workers/project.ts";

const ROUNDS = 20;
const WARM_UPS = 3;
const COUNT = 1_000;
const RESOURCES = 10;
const LIMIT_MS = 500;
/** The bare loop gets whichever suits it best. */
const IN_FLIGHT_CHOICES = [1, 4, 64, COUNT];
const CHOOSING_ROUNDS = 5;

/** A thousand assertions on a thousand files: the built command from start to exit, and the engine alone beside a bare loop. */
export const assertFiles: Benchmark = {
  name: "assert-files",
  run: async (note) => {
    ensureBuilt(note);
    using folder = testFolder();
    const files = Array.from({ length: COUNT }, (_, index) => {
      const path = folder.write(`file-${String(index)}`, "x".repeat(100));
      chmodSync(path, 0o644);
      return path;
    });
    folder.write("main.ts", projectText(files));
    const run = { args: ["--project", folder.path], count: COUNT };
    const variants = { nothing: nothingMs, ours: () => assertMs(run) };
    await alternate(WARM_UPS, variants);
    const times = await alternate(ROUNDS, variants);
    const engine = await engineRow(folder.path, files, note);
    rmSync(files[0] ?? "");
    await expectOneFailure(run);
    return [rowBesideNothing("clockwork assert, 1,000 files", times, LIMIT_MS), engine];
  },
};

function projectText(files: readonly string[]): string {
  const assertions = files.map((path, index) => {
    const options = [
      ["FileExistsAssert", { path }],
      ["FilePermissionsAssert", { path, expectedPerms: "0644" }],
      ["FileSizeAssert", { path, minBytes: 1, maxBytes: 1_000 }],
    ] as const;
    const [name, values] = options[index % options.length] ?? options[0];
    return `    new ${name}(${JSON.stringify(values)}),\n`;
  });
  const each = COUNT / RESOURCES;
  const resources = Array.from({ length: RESOURCES }, (_, index) => {
    const own = assertions.slice(index * each, (index + 1) * each).join("");
    return `new HostResource({\n  name: "part-${String(index)}",\n  assertions: [\n${own}  ],\n});\n`;
  });
  return `import {
  FileExistsAssert,
  FilePermissionsAssert,
  FileSizeAssert,
} from "clockwork/assertions";
import { HostResource } from "clockwork/resources";

${resources.join("")}`;
}

async function engineRow(
  folder: string,
  files: readonly string[],
  note: (text: string) => void,
): Promise<Row> {
  await using worker = new Worker<ProjectJob, ProjectOutcome>("workers/project.ts");
  await worker.run({ task: "open", folder });
  const timeOf = async (job: ProjectJob): Promise<number> => {
    const { durationMs, count } = await worker.run(job);
    if (count === COUNT) return durationMs;
    throw new Error(`${job.task}: ${String(count)} of ${String(COUNT)} files were as they should`);
  };
  const bare = (inFlight: number): Promise<number> => timeOf({ task: "stat", files, inFlight });
  const inFlight = await bestInFlight(bare);
  note(`the bare loop is fastest with ${inFlight.toLocaleString("en")} in flight`);
  const variants = { bare: () => bare(inFlight), ours: () => timeOf({ task: "assert" }) };
  await alternate(WARM_UPS, variants);
  const times = await alternate(ROUNDS, variants);
  const ours = summarize(times.ours);
  const loop = `bare loop of stat, ${inFlight.toLocaleString("en")} in flight`;
  return {
    what: "the engine alone, project.assert()",
    figure: shown(ours, " ms", 1),
    beside: `${loop}: ${shown(summarize(times.bare), " ms", 1)}`,
    ratio: shownRatio(ratioOf(times.ours, times.bare)),
    target: `below ${String(LIMIT_MS)} ms`,
    outcome: outcomeOf(ours.median < LIMIT_MS),
  };
}

async function bestInFlight(bare: (inFlight: number) => Promise<number>): Promise<number> {
  const variants = Object.fromEntries(
    IN_FLIGHT_CHOICES.map((inFlight) => [inFlight, () => bare(inFlight)]),
  );
  const times = await alternate(CHOOSING_ROUNDS, variants);
  const medianOf = (inFlight: number): number => summarize(times[inFlight] ?? []).median;
  return IN_FLIGHT_CHOICES.reduce((best, next) => (medianOf(next) < medianOf(best) ? next : best));
}
