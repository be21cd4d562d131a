import { PassThrough } from "node:stream";
import { expect, it, vi } from "vitest";
import { outputOf } from "./output.ts";

function stream(properties: { isTTY?: boolean; columns?: number; rows?: number }) {
  return Object.assign(new PassThrough({ encoding: "utf8" }), properties);
}

const ignore = (): void => undefined;
const terminal = { isTTY: true, columns: 100, rows: 40 };

it.each([
  [terminal, {}, true],
  [terminal, { NO_COLOR: "1" }, false],
  [terminal, { NO_COLOR: "", TERM: "xterm" }, true],
  [terminal, { TERM: "dumb" }, false],
  [terminal, { FORCE_COLOR: "0" }, false],
  [{}, {}, false],
  [{}, { FORCE_COLOR: "1" }, true],
  [{}, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
])("outputOf() of %j with %j has colour: %j", (properties, env, hasColor) => {
  expect(outputOf(stream(properties), env, ignore).hasColor).toBe(hasColor);
});

it("outputOf() has a size only on a terminal", () => {
  expect(outputOf(stream(terminal), {}, ignore).size()).toEqual({ columns: 100, rows: 40 });
  expect(outputOf(stream({}), {}, ignore).size()).toBeNull();
});

it("outputOf() tells that its reader went away, and any other failure with its error", () => {
  const broken = stream({});
  const onEnd = vi.fn();
  outputOf(broken, {}, onEnd).write("text");
  expect(broken.read()).toBe("text");
  const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
  for (const error of [Object.assign(new Error(), { code: "EPIPE" }), full]) {
    broken.emit("error", error);
  }
  expect(onEnd.mock.calls).toEqual([[null], [full]]);
});
