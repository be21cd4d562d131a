import { testFolder } from "../../test/support/folder.ts";
import { Worker } from "../child.ts";
import { alternate, ratioOf, shown, shownRatio, summarize, type Benchmark } from "../harness.ts";
import { ensureBuilt, nothingMs, rowBesideNothing } from "../program.ts";
import type { ProjectJob, ProjectOutcome } from "../workers/project.ts";

const ROUNDS = 20;
const WARM_UPS = 3;
const COUNT = 500;

/** Opening a project of 500 resources as a library does, beside a Node that does nothing, and beside a project of one. */
export const loadProject: Benchmark = {
  name: "load-project",
  run: async (note) => {
    ensureBuilt(note);
    using many = testFolder();
    using single = testFolder();
    many.write("main.ts", projectText(COUNT));
    single.write("main.ts", projectText(1));
    await using worker = new Worker<ProjectJob, ProjectOutcome>("workers/project.ts");
    const open = async (folder: string, needed: number): Promise<number> => {
      const { durationMs, count } = await worker.run({ task: "open", folder });
      if (count === needed) return durationMs;
      throw new Error(`${String(count)} of ${String(needed)} resources were opened`);
    };
    const variants = {
      nothing: nothingMs,
      ours: () => open(many.path, COUNT),
      one: () => open(single.path, 1),
    };
    await alternate(WARM_UPS, variants);
    const times = await alternate(ROUNDS, variants);
    const what = `openProject, ${String(COUNT)} resources`;
    return [
      rowBesideNothing(what, times, null),
      {
        what: "the same, beside a project of one",
        figure: shown(summarize(times.ours), " ms", 1),
        beside: `one resource: ${shown(summarize(times.one), " ms", 1)}`,
        ratio: shownRatio(ratioOf(times.ours, times.one)),
        target: "none",
        outcome: "information",
      },
    ];
  },
};

function projectText(count: number): string {
  const resources = Array.from({ length: count }, (_, index) => {
    const number = String(index);
    const options = { name: `service-${number}`, url: `http://127.0.0.1/${number}` };
    return `new ServiceResource(${JSON.stringify(options)});\n`;
  });
  return `import { ServiceResource } from "clockwork/resources";\n\n${resources.join("")}`;
}
