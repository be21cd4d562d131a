import { lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { differencesOf, fileLab } from "../../support/file-lab.ts";
import { killEverywhere } from "../../support/git-lab.ts";

describe("capture and restore", () => {
  it("bring back a file that was taken over, and give it back", async () => {
    await using lab = await fileLab();
    const path = join(lab.root, "motd");
    writeFileSync(path, Buffer.from([0, 1, 255]), { mode: 0o604 });
    const thing = await lab.thing("file", { path: "motd", content: "ours", mode: "0600" });
    const captured = await thing.capture();
    await thing.update();
    expect(await killEverywhere((note) => thing.restore(captured, { note }))).toBe(2);
    expect([...readFileSync(path)]).toEqual([0, 1, 255]);
    expect(lstatSync(path).mode & 0o7777).toBe(0o604);
    expect(await thing.read()).toMatchObject({ marks: null });
    expect(lab.names()).toEqual(["motd"]);
  });

  it("bring back a file of ours that was changed by hand, also when it is gone by then", async () => {
    await using lab = await fileLab();
    const path = join(lab.root, "motd");
    const first = await lab.thing("file", { path: "motd", content: "one" });
    await first.create();
    writeFileSync(path, "by hand");
    const second = await lab.thing("file", { path: "motd", content: "two" }, { version: 2 });
    const captured = await second.capture();
    await second.update();
    await first.restore(captured);
    expect(readFileSync(path, "utf8")).toBe("by hand");
    expect(await first.read()).toMatchObject({ marks: { version: 1 } });
    rmSync(path);
    await first.restore(captured);
    expect(readFileSync(path, "utf8")).toBe("by hand");
  });

  it("keep no secret, and bring it back all the same", async () => {
    await using lab = await fileLab({ PASSWORD: "s3cr3t" });
    const path = join(lab.root, "app.ini");
    const options = {
      path: "app.ini",
      template: "password={{ password }}",
      variables: { password: { secretEnv: "PASSWORD" } },
    };
    writeFileSync(path, "# theirs\npassword = s3cr3t\n");
    const thing = await lab.thing("template-file", options);
    const captured = await thing.capture();
    await thing.update();
    expect(readFileSync(path, "utf8")).toBe("password=s3cr3t");
    await thing.restore(captured);
    expect(readFileSync(path, "utf8")).toBe("# theirs\npassword = s3cr3t\n");
    const kept = [...lab.kept.values()].map((bytes) => Buffer.from(bytes).toString());
    expect(JSON.stringify([kept, captured])).not.toContain("s3cr3t");
    expect(kept.join("")).toContain("# theirs");
  });

  it("render what held a secret of yesterday, which nobody can tell from the rest", async () => {
    const env: Record<string, string> = { PASSWORD: "yesterday" };
    await using lab = await fileLab(env);
    const thing = await lab.thing("template-file", {
      path: "app.ini",
      template: "password={{ password }}",
      variables: { password: { secretFile: "secret" } },
    });
    writeFileSync(join(lab.root, "secret"), "yesterday");
    await thing.create();
    writeFileSync(join(lab.root, "secret"), "today");
    const captured = await thing.capture();
    expect(captured).toMatchObject({ pieces: null });
    await thing.restore(captured);
    expect(readFileSync(join(lab.root, "app.ini"), "utf8")).toBe("password=today");
    const kept = [...lab.kept.values()].map((bytes) => Buffer.from(bytes).toString());
    expect(kept.join("")).not.toContain("yesterday");
  });
});

it("a template is rendered late, shows nothing of its secrets, and nobody else may read it", async () => {
  await using lab = await fileLab({ PASSWORD: "s3cr3t" });
  const path = join(lab.root, "app.ini");
  const options = {
    path: "app.ini",
    template: "a={{ a }}\nb={{b}}\npassword={{ password }}\n",
    variables: { a: 1, b: true, password: { secretEnv: "PASSWORD" } },
  };
  const thing = await lab.thing("template-file", options);
  await thing.create();
  expect(readFileSync(path, "utf8")).toBe("a=1\nb=true\npassword=s3cr3t\n");
  expect(lstatSync(path).mode & 0o7777).toBe(0o600);
  expect(await thing.read()).toMatchObject({ differences: [] });
  writeFileSync(path, "a=1\nb=true\npassword=older\n");
  const live = await thing.read();
  expect(differencesOf(live)).toEqual({
    content: "26 B, 1 other line from line 3 → 27 B, 1 other line from line 3",
  });
  const kept = [...lab.kept.values()].map((bytes) => Buffer.from(bytes).toString());
  expect(JSON.stringify([live, thing.subject, kept])).not.toContain("s3cr3t");
  await thing.update();
  expect(await thing.read()).toMatchObject({ differences: [] });
});
