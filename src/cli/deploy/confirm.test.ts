import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { testOutput } from "../../../test/support/terminal.ts";
import { ask, byName, mayAsk, yesOrNo } from "./confirm.ts";

const signal = new AbortController().signal;

it.each([
  [["y\n"], true],
  [["YES\r\n"], true],
  [["  y", "es \n", "no\n"], true],
  [[Buffer.from("y\n")], true],
  [["\n"], false],
  [["no\n"], false],
  [["yes"], false],
  [[], false],
  [["y".repeat(2_000)], false],
] as const)("ask() takes %j for %s", async (typed, expected) => {
  const stderr = testOutput();
  const question = yesOrNo("Apply this change?");
  expect(await ask(question, { stdin: Readable.from(typed), stderr, signal })).toBe(expected);
  expect(stderr.text()).toContain("Apply this change? [y/N] ");
});

it("ask() wants the very name for what cannot be undone", async () => {
  const question = byName("This destroys 2 resources.", "shop");
  const answers = ["shop\n", "y\n", "Shop\n"].map(async (typed) => {
    return await ask(question, { stdin: Readable.from([typed]), stderr: testOutput(), signal });
  });
  expect(await Promise.all(answers)).toEqual([true, false, false]);
});

it("ask() ends when it is told to, though nobody answers", async () => {
  const controller = new AbortController();
  const stdin = new Readable({ read: () => undefined });
  const asked = ask(yesOrNo("?"), { stdin, stderr: testOutput(), signal: controller.signal });
  controller.abort(new Error("interrupted"));
  await expect(asked).rejects.toThrow("interrupted");
  expect(stdin.destroyed).toBe(true);
});

it("mayAsk() needs somebody who types, and sees what is asked", () => {
  const typing = Object.assign(Readable.from([]), { isTTY: true });
  const terminal = testOutput({ columns: 80, rows: 24 });
  expect(mayAsk({ stdin: typing, stderr: terminal })).toBe(true);
  expect(mayAsk({ stdin: typing, stderr: testOutput() })).toBe(false);
  expect(mayAsk({ stdin: Readable.from([]), stderr: terminal })).toBe(false);
});
