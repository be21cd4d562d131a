import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { outputOf } from "./output.ts";

function stream(properties: { isTTY?: boolean; columns?: number; rows?: number }) {
  const written: string[] = [];
  const write = (text: string): unknown => written.push(text);
  return Object.assign(new EventEmitter(), { write, written, ...properties });
}

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
  expect(outputOf(stream(properties), env).hasColor).toBe(hasColor);
});

it("outputOf() has a size only on a terminal", () => {
  expect(outputOf(stream(terminal), {}).size()).toEqual({ columns: 100, rows: 40 });
  expect(outputOf(stream({}), {}).size()).toBeNull();
});

it("outputOf() takes a reader that went away for no error, and any other failure for one", () => {
  const broken = stream({});
  outputOf(broken, {}).write("text");
  expect(broken.written).toEqual(["text"]);
  expect(() => broken.emit("error", Object.assign(new Error(), { code: "EPIPE" }))).not.toThrow();
  const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
  expect(() => broken.emit("error", full)).toThrow("no space");
});
