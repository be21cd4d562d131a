import { testFolder } from "../../test/support/folder.ts";
import { Worker } from "../child.ts";
import { endsWith, filesProject } from "../deploys.ts";
import {
  alternate,
  outcomeOf,
  ratioOf,
  shown,
  shownRatio,
  summarize,
  type Benchmark,
} from "../harness.ts";
import { ensureBuilt, nothingMs, rowBesideNothing, runClockwork } from "../program.ts";
import type { ProjectJob, ProjectOutcome } from "../workers/project.ts";

const ROUNDS = 10;
const WARM_UPS = 1;
const COUNT = 200;
const LIMIT_MS = 1_000;

/** Applying 200 files that do not depend on one another, journaled and proven, beside writing them with nothing else. */
export const deployFiles: Benchmark = {
  name: "deploy-files",
  run: async (note) => {
    ensureBuilt(note);
    using folder = testFolder();
    using bare = testFolder();
    folder.write("main.ts", filesProject(COUNT));
    const env = { CW_MARKS_DIR: `${folder.path}/marks` };
    const files = Array.from({ length: COUNT }, (_, index) => `${bare.path}/${String(index)}`);
    await using worker = new Worker<ProjectJob, ProjectOutcome>("workers/project.ts", { env });
    await worker.run({ task: "open", folder: folder.path });
    const timeOf = async (job: ProjectJob): Promise<number> => {
      const { durationMs, count } = await worker.run(job);
      if (count === COUNT) return durationMs;
      throw new Error(`${job.task}: ${String(count)} of ${String(COUNT)} files`);
    };
    const onProject = ["--yes", "--project", folder.path];
    const variants = {
      nothing: nothingMs,
      ours: async () => {
        const durationMs = await endsWith(runClockwork(["apply", ...onProject], env), 0);
        await endsWith(runClockwork(["destroy", ...onProject], env), 0);
        return durationMs;
      },
      engine: async () => {
        const durationMs = await timeOf({ task: "apply" });
        await timeOf({ task: "destroy" });
        return durationMs;
      },
      bare: () => timeOf({ task: "write", files }),
    };
    await alternate(WARM_UPS, variants);
    const times = await alternate(ROUNDS, variants);
    const engine = summarize(times.engine);
    return [
      rowBesideNothing(`clockwork apply, ${String(COUNT)} files`, times, LIMIT_MS),
      {
        what: "the engine alone, project.apply()",
        figure: shown(engine, " ms", 1),
        beside: `writing and syncing them, no journal: ${shown(summarize(times.bare), " ms", 1)}`,
        ratio: shownRatio(ratioOf(times.engine, times.bare)),
        target: `below ${String(LIMIT_MS)} ms`,
        outcome: outcomeOf(engine.median < LIMIT_MS),
      },
    ];
  },
};
