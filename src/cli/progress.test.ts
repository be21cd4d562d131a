import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { testOutput } from "../../test/support/terminal.ts";
import { Progress } from "./progress.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("Progress draws one line over and over on a terminal, and takes it off at the end", () => {
  const output = testOutput({ columns: 80, rows: 24 });
  const progress = new Progress(output, 3);
  progress.add(true);
  progress.add(false);
  vi.advanceTimersByTime(100);
  expect(output.text()).toBe("\r\u001b[2K2 of 3 checked, 1 not healthy …");
  progress.clear();
  expect(output.text().endsWith("\r\u001b[2K")).toBe(true);
  vi.advanceTimersByTime(10_000);
  expect(vi.getTimerCount()).toBe(0);
});

it("Progress writes a plain line every five seconds to a pipe, and none in a short run", () => {
  const output = testOutput();
  using progress = new Progress(output, 3);
  progress.add(true);
  vi.advanceTimersByTime(4_999);
  expect(output.text()).toBe("");
  vi.advanceTimersByTime(1);
  expect(output.text()).toBe("1 of 3 checked\n");
});
