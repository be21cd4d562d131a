import { mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openDeployment } from "../../src/app/deploy/open-deployment.ts";
import type { DeployPoint } from "../../src/engine/deploy/journal.ts";
import { cli, start, BIN, type Finished } from "../support/cli.ts";
import { CRASH_SUBJECTS, type CrashSubject, type Stage } from "../support/crash-subjects.ts";
import { testFolder, type TestFolder } from "../support/folder.ts";

const POINTS: readonly DeployPoint[] = [
  "before-intent",
  "after-intent",
  "mid-effect",
  "after-effect",
  "before-result",
  "after-result",
];

interface Case {
  readonly kind: string;
  readonly action: string;
  readonly from: Stage | null;
  readonly to: Stage | null;
  readonly point: DeployPoint;
}

const TRANSITIONS = [
  { action: "create", from: null, to: "first" },
  { action: "update", from: "first", to: "changed" },
  { action: "replace", from: "changed", to: "replaced" },
  { action: "delete", from: "first", to: null },
] as const;

const WITHOUT_REPLACE = new Set([
  "template-file",
  "command",
  "process",
  "git-repo",
  "supervisor-program",
]);

const ALL = Object.keys(CRASH_SUBJECTS).flatMap((kind) =>
  TRANSITIONS.filter(({ action }) => action !== "replace" || !WITHOUT_REPLACE.has(kind)).flatMap(
    (transition) => POINTS.map((point): Case => ({ kind, point, ...transition })),
  ),
);

// All of them take minutes: `npm run soak` does. Here each kind and each point comes up, others with every new seed.
const CASES =
  process.env["CW_TEST_SOAK"] === "all"
    ? ALL
    : ALL.filter((_, index) => index % 11 === 3 || index === 8);

function main(subject: CrashSubject, stage: Stage | null): string {
  return `
import { CommandResource, DirectoryResource, DockerResource, FileResource, GitRepoResource, ProcessResource, SupervisorProgramResource, TemplateFileResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
void [CommandResource, DirectoryResource, DockerResource, FileResource, GitRepoResource, ProcessResource, SupervisorProgramResource, TemplateFileResource, FileExistsAssert];
new FileResource({ name: "anchor", path: "anchor", content: "" });
${stage === null ? "" : `${subject.declare(stage)};`}
`;
}

function envOf({ env }: CrashSubject, { path }: TestFolder): Readonly<Record<string, string>> {
  return { ...env, CW_MARKS_DIR: `${path}/kept/marks` };
}

async function run(
  args: readonly string[],
  subject: CrashSubject,
  folder: TestFolder,
): Promise<Finished> {
  return await cli(args, { cwd: folder.path, env: envOf(subject, folder) });
}

async function apply(
  subject: CrashSubject,
  folder: TestFolder,
  stage: Stage | null,
): Promise<void> {
  folder.write("main.ts", main(subject, stage));
  const { code, stdout, stderr } = await run(["apply", "--yes"], subject, folder);
  expect(code, stdout + stderr).toBe(0);
}

async function applyKilled(
  subject: CrashSubject,
  folder: TestFolder,
  { to, point }: Case,
): Promise<void> {
  folder.write("main.ts", main(subject, to));
  const preload = new URL("../support/kill-at.ts", import.meta.url).href;
  const { finished } = start(process.execPath, ["--import", preload, BIN, "apply", "--yes"], {
    cwd: folder.path,
    env: { ...envOf(subject, folder), CW_TEST_KILL_AT: `${point} subject` },
  });
  const { code, stdout, stderr } = await finished;
  // Where an effect is a single one, there is no middle in which to kill it.
  if (point === "mid-effect" && code === 0) return;
  expect(code, stdout + stderr).toBeNull();
}

describe("an apply that is killed", () => {
  it.each(CASES)(
    "$action of $kind, $point: the next one brings it to its end",
    async (each) => {
      using folder = testFolder();
      mkdirSync(`${folder.path}/kept`);
      await using subject = await (CRASH_SUBJECTS[each.kind] ?? expect.fail())(folder.path);
      if (each.from === null) await apply(subject, folder, null);
      else {
        await apply(subject, folder, "first");
        if (each.from !== "first") await apply(subject, folder, each.from);
      }
      expect(await subject.census()).toEqual(subject.expected(each.from));
      await applyKilled(subject, folder, each);
      await apply(subject, folder, each.to);
      expect(await subject.census()).toEqual(subject.expected(each.to));
      const plan = await run(["plan", "--detailed-exitcode"], subject, folder);
      expect(plan.code, plan.stdout + plan.stderr).toBe(0);
      await using deployment = await openDeployment(folder.path);
      expect((await deployment.lockStatus()).openSteps).toBe(0);
      const destroyed = await run(["destroy", "--yes"], subject, folder);
      expect(destroyed.code, destroyed.stdout + destroyed.stderr).toBe(0);
      expect(await subject.census()).toEqual([]);
    },
    120_000,
  );
});
