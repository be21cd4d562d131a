import fc from "fast-check";
import { expect, it } from "vitest";
import { outputDetails, shownCommand } from "./command-text.ts";
import { displayWidth } from "./text.ts";

it.each([
  [["check_http", "-H", "localhost"], "check_http -H localhost"],
  [["sh", "-c", "exit 3"], 'sh -c "exit 3"'],
  [["mysql", "--password=hunter2", "db"], "mysql --password=*** db"],
  [["tool", "--api-key", "hunter2", "run"], "tool --api-key *** run"],
  [["tool", "--token", "--verbose"], "tool --token --verbose"],
  [["curl", "http://me:hunter2@host/a"], "curl http://***@host/a"],
  [["printf", ""], 'printf ""'],
  [["a", "two\nlines"], 'a "two\\nlines"'],
] as const)("shownCommand(%j) is %s", (command, text) => {
  expect(shownCommand(command)).toBe(text);
});

it("shownCommand is one short line without control characters, whatever the command", () => {
  const codeUnit = fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit));
  fc.assert(
    fc.property(fc.array(fc.array(codeUnit).map((units) => units.join(""))), (command) => {
      const text = shownCommand(command);
      expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(displayWidth(text)).toBeLessThanOrEqual(60);
    }),
  );
});

it("outputDetails keeps the last lines of each output, stderr first", () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${String(index + 1)}`);
  const details = outputDetails({ stdout: `${lines.join("\n")}\n`, stderr: "broken\n" });
  expect(details).toBe(`stderr:\nbroken\nstdout:\n${lines.slice(-20).join("\n")}`);
});

it("outputDetails cuts a long line at its beginning", () => {
  const details = outputDetails({ stdout: "", stderr: `${"x".repeat(10_000)}end` });
  expect(details.length).toBeLessThan(1_600);
  expect(details).toMatch(/^stderr:\n…x+end$/u);
});

it("outputDetails is empty when nothing was printed", () => {
  expect(outputDetails({ stdout: "\n", stderr: "" })).toBe("");
});
