import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { RunOptions } from "../../../src/ports/commands.ts";
import { runGit } from "../../support/git.ts";
import {
  at,
  fieldsOf,
  gitLab,
  gitLifecycle,
  killEverywhere,
  left,
  MARKS,
} from "../../support/git-lab.ts";

it("a repository is cloned, marked and in sync, then follows its branch", async () => {
  await using lab = gitLab();
  const first = lab.remote.git("rev-parse", "HEAD");
  const subject = await lab.subject();
  expect(subject.resolved).toEqual({ commit: first, branch: "main" });
  expect(await lab.read(subject)).toBeNull();
  expect(await lab.create(subject)).toEqual({ path: lab.path, commit: first });
  expect(lab.notes.length).toBeGreaterThanOrEqual(5);
  expect(at(lab)).toBe(`${first} main`);
  expect(left(lab)).toEqual([]);
  expect(lab.book.get(`path:${lab.path}`)).toEqual(MARKS);
  expect(await lab.read(subject)).toMatchObject({
    marks: MARKS,
    isComplete: true,
    progress: "static",
    differences: [],
    physical: { path: lab.path, commit: first },
    description: `working copy at ${first.slice(0, 7)} on main`,
  });

  const second = lab.remote.commit({ "a.txt": "two\n", "b.txt": "new\n" });
  const next = await lab.subject({}, { version: 2 });
  expect(fieldsOf(await lab.read(next))).toEqual({
    commit: `${first.slice(0, 7)} → ${second.slice(0, 7)}`,
  });
  expect(await lab.update(next)).toEqual({ path: lab.path, commit: second });
  expect(readFileSync(join(lab.path, "b.txt"), "utf8")).toBe("new\n");
  expect(await lab.read(next)).toMatchObject({ marks: { version: 2 }, differences: [] });
  expect(runGit(lab.path, "status", "--short", "--branch")).toBe("## main...origin/main");
});

it("a branch, a tag and a commit can each be asked for, and changed", async () => {
  await using lab = gitLab();
  const first = lab.remote.git("rev-parse", "HEAD");
  lab.remote.git("tag", "--annotate", "--message", "A tag", "v1");
  lab.remote.git("checkout", "--quiet", "-b", "feature/a.b");
  const feature = lab.remote.commit({ "a.txt": "feature\n" });
  lab.remote.git("checkout", "--quiet", "main");
  const second = lab.remote.commit({ "a.txt": "two\n" });
  await lab.create(await lab.subject({ branch: "feature/a.b" }));
  expect(at(lab)).toBe(`${feature} feature/a.b`);
  // An annotated tag is no commit itself.
  const tagged = await lab.subject({ tag: "v1" });
  expect(fieldsOf(await lab.read(tagged))).toMatchObject({ branch: "feature/a.b → none" });
  await lab.update(tagged);
  expect(at(lab)).toBe(`${first} `);
  const short = await lab.subject({ commit: second.slice(0, 9) });
  await lab.update(short);
  expect(at(lab)).toBe(`${second} `);
  expect(await lab.read(short)).toMatchObject({ differences: [] });
  await lab.update(await lab.subject());
  expect(at(lab)).toBe(`${second} main`);
});

it("a remote that was rewritten, or is another one, is followed", async () => {
  await using lab = gitLab();
  lab.remote.commit({ "a.txt": "two\n" });
  await lab.create(await lab.subject());
  lab.remote.git("reset", "--quiet", "--hard", "HEAD~1");
  const rewritten = lab.remote.commit({ "a.txt": "rewritten\n" });
  await lab.update(await lab.subject());
  expect(at(lab)).toBe(`${rewritten} main`);
  const moved = await lab.subject({ url: "../remote" });
  expect(fieldsOf(await lab.read(moved))).toEqual({
    url: `${lab.remote.url} → ${lab.remote.path}`,
  });
  await lab.update(moved);
  expect(await lab.read(moved)).toMatchObject({ differences: [] });
});

it("what cannot be looked up is told: a branch that is not there, a remote that is none", async () => {
  await using lab = gitLab();
  await expect(lab.subject({ branch: "nope" })).rejects.toMatchObject({
    name: "InvalidOption",
    property: "branch",
    message: expect.stringContaining("does not exist at file://") as string,
  });
  await expect(lab.subject({ tag: "mai" })).rejects.toMatchObject({ property: "tag" });
  await expect(lab.subject({ url: "../gone" })).rejects.toMatchObject({
    name: "ObservationError",
    message: expect.stringMatching(/could not ask .*gone: .*does not/u) as string,
  });
  const missing = await lab.subject({ commit: "0123456789" });
  await expect(lab.create(missing)).rejects.toMatchObject({
    name: "DeployError",
    message: expect.stringContaining("no one commit 0123456") as string,
  });
});

it("a clone that is killed anywhere is driven on, and leaves nothing behind", async () => {
  await using lab = gitLab();
  const subject = await lab.subject();
  const lives = await killEverywhere(async (note) => {
    const live = await lab.read(subject);
    if (live !== null) expect(live.marks).toMatchObject({ instance: MARKS.instance });
    await lab.create(subject, { note });
  });
  expect(lives).toBeGreaterThanOrEqual(5);
  expect(left(lab)).toEqual([]);
  expect(await lab.read(subject)).toMatchObject({ isComplete: true, differences: [] });
  expect([...lab.book.keys()]).toEqual([`path:${lab.path}`]);
});

it("a clone that was begun is told as one that is not complete, and can be removed", async () => {
  await using lab = gitLab();
  const subject = await lab.subject();
  const note = (): void => {
    throw new Error("killed");
  };
  await expect(lab.create(subject, { note })).rejects.toThrow("killed");
  expect(await lab.read(subject)).toMatchObject({ marks: MARKS, isComplete: false });
  expect(existsSync(lab.path)).toBe(false);
  await lab.remove(subject);
  expect(await lab.read(subject)).toBeNull();
  expect(left(lab)).toEqual([]);
});

it("an update and a removal that are killed anywhere are driven on", async () => {
  await using lab = gitLab();
  await lab.create(await lab.subject());
  const second = lab.remote.commit({ "a.txt": "two\n", "b.txt": "new\n" });
  const next = await lab.subject({ url: lab.remote.path }, { version: 2 });
  expect(await killEverywhere((note) => lab.update(next, { note }))).toBeGreaterThanOrEqual(4);
  expect(at(lab)).toBe(`${second} main`);
  expect(await lab.read(next)).toMatchObject({ marks: { version: 2 }, differences: [] });
  expect(await killEverywhere((note) => lab.remove(next, { note }))).toBeGreaterThanOrEqual(2);
  expect([existsSync(lab.path), left(lab), lab.book.size]).toEqual([false, [], 0]);
  await lab.remove(next);
});

it("a fetch that was killed is done again, and its locks are cleared away", async () => {
  await using lab = gitLab();
  await lab.create(await lab.subject());
  lab.remote.commit({ "own.txt": "theirs\n" });
  const next = await lab.subject();
  const controller = new AbortController();
  const commands = await lab.world.commands();
  const world = {
    ...lab.world,
    commands: () =>
      Promise.resolve({
        run: (command: readonly string[], options: RunOptions) => {
          if (command.includes("fetch")) controller.abort(new Error("killed"));
          return commands.run(command, options);
        },
      }),
  };
  const live = await lab.read(next);
  if (live === null) throw new Error("it is gone");
  const scope = lab.scope({ signal: controller.signal });
  await expect(gitLifecycle.update(next, live, world, scope)).rejects.toThrow("killed");
  const lock = join(lab.path, ".git", "refs", "remotes", "origin", "main.lock");
  writeFileSync(lock, "");
  // Nothing was checked out yet, so that this is somebody's own.
  writeFileSync(join(lab.path, "own.txt"), "mine\n");
  await expect(lab.update(next)).rejects.toThrow("would overwrite: own.txt");
  expect(existsSync(lock)).toBe(false);
  rmSync(join(lab.path, "own.txt"));
  await lab.update(next);
  expect(await lab.read(next)).toMatchObject({ differences: [] });
});

it("a checkout that was killed half way is completed, and what people changed beside it is not lost", async () => {
  await using lab = gitLab();
  await lab.create(await lab.subject());
  lab.remote.commit({ "a.txt": "two\n", "c.txt": "new\n" });
  const next = await lab.subject();
  const isReached = (text: string): void => {
    if (text.startsWith("fetched")) throw new Error("killed");
  };
  await expect(lab.update(next, { note: isReached })).rejects.toThrow("killed");
  // As git leaves it: files of the next commit, the old index, and its lock.
  writeFileSync(join(lab.path, "a.txt"), "tw");
  writeFileSync(join(lab.path, "c.txt"), "n");
  writeFileSync(join(lab.path, ".git", "index.lock"), "");
  writeFileSync(join(lab.path, ".gitignore"), "*.tmp\n");
  await expect(lab.update(next)).rejects.toThrow("changes that are in no commit: .gitignore");
  runGit(lab.path, "checkout", "--quiet", "--", ".gitignore");
  await lab.update(next);
  expect(await lab.read(next)).toMatchObject({ differences: [] });
  expect(readFileSync(join(lab.path, "c.txt"), "utf8")).toBe("new\n");
});

it("what somebody else made is left alone, and a repository of theirs is taken over when they say so", async () => {
  await using lab = gitLab();
  const subject = await lab.subject();
  mkdirSync(lab.path, { recursive: true });
  writeFileSync(join(lab.path, "mine.txt"), "");
  expect(await lab.read(subject)).toMatchObject({
    marks: null,
    description: "a folder that is no git repository",
  });
  await expect(lab.create(subject)).rejects.toMatchObject({ code: "resource-foreign" });
  await lab.remove(subject);
  expect(existsSync(join(lab.path, "mine.txt"))).toBe(true);
  rmSync(lab.path, { recursive: true });

  runGit(lab.root, "clone", "--quiet", "--depth=1", lab.remote.url, lab.path);
  expect(await lab.read(subject)).toMatchObject({ marks: null, differences: [] });
  await expect(lab.create(subject)).rejects.toMatchObject({ code: "resource-foreign" });
  lab.remote.commit({ "b.txt": "new\n" });
  const next = await lab.subject();
  const live = await lab.read(next);
  if (live === null) throw new Error("it is gone");
  const captured = await gitLifecycle.capture?.(next, live, lab.world, lab.scope());
  await lab.update(next);
  expect(await lab.read(next)).toMatchObject({ marks: MARKS, differences: [] });
  const { list } = gitLifecycle;
  const listed = await list?.(MARKS.project, lab.world, lab.scope());
  expect(listed).toEqual([{ marks: MARKS, physical: { path: lab.path } }]);
  // Of two marks the one in the repository decides.
  const other = { ...MARKS, project: MARKS.project.replace("0f", "1f") };
  await expect(
    lab.update({ ...next, marks: { ...other, instance: "f".repeat(16) } }),
  ).rejects.toThrow("is there already");

  await gitLifecycle.restore?.(next, captured ?? {}, lab.world, lab.scope());
  expect(await lab.read(subject)).toMatchObject({ marks: null, differences: [] });
  expect(lab.book.size).toBe(0);
});

it("an empty folder is no obstacle, and a project around it is not taken for the repository", async () => {
  await using lab = gitLab();
  mkdirSync(lab.path, { recursive: true });
  const subject = await lab.subject();
  expect(await lab.read(subject)).toBeNull();
  await lab.create(subject);
  expect(await lab.read(subject)).toMatchObject({ marks: MARKS, differences: [] });
  expect(runGit(lab.root, "remote")).toBe("");
});

it.each(["../outside", "link/inside"])(
  "a path that leads out of the project is refused: %s",
  async (path) => {
    await using lab = gitLab();
    symlinkSync("/tmp", join(lab.root, "link"));
    const subject = await lab.subject({ path });
    const problems = await gitLifecycle.verify?.(subject, null, lab.world, lab.scope());
    expect(problems).toMatchObject([{ code: "path-outside", property: "path" }]);
    await expect(lab.create(subject)).rejects.toMatchObject({ code: "path-outside" });
    const absolute = await lab.subject({ path: join(lab.root, "..", "outside") });
    expect(await gitLifecycle.verify?.(absolute, null, lab.world, lab.scope())).toEqual([]);
  },
);

it("all of it ends when it is told to", async () => {
  await using lab = gitLab();
  const subject = await lab.subject();
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(lab.create(subject, { signal })).rejects.toThrow("enough");
  expect(existsSync(lab.path)).toBe(false);
});
