/** Opens projects with the build, as a program that uses it as a library does, and measures; the bare loops beside it. */
import { open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Clockwork from "../../src/index.ts";
import { serve } from "../child.ts";
import { DIST } from "../program.ts";

/** What to do. */
export type ProjectJob =
  /** Open a project; its assertions are carried out by the jobs that follow. */
  | { readonly task: "open"; readonly folder: string }
  /** Carry out the assertions of the project that was opened last. */
  | { readonly task: "assert" }
  /** Plan the project that was opened last. */
  | { readonly task: "plan" }
  /** Apply it. */
  | { readonly task: "apply" }
  /** Take away what was applied. */
  | { readonly task: "destroy" }
  /** The ceiling: write files as safely as we do, with nothing but `node:fs/promises`, and take them away again. */
  | { readonly task: "write"; readonly files: readonly string[] }
  /** The ceiling: look at files with nothing but `stat`. */
  | { readonly task: "stat"; readonly files: readonly string[]; readonly inFlight: number };

/** What was measured. */
export interface ProjectOutcome {
  readonly durationMs: number;
  /** How many resources were opened, planned, made or taken away, assertions passed, files seen or written. */
  readonly count: number;
}

const index = pathToFileURL(join(DIST, "index.js")).href;
const { openProject } = (await import(index)) as typeof Clockwork;
let project: Clockwork.Project | null = null;

serve(async (job: ProjectJob): Promise<ProjectOutcome> => {
  const startedMs = performance.now();
  const count = await carryOut(job);
  return { durationMs: performance.now() - startedMs, count };
});

async function carryOut(job: ProjectJob): Promise<number> {
  switch (job.task) {
    case "open":
      project = await openProject(job.folder);
      return project.plans.length;
    case "stat":
      return await statAll(job.files, job.inFlight);
    case "write":
      return await writeAll(job.files);
    case "assert":
    case "plan":
    case "apply":
    case "destroy":
      if (project === null) throw new Error("no project is open");
      return await onProject(project, job.task);
  }
}

async function onProject(
  opened: Clockwork.Project,
  task: "assert" | "plan" | "apply" | "destroy",
): Promise<number> {
  switch (task) {
    case "assert":
      return (await opened.assert()).summary.passed;
    case "plan":
      return (await opened.plan()).changes.length;
    case "apply":
    case "destroy": {
      const { results } = await opened[task]();
      return results.filter(({ outcome }) => outcome === "done").length;
    }
  }
}

async function writeAll(files: readonly string[]): Promise<number> {
  await Promise.all(
    files.map(async (file) => {
      await using handle = await open(`${file}.tmp`, "wx");
      await handle.write("content\n");
      await handle.sync();
      await rename(`${file}.tmp`, file);
    }),
  );
  await Promise.all(files.map((file) => rm(file)));
  return files.length;
}

async function statAll(files: readonly string[], inFlight: number): Promise<number> {
  let next = 0;
  let seen = 0;
  const look = async (): Promise<void> => {
    for (let file = files[next++]; file !== undefined; file = files[next++]) {
      if ((await stat(file)).isFile()) seen += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, look));
  return seen;
}
