import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { systemClock } from "../../../src/adapters/system/clock.ts";
import { systemMarkBook } from "../../../src/adapters/system/mark-book.ts";
import { testFolder } from "../../support/folder.ts";

const PROJECTS = ["0f8fad5b-d9cb-469f-a165-70867728950e", "1f8fad5b-d9cb-469f-a165-70867728950e"];

it("the book of marks is whole when processes write to it at once", async () => {
  using folder = testFolder();
  const program = new URL("../../support/mark-writer.ts", import.meta.url);
  const writers = PROJECTS.map((project) => fork(program, [folder.path, project]));
  const ends = await Promise.all(writers.map((writer) => once(writer, "exit")));
  expect(ends).toEqual([
    [0, null],
    [0, null],
  ]);
  const book = systemMarkBook({ folder: folder.path, clock: systemClock });
  for (const project of PROJECTS) {
    const own = (await book.list(project)).filter(({ claim }) => claim.includes(project));
    expect(own).toHaveLength(100);
  }
  expect(await book.find("path:/both")).toMatchObject({ version: 100 });
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
}, 60_000);
