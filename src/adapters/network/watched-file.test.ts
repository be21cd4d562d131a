import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { WatchedFile } from "./watched-file.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function watched(): { path: string; parsed: string[]; clock: ReturnType<typeof simulatedClock> } & {
  file: WatchedFile<string>;
} {
  const path = join(folder, "hosts");
  const clock = simulatedClock({ auto: false });
  const parsed: string[] = [];
  const parse = (text: string): string => {
    parsed.push(text);
    return text;
  };
  return { path, clock, parsed, file: new WatchedFile(path, parse, clock) };
}

it("value is what the file says", () => {
  const { path, file } = watched();
  writeFileSync(path, "one");

  expect(file.value).toBe("one");
});

it("value is read again once the file has changed, after two seconds", async () => {
  const { path, file, clock } = watched();
  writeFileSync(path, "one");
  expect(file.value).toBe("one");
  writeFileSync(path, "two and more");

  await clock.advance(1_999);
  expect(file.value).toBe("one");
  await clock.advance(1);
  expect(file.value).toBe("two and more");
});

it("value notices a change that leaves the length as it is", async () => {
  const { path, file, clock } = watched();
  writeFileSync(path, "one");
  expect(file.value).toBe("one");
  writeFileSync(path, "two");
  utimesSync(path, 1, 1);

  await clock.advance(2_000);
  expect(file.value).toBe("two");
});

it("value is not parsed again while the file stays as it is", async () => {
  const { path, file, clock, parsed } = watched();
  writeFileSync(path, "one");
  expect(file.value).toBe("one");

  await clock.advance(60_000);
  expect(file.value).toBe("one");
  expect(parsed).toEqual(["", "one"]);
});

it("value of a file that comes and goes is that of an empty one while it is not there", async () => {
  const { path, file, clock } = watched();
  expect(file.value).toBe("");
  writeFileSync(path, "one");
  await clock.advance(2_000);
  expect(file.value).toBe("one");
  rmSync(path);
  await clock.advance(2_000);

  expect(file.value).toBe("");
});

it("value of a folder is that of an empty file", () => {
  const file = new WatchedFile(folder, (text) => text, simulatedClock());

  expect(file.value).toBe("");
});
