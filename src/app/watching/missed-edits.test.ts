import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { MissedEdits } from "./missed-edits.ts";

it("MissedEdits finds each edit once, also that of a file that was moved into its place", () => {
  const folder = mkdtempSync(join(tmpdir(), "clockwork-test-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, "main.ts");
  const edits = new MissedEdits();
  expect(edits.find([path, join(path, "below")], 0)).toBe(false);
  writeFileSync(path, "one");
  const { ctimeMs } = statSync(path);
  expect(edits.find([path], ctimeMs)).toBe(false);
  expect(edits.find([path], ctimeMs - 1)).toBe(true);
  expect(edits.find([path], ctimeMs - 1)).toBe(false);
  const other = join(folder, "other.ts");
  writeFileSync(other, "two");
  utimesSync(other, 1, 1);
  renameSync(other, path);
  expect(edits.find([path], 2_000)).toBe(true);
});
