import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../test/support/folder.ts";
import { OutputError } from "../model/errors.ts";
import { writeFileWhole } from "./write-file.ts";

it("writeFileWhole() replaces a file, keeps its mode, follows a link and leaves nothing else behind", async () => {
  using folder = testFolder();
  const file = folder.write("report.txt", "old");
  chmodSync(file, 0o640);
  symlinkSync(file, join(folder.path, "link"));
  await writeFileWhole(join(folder.path, "link"), "new");
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder.path).sort()).toEqual(["link", "report.txt"]);
});

it("writeFileWhole() writes to a device as it stands", async () => {
  await expect(writeFileWhole("/dev/null", "text")).resolves.toBeUndefined();
  expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
});

it("writeFileWhole() says which file could not be written, and leaves nothing half done", async () => {
  using folder = testFolder();
  mkdirSync(join(folder.path, "folder"));
  const error: unknown = await writeFileWhole(join(folder.path, "folder"), "text").catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(OutputError);
  expect(error).toMatchObject({ code: "output-failed", path: join(folder.path, "folder") });
  await expect(writeFileWhole(join(folder.path, "no", "file"), "text")).rejects.toThrow(
    OutputError,
  );
  expect(readdirSync(folder.path)).toEqual(["folder"]);
});
