import {
  chmodSync,
  chownSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { differencesOf, FILE_KINDS, FILE_MARKS, fileLab } from "../../support/file-lab.ts";
import { killEverywhere } from "../../support/git-lab.ts";
import { isRoot } from "../../support/server.ts";

const OTHER = { project: "1f8fad5b-d9cb-469f-a165-70867728950e", instance: "f".repeat(16) };

it("a file is made with its content and permissions, changed and removed, and leaves nothing", async () => {
  await using lab = await fileLab();
  const first = await lab.thing("file", { path: "motd", content: "one\ntwo\n", mode: "0640" });
  expect(await first.read()).toBeNull();
  expect(await first.create()).toEqual({ path: join(lab.root, "motd") });
  expect(readFileSync(join(lab.root, "motd"), "utf8")).toBe("one\ntwo\n");
  expect(lstatSync(join(lab.root, "motd")).mode & 0o7777).toBe(0o640);
  expect(await first.read()).toMatchObject({
    marks: FILE_MARKS,
    isComplete: true,
    differences: [],
    description: "a file of 8 B, 0640",
  });
  const second = await lab.thing(
    "file",
    { path: "motd", content: "one\n2\nthree\n", mode: "0600" },
    { version: 2 },
  );
  expect(differencesOf(await second.read())).toEqual({
    content: "8 B, 1 other line from line 2 → 12 B, 2 other lines from line 2",
    mode: "0640 → 0600",
  });
  await second.update();
  expect(await second.read()).toMatchObject({ marks: { version: 2 }, differences: [] });
  expect(lab.names()).toEqual(["motd"]);
  await second.remove();
  expect(lab.names()).toEqual([]);
  expect(await lab.book.list(FILE_MARKS.project)).toEqual([]);
});

it("what a file does not declare stays as it is, also when its content changes", async () => {
  await using lab = await fileLab();
  const path = join(lab.root, "motd");
  await (await lab.thing("file", { path: "motd", content: "one" })).create();
  chmodSync(path, 0o604);
  const next = await lab.thing("file", { path: "motd", content: "two" });
  expect(differencesOf(await next.read())).toHaveProperty("content");
  await next.update();
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(lstatSync(path).mode & 0o7777).toBe(0o604);
});

it("a file that is as it should be is not written again", async () => {
  await using lab = await fileLab();
  const thing = await lab.thing("file", { path: "motd", content: "one" });
  await thing.create();
  const { ino } = lstatSync(join(lab.root, "motd"));
  await thing.update();
  await thing.create();
  expect(lstatSync(join(lab.root, "motd")).ino).toBe(ino);
});

it.runIf(isRoot)(
  "owner and group are those of the names, the group by default that of the owner",
  async () => {
    await using lab = await fileLab();
    const path = join(lab.root, "motd");
    const thing = await lab.thing("file", {
      path: "motd",
      content: "",
      mode: "4755",
      owner: "nobody",
    });
    await thing.create();
    const { uid, gid, mode } = statSync(path);
    expect(uid).toBeGreaterThan(0);
    expect(gid).toBeGreaterThan(0);
    expect(mode & 0o7777).toBe(0o4755);
    expect(await thing.read()).toMatchObject({ differences: [] });
    chownSync(path, 0, 0);
    expect(differencesOf(await thing.read())).toMatchObject({
      owner: "root → nobody",
      ownerGroup: expect.stringMatching(/^root → no/u) as string,
    });
    await thing.update();
    expect(statSync(path)).toMatchObject({ uid, gid });
    const unknown = await lab.thing("file", { path: "other", content: "", owner: "no-such-user" });
    await expect(unknown.create()).rejects.toMatchObject({
      name: "DeployError",
      code: "option-invalid",
      message: "there is no user no-such-user on this machine",
    });
    expect(lab.names()).toEqual(["motd"]);
  },
);

it("a file is a copy of its source as it was when it was looked up", async () => {
  await using lab = await fileLab();
  writeFileSync(join(lab.root, "source"), Buffer.from([0, 255, 10]));
  const thing = await lab.thing("file", { path: "copy", source: "source" });
  writeFileSync(join(lab.root, "source"), "changed meanwhile");
  await thing.create();
  expect([...readFileSync(join(lab.root, "copy"))]).toEqual([0, 255, 10]);
  const next = await lab.thing("file", { path: "copy", source: "source" });
  expect(differencesOf(await next.read())).toEqual({ content: "3 B → 17 B" });
  await expect(lab.thing("file", { path: "copy", source: "gone" })).rejects.toMatchObject({
    name: "InvalidOption",
    property: "source",
    code: "file-missing",
  });
  await expect(lab.thing("file", { path: "copy", source: "." })).rejects.toMatchObject({
    property: "source",
    message: expect.stringContaining("is a directory") as string,
  });
});

it("what somebody else made is neither changed nor removed, unless it is given away", async () => {
  await using lab = await fileLab();
  const path = join(lab.root, "motd");
  writeFileSync(path, "theirs");
  const thing = await lab.thing("file", { path: "motd", content: "ours" });
  expect(await thing.read()).toMatchObject({ marks: null });
  await expect(thing.create()).rejects.toMatchObject({ code: "resource-foreign" });
  await thing.remove();
  expect(readFileSync(path, "utf8")).toBe("theirs");
  expect(lab.names()).toEqual(["motd"]);
  await thing.update();
  expect(readFileSync(path, "utf8")).toBe("ours");
  expect(await thing.read()).toMatchObject({ marks: FILE_MARKS, differences: [] });
});

it("what another project made is not changed, even when it is to be taken over", async () => {
  await using lab = await fileLab();
  await (await lab.thing("file", { path: "motd", content: "theirs" }, OTHER)).create();
  const thing = await lab.thing("file", { path: "motd", content: "ours" });
  expect(await thing.read()).toMatchObject({ marks: { project: OTHER.project } });
  for (const change of [thing.create(), thing.update()]) {
    await expect(change).rejects.toMatchObject({ code: "resource-foreign" });
  }
  await thing.remove();
  expect(readFileSync(join(lab.root, "motd"), "utf8")).toBe("theirs");
});

it("a file that an editor replaced is ours still, and one that was made where ours is gone is not once it is removed", async () => {
  await using lab = await fileLab();
  const path = join(lab.root, "motd");
  const thing = await lab.thing("file", { path: "motd", content: "ours" });
  await thing.create();
  writeFileSync(`${path}~`, "edited by hand");
  renameSync(`${path}~`, path);
  expect(await thing.read()).toMatchObject({ marks: FILE_MARKS });
  await thing.update();
  expect(readFileSync(path, "utf8")).toBe("ours");
  await expect(thing.remove({ note: () => expect.fail("killed") })).rejects.toThrow("killed");
  writeFileSync(path, "theirs");
  expect(await thing.read()).toMatchObject({ marks: null });
  await thing.remove();
  expect(readFileSync(path, "utf8")).toBe("theirs");
  expect(lab.names()).toEqual(["motd"]);
});

it("what comes to stand in the place while a file is made keeps it", async () => {
  await using lab = await fileLab();
  const path = join(lab.root, "motd");
  const thing = await lab.thing("file", { path: "motd", content: "ours" });
  const note = (text: string): void => {
    if (text.startsWith("marked")) writeFileSync(path, "theirs");
  };
  await expect(thing.create({ note })).rejects.toMatchObject({ code: "resource-foreign" });
  expect(readFileSync(path, "utf8")).toBe("theirs");
  expect(await thing.read()).toMatchObject({ marks: null });
  expect(lab.names()).toEqual(["motd"]);
});

it("two projects that want the same place at once: one has it, and it is its own", async () => {
  await using lab = await fileLab();
  for (let round = 0; round < 10; round += 1) {
    const path = `motd-${String(round)}`;
    const things = [
      await lab.thing("file", { path, content: "one" }),
      await lab.thing("file", { path, content: "two" }, OTHER),
    ];
    const ends = await Promise.allSettled(things.map((thing) => thing.create()));
    expect(ends.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const winner = ends.findIndex(({ status }) => status === "fulfilled");
    expect(await things[winner]?.read()).toMatchObject({
      marks: things[winner]?.subject.marks,
      differences: [],
    });
  }
  expect(lab.names()).toHaveLength(10);
});

it("making, changing and removing that is killed anywhere is driven on", async () => {
  await using lab = await fileLab();
  const first = await lab.thing("file", { path: "motd", content: "one" });
  const created = await killEverywhere(async (note) => {
    // Whatever is there by then is ours, whole, and nothing else.
    const live = await first.read();
    if (live !== null) expect(live).toMatchObject({ marks: FILE_MARKS, differences: [] });
    await first.create({ note });
  });
  expect(created).toBe(3);
  expect(lab.names()).toEqual(["motd"]);
  const second = await lab.thing("file", { path: "motd", content: "two" }, { version: 2 });
  expect(await killEverywhere((note) => second.update({ note }))).toBe(2);
  expect(readFileSync(join(lab.root, "motd"), "utf8")).toBe("two");
  expect(lab.names()).toEqual(["motd"]);
  expect(await killEverywhere((note) => second.remove({ note }))).toBe(2);
  expect(lab.names()).toEqual([]);
  expect(await lab.book.list(FILE_MARKS.project)).toEqual([]);
});

it("what was begun and is given up again leaves nothing, wherever it was killed", async () => {
  await using lab = await fileLab();
  const thing = await lab.thing("file", { path: "motd", content: "one" });
  for (let point = 0; point < 3; point += 1) {
    let notes = 0;
    const note = (): void => {
      notes += 1;
      if (notes > point) throw new Error("killed");
    };
    await expect(thing.create({ note })).rejects.toThrow("killed");
    await thing.remove();
    expect(lab.names()).toEqual([]);
    expect(await lab.book.list(FILE_MARKS.project)).toEqual([]);
  }
});

it("somebody else's file in the place of one that was begun is not touched", async () => {
  await using lab = await fileLab();
  const path = join(lab.root, "motd");
  const thing = await lab.thing("file", { path: "motd", content: "ours" });
  const note = (text: string): void => {
    if (text.startsWith("marked")) throw new Error("killed");
  };
  await expect(thing.create({ note })).rejects.toThrow("killed");
  writeFileSync(path, "theirs");
  expect(await thing.read()).toMatchObject({ marks: null });
  await expect(thing.create()).rejects.toMatchObject({ code: "resource-foreign" });
  await thing.remove();
  expect(readFileSync(path, "utf8")).toBe("theirs");
  expect(lab.names()).toEqual(["motd"]);
});

it("taking over that is killed and begun again under another life leaves nothing", async () => {
  await using lab = await fileLab();
  writeFileSync(join(lab.root, "motd"), "theirs");
  const first = await lab.thing("file", { path: "motd", content: "ours" });
  await expect(first.update({ note: () => expect.fail("killed") })).rejects.toThrow("killed");
  await lab.book.erase(`path:${lab.root}/motd`, FILE_MARKS);
  writeFileSync(join(lab.root, ".motd.clockwork-0f8fad5b-0123456789abcdef.tmp"), "half");
  const second = await lab.thing(
    "file",
    { path: "motd", content: "ours" },
    { instance: "e".repeat(16) },
  );
  await second.update();
  expect(lab.names()).toEqual(["motd"]);
});

it("files are listed by kind, as long as they are there", async () => {
  await using lab = await fileLab();
  const own = await lab.thing("file", { path: "a", content: "" });
  await own.create();
  const gone = await lab.thing("file", { path: "b", content: "" }, { instance: "1".repeat(16) });
  await gone.create();
  rmSync(join(lab.root, "b"));
  await (await lab.thing("file", { path: "c", content: "" }, OTHER)).create();
  const folder = await lab.thing("directory", { path: "d" }, { instance: "2".repeat(16) });
  await folder.create();
  const listed = async (kind: string): Promise<unknown> =>
    await FILE_KINDS[kind]?.lifecycle?.list?.(FILE_MARKS.project, lab.world, lab.scope());
  expect(await listed("file")).toEqual([
    { marks: FILE_MARKS, physical: { path: join(lab.root, "a") } },
  ]);
  expect(await listed("directory")).toMatchObject([{ physical: { path: join(lab.root, "d") } }]);
  expect(await listed("template-file")).toEqual([]);
});

it("a look and an effect end with the signal", async () => {
  await using lab = await fileLab();
  const thing = await lab.thing("file", { path: "motd", content: "" });
  const signal = AbortSignal.abort(new Error("told to stop"));
  await expect(thing.create({ signal })).rejects.toThrow("told to stop");
  expect(lab.names()).toEqual([]);
});
