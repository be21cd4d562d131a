import { chmodSync, existsSync, lstatSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import type { Marks } from "../../model/marks.ts";
import { systemClock } from "./clock.ts";
import { systemMarkBook } from "./mark-book.ts";

const PROJECT = "0f8fad5b-d9cb-469f-a165-70867728950e";
const OTHER = "1f8fad5b-d9cb-469f-a165-70867728950e";

function marks(more: Partial<Marks> = {}): Marks {
  return {
    project: PROJECT,
    resource: "motd",
    instance: "0123456789abcdef",
    generation: 1,
    specHash: "a".repeat(64),
    version: 1,
    ...more,
  };
}

function bookIn(folder: string): ReturnType<typeof systemMarkBook> {
  return systemMarkBook({ folder, clock: systemClock });
}

it("systemMarkBook() finds, lists and erases what was written, also in another process's book", async () => {
  using folder = testFolder();
  const path = join(folder.path, "a", "marks");
  const book = bookIn(path);
  expect(await book.find("path:/a")).toBeNull();
  expect(await book.list(PROJECT)).toEqual([]);
  expect(existsSync(path)).toBe(false);
  const claims = Array.from({ length: 150 }, (_, index) => `path:/${String(index)}`);
  await Promise.all(claims.map((claim) => book.write(claim, marks(), "file")));
  await book.write("path:/other", marks({ project: OTHER }));
  await book.write("path:/0", marks({ version: 2 }));
  const other = bookIn(path);
  expect(await other.find("path:/149")).toEqual(marks());
  expect(await other.find("path:/0")).toEqual(marks({ version: 2 }));
  expect(await other.list(OTHER)).toEqual([
    { claim: "path:/other", marks: marks({ project: OTHER }) },
  ]);
  const listed = await other.list(PROJECT);
  expect(listed.map(({ claim }) => claim)).toEqual(claims.toSorted());
  expect(listed[1]).toEqual({ claim: "path:/1", marks: marks(), kind: "file" });
  await Promise.all(claims.map((claim) => other.erase(claim, marks({ version: 9 }))));
  expect(await book.list(PROJECT)).toEqual([]);
  expect(readdirSync(path)).toHaveLength(1);
});

it("systemMarkBook() is nobody else's to read or write", async () => {
  using folder = testFolder();
  const path = join(folder.path, "marks");
  await bookIn(path).write("path:/a", marks());
  const [name = ""] = readdirSync(path);
  expect(lstatSync(path).mode & 0o777).toBe(0o700);
  expect(lstatSync(join(path, name)).mode & 0o777).toBe(0o600);
  chmodSync(path, 0o777);
  await expect(bookIn(path).find("path:/a")).rejects.toThrow("nobody else can write to");
  await expect(bookIn(path).write("path:/a", marks())).rejects.toMatchObject({
    name: "DeployError",
    message: expect.stringContaining("nobody else can write to") as string,
  });
});

it("systemMarkBook() leaves alone what another life of a thing has written", async () => {
  using folder = testFolder();
  const book = bookIn(folder.path);
  const newer = marks({ instance: "f".repeat(16) });
  await book.write("path:/a", newer);
  await book.erase("path:/a", marks());
  expect(await book.find("path:/a")).toEqual(newer);
  // One after the other, also within one batch.
  await Promise.all([book.write("path:/b", marks()), book.erase("path:/b", marks())]);
  expect(await book.find("path:/b")).toBeNull();
});

it("systemMarkBook() takes what it did not write for no marks, and writes over it", async () => {
  using folder = testFolder();
  const book = bookIn(folder.path);
  await book.write("path:/a", marks());
  const [name = ""] = readdirSync(folder.path);
  for (const content of ["", "{", "[]", '{"format":2}', "\0".repeat(10_000)]) {
    writeFileSync(join(folder.path, name), content);
    expect(await book.find("path:/a")).toBeNull();
    expect(await book.list(PROJECT)).toEqual([]);
  }
  await book.write("path:/a", marks());
  expect(await book.find("path:/a")).toEqual(marks());
});

it("systemMarkBook() clears away what a killed process left behind long ago, and no more", async () => {
  using folder = testFolder();
  folder.write("1-2-3.tmp", "half");
  utimesSync(join(folder.path, "1-2-3.tmp"), 0, 0);
  await bookIn(folder.path).write("path:/a", marks());
  expect(existsSync(join(folder.path, "1-2-3.tmp"))).toBe(true);
  const late = { ...systemClock, now: () => Date.now() + 2 * 60 * 60_000 };
  await systemMarkBook({ folder: folder.path, clock: late }).write("path:/b", marks());
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

it("systemMarkBook() says when it cannot be written", async () => {
  using folder = testFolder();
  const path = join(folder.write("file", ""), "marks");
  await expect(bookIn(path).write("path:/a", marks())).rejects.toMatchObject({
    name: "DeployError",
    message: expect.stringMatching(
      /^cannot write marks in .*no directory is in the way/u,
    ) as string,
  });
});

it("systemMarkBook() gives a new claim to one of all who want it at once", async () => {
  using folder = testFolder();
  const book = bookIn(folder.path);
  const lives = ["1", "2", "3"].map((digit) => marks({ instance: digit.repeat(16) }));
  const ends = await Promise.allSettled(
    lives.map((life) => book.write("path:/a", life, "file", { isNew: true })),
  );
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(await book.find("path:/a")).toEqual(lives[0]);
  await expect(
    bookIn(folder.path).write("path:/a", marks(), "file", { isNew: true }),
  ).rejects.toMatchObject({ code: "resource-foreign" });
  // What was cut off, or was written by somebody else, is no claim.
  const [name = ""] = readdirSync(folder.path);
  writeFileSync(join(folder.path, name), "{");
  await book.write("path:/a", marks(), "file", { isNew: true });
  expect(await book.find("path:/a")).toEqual(marks());
  expect(readdirSync(folder.path)).toHaveLength(1);
});
