import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readTable } from "./kernel-table.ts";

function file(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "clockwork-table-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, "table");
  writeFileSync(path, content);
  return path;
}

it("readTable() gives all of a table, however long it is", async () => {
  for (const length of [0, 1, 65_536, 3_000_000]) {
    const content = Array.from({ length: length / 8 + 1 }, (_, line) => String(line).padStart(8))
      .join("")
      .slice(0, length);
    const { text } = await readTable(file(content));
    expect(text.toString() === content).toBe(true);
  }
});

it("readTable() serves others in between", async () => {
  const path = file("x".repeat(60_000_000));
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  turn();
  const { text, busyMs } = await readTable(path);
  isOver = true;
  expect(text.length).toBe(60_000_000);
  expect(busyMs).toBeGreaterThan(0);
  expect(turns).toBeGreaterThan(2);
});

it("readTable() takes what is not there, or cannot be read, for empty", async () => {
  expect((await readTable("/nowhere/at/all")).text.length).toBe(0);
  expect((await readTable(tmpdir())).text.length).toBe(0);
});
