import fc from "fast-check";
import { expect, it } from "vitest";
import { messageReader, readFunctionMessage } from "./function-messages.ts";

it("messageReader() finds the same messages however they are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 9 }), (messages, size) => {
      const text = messages.map((message) => `${JSON.stringify(message)}\n`).join("");
      const heard: unknown[] = [];
      const read = messageReader((message) => heard.push(message));
      for (let at = 0; at < text.length; at += size)
        expect(read(text.slice(at, at + size))).toBe(true);
      expect(JSON.stringify(heard)).toBe(JSON.stringify(messages));
    }),
  );
});

it("messageReader() passes over lines that are no JSON", () => {
  const heard: unknown[] = [];
  messageReader((message) => heard.push(message))("{\nnoise\n[1]\n");
  expect(heard).toEqual([[1]]);
});

it("messageReader() gives up on a line without an end", () => {
  const read = messageReader(() => undefined);
  const piece = "x".repeat(1024 * 1024);
  const pieces = Array.from({ length: 14 }, () => read(piece));
  expect(pieces[0]).toBe(true);
  expect(pieces.at(-1)).toBe(false);
});

it("readFunctionMessage() knows its messages and no others", () => {
  const run = { state: "run", id: 1, target: 0, command: ["ls"] };
  expect(readFunctionMessage(run)).toEqual(run);
  expect(readFunctionMessage({ state: "returned", value: null })).not.toBeNull();
  expect(readFunctionMessage({ state: "threw", message: "m", stack: "" })).not.toBeNull();
  expect(readFunctionMessage({ state: "threw", message: "m" })).toBeNull();
  expect(readFunctionMessage({ ...run, command: "ls" })).toBeNull();
  expect(readFunctionMessage({ ...run, target: "0" })).toBeNull();
  fc.assert(
    fc.property(fc.anything(), (message) => {
      expect(readFunctionMessage(message)).toBeNull();
    }),
  );
});
