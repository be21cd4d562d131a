import {
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileLab } from "../../support/file-lab.ts";
import { isRoot } from "../../support/server.ts";

describe("places", () => {
  it("a relative path stays within the project, by itself and through links", async () => {
    await using lab = await fileLab();
    mkdirSync(join(lab.root, "real"));
    symlinkSync("real", join(lab.root, "within"));
    symlinkSync(lab.outside, join(lab.root, "out"));
    for (const path of ["../outside/a", "out/a", "out/missing/a", "real/../../outside/a", "."]) {
      const thing = await lab.thing("file", { path, content: "" });
      expect(await thing.verify(), path).toMatchObject([
        { code: "path-outside", property: "path" },
      ]);
      expect(await thing.read(), path).toBeNull();
      await expect(thing.create(), path).rejects.toMatchObject({ code: "path-outside" });
      await expect(thing.remove(), path).rejects.toMatchObject({ code: "path-outside" });
    }
    expect(lab.names(lab.outside)).toEqual([]);
    const within = await lab.thing("file", { path: "within/a", content: "" });
    expect(await within.verify()).toEqual([]);
    await within.create();
    expect(lab.names(join(lab.root, "real"))).toEqual(["a"]);
  });

  it("a relative path leads out where that is allowed, and an absolute one anyway", async () => {
    await using lab = await fileLab();
    symlinkSync(lab.outside, join(lab.root, "out"));
    await (await lab.thing("file", { path: "out/a", content: "", allowOutside: true })).create();
    await (await lab.thing("file", { path: join(lab.outside, "b"), content: "" })).create();
    expect(lab.names(lab.outside)).toEqual(["a", "b"]);
  });

  it.runIf(isRoot)(
    "an absolute path does not lead through the link of somebody who is neither root nor us",
    async () => {
      await using lab = await fileLab();
      const link = join(lab.root, "..", "link");
      symlinkSync(lab.outside, link);
      const thing = await lab.thing("file", {
        path: join(lab.root, "..", "link", "a"),
        content: "",
      });
      expect(await thing.verify()).toEqual([]);
      lchownSync(link, 65_534, 65_534);
      expect(await thing.verify()).toMatchObject([
        { message: expect.stringContaining("belongs to user 65534") as string },
      ]);
      await expect(thing.create()).rejects.toMatchObject({ code: "path-outside" });
    },
  );

  it("nothing is ever written where the system speaks, also not through a link", async () => {
    await using lab = await fileLab();
    symlinkSync("/dev/shm", join(lab.root, "shared"));
    const paths = ["/proc/sys/vm/x", "/sys/x", "/dev/shm/x", join(lab.root, "shared", "x")];
    for (const path of paths) {
      const thing = await lab.thing("file", { path, content: "" });
      await expect(thing.create(), path).rejects.toMatchObject({ code: "path-outside" });
    }
    expect(existsSync("/dev/shm/x")).toBe(false);
  });

  it("a link in the place is not followed, and neither is one that is put there meanwhile", async () => {
    await using lab = await fileLab();
    const target = join(lab.outside, "target");
    writeFileSync(target, "theirs");
    const path = join(lab.root, "motd");
    symlinkSync(target, path);
    const thing = await lab.thing("file", { path: "motd", content: "ours" });
    expect(await thing.read()).toMatchObject({ marks: null, description: "a link" });
    for (const change of [thing.create(), thing.update()]) {
      await expect(change).rejects.toMatchObject({
        code: "resource-foreign",
        message: `${path} is a link, and a file is to be made there`,
      });
    }
    rmSync(path);
    await thing.create();
    writeFileSync(path, "by hand");
    const note = (text: string): void => {
      if (!text.startsWith("written")) return;
      rmSync(path);
      symlinkSync(target, path);
    };
    await expect(thing.update({ note })).rejects.toThrow("was changed by somebody else meanwhile");
    await thing.remove();
    expect(readFileSync(target, "utf8")).toBe("theirs");
    expect(lab.names()).toEqual(["motd"]);
  });

  it("a folder on the way that is exchanged for a link meanwhile leads nowhere", async () => {
    await using lab = await fileLab();
    const folder = join(lab.root, "etc");
    mkdirSync(folder);
    const thing = await lab.thing("file", { path: "etc/motd", content: "ours" });
    const note = (text: string): void => {
      if (!text.startsWith("marked")) return;
      renameSync(folder, `${folder}.old`);
      symlinkSync(lab.outside, folder);
    };
    // What was opened before is written to, wherever it is now.
    await thing.create({ note });
    expect(lab.names(lab.outside)).toEqual([]);
    expect(lab.names(`${folder}.old`)).toEqual(["motd"]);
    await expect(thing.update()).rejects.toThrow();
  });

  it("the same file by two names is replaced under one of them alone", async () => {
    await using lab = await fileLab();
    const path = join(lab.root, "motd");
    await (await lab.thing("file", { path: "motd", content: "one" })).create();
    linkSync(path, `${path}.other`);
    await (await lab.thing("file", { path: "motd", content: "two" })).update();
    expect(readFileSync(`${path}.other`, "utf8")).toBe("one");
  });
});
