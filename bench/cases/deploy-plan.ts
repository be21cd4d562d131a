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

const ROUNDS = 15;
const WARM_UPS = 2;
const COUNT = 500;
const LIMIT_MS = 300;
const CHANGES = 2;

/** A plan of 500 files that are all to be made: the built command from start to exit, and the engine alone. */
export const deployPlan: Benchmark = {
  name: "deploy-plan",
  run: async (note) => {
    ensureBuilt(note);
    using folder = testFolder();
    folder.write("main.ts", filesProject(COUNT));
    const env = { CW_MARKS_DIR: `${folder.path}/marks` };
    const args = ["plan", "--detailed-exitcode", "--project", folder.path];
    await using worker = new Worker<ProjectJob, ProjectOutcome>("workers/project.ts", { env });
    await worker.run({ task: "open", folder: folder.path });
    const variants = {
      nothing: nothingMs,
      ours: () => endsWith(runClockwork(args, env), CHANGES),
      engine: async () => {
        const { durationMs, count } = await worker.run({ task: "plan" });
        if (count !== COUNT) throw new Error(`${String(count)} of ${String(COUNT)} were planned`);
        return durationMs;
      },
    };
    await alternate(WARM_UPS, variants);
    const times = await alternate(ROUNDS, variants);
    const engine = summarize(times.engine);
    return [
      rowBesideNothing(`clockwork plan, ${String(COUNT)} resources`, times, LIMIT_MS),
      {
        what: "the engine alone, project.plan()",
        figure: shown(engine, " ms", 1),
        beside: `node -e 0: ${shown(summarize(times.nothing), " ms", 1)}`,
        ratio: shownRatio(ratioOf(times.engine, times.nothing)),
        target: `below ${String(LIMIT_MS)} ms`,
        outcome: outcomeOf(engine.median < LIMIT_MS),
      },
    ];
  },
};
