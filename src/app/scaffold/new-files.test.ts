import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { testFolder } from "../../../test/support/folder.ts";
import { OutputError } from "../../model/errors.ts";
import { writeNewFiles } from "./new-files.ts";
import { projectFiles } from "./project-files.ts";

const TWO = [
  { name: "a.txt", text: "a" },
  { name: "b.txt", text: "b" },
];

it("writeNewFiles() makes the folder, and keeps what is there", async () => {
  using folder = testFolder();
  const deep = join(folder.path, "x/y");
  expect(await writeNewFiles(deep, TWO)).toEqual({ written: ["a.txt", "b.txt"], kept: [] });
  const changed = TWO.map(({ name }) => ({ name, text: "changed" }));
  const more = [...changed, { name: "c.txt", text: "c" }];
  expect(await writeNewFiles(deep, more)).toEqual({ written: ["c.txt"], kept: ["a.txt", "b.txt"] });
  expect(readFileSync(join(deep, "a.txt"), "utf8")).toBe("a");
});

it("writeNewFiles() takes a link that leads nowhere for something that is there", async () => {
  using folder = testFolder();
  symlinkSync(join(folder.path, "elsewhere"), join(folder.path, "a.txt"));
  expect(await writeNewFiles(folder.path, TWO)).toEqual({ written: ["b.txt"], kept: ["a.txt"] });
  expect(existsSync(join(folder.path, "elsewhere"))).toBe(false);
});

it("writeNewFiles() leaves nothing behind when one file cannot be written", async () => {
  using folder = testFolder();
  folder.write("kept.txt", "kept");
  const impossible = [...TWO, { name: "no-such-folder/c.txt", text: "c" }];
  await expect(writeNewFiles(folder.path, impossible)).rejects.toThrow(OutputError);
  expect(readdirSync(folder.path)).toEqual(["kept.txt"]);
  await expect(writeNewFiles(join(folder.path, "x/y"), impossible)).rejects.toThrow(OutputError);
  expect(readdirSync(folder.path)).toEqual(["kept.txt"]);
});

it("writeNewFiles() says which folder cannot be made", async () => {
  using folder = testFolder();
  folder.write("file", "");
  const inFile = join(folder.path, "file/x");
  await expect(writeNewFiles(inFile, TWO)).rejects.toMatchObject({ path: inFile });
});

it.each([
  ["My Health Checks!", "my-health-checks"],
  ["_private", "private"],
  ["clockwork", "health"],
  ["数据", "health"],
  ["", "health"],
])("projectFiles() for the folder %j names the package %s", (folder, name) => {
  const file = projectFiles(folder, "file:../clockwork").find(
    (each) => each.name === "package.json",
  );
  expect(JSON.parse(file?.text ?? "")).toMatchObject({
    name,
    private: true,
    type: "module",
    devDependencies: { clockwork: "file:../clockwork" },
  });
});

it("projectFiles() asks for the versions of TypeScript and Node's types that we are made with", () => {
  const file = projectFiles("x", "file:../clockwork").find((each) => each.name === "package.json");
  const { devDependencies } = JSON.parse(file?.text ?? "") as typeof packageJson;
  for (const name of ["typescript", "@types/node"] as const) {
    const major = /\d+/u.exec(packageJson.devDependencies[name])?.[0];
    expect(devDependencies[name]).toBe(`^${major ?? ""}.0.0`);
  }
});
