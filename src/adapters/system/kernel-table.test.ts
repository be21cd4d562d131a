import { tmpdir } from "node:os";
import { join } from "node:path";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

async function read(path: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const { bytes } of readTable(path)) parts.push(bytes);
  return Buffer.concat(parts).toString();
}

it("readTable() gives all of a table, however long it is", async () => {
  for (const length of [0, 1, 65_536, 3_000_000]) {
    const content = Array.from({ length: length / 8 + 1 }, (_, line) => String(line).padStart(8))
      .join("")
      .slice(0, length);
    expect((await read(file(content))) === content).toBe(true);
  }
});

it("readTable() serves others in between", async () => {
  const path = file("x".repeat(4_000_000));
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  turn();
  const text = await read(path);
  isOver = true;
  expect(text.length).toBe(4_000_000);
  expect(turns).toBeGreaterThan(4);
});

it("readTable() fails for what is not there, or cannot be read", async () => {
  await expect(read("/nowhere/at/all")).rejects.toThrow("ENOENT");
  await expect(read(tmpdir())).rejects.toThrow("EISDIR");
});
