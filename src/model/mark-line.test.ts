import fc from "fast-check";
import { expect, it } from "vitest";
import { markLine, marksOfText, textBelowMarks } from "./mark-line.ts";
import type { Marks } from "./marks.ts";

const MARKS: Marks = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "web",
  instance: "0123456789abcdef",
  generation: 1,
  specHash: "a".repeat(64),
  version: 1,
};

it("marksOfText() reads what markLine() wrote, and textBelowMarks() what stands below", () => {
  const text = `${markLine("#", MARKS)}[Service]\n`;
  expect(text).toMatch(/^# clockwork \{"project":"0f8fad5b[^\n]*\}\n\[Service\]\n$/u);
  expect(marksOfText("#", text)).toEqual(MARKS);
  expect(textBelowMarks("#", text)).toBe("[Service]\n");
  expect(marksOfText(";", text)).toBeNull();
});

it.each([
  ["nothing", ""],
  ["no marks", "[Service]\n"],
  ["marks that are cut off", markLine("#", MARKS).slice(0, -2)],
  ["marks without the end of the line", markLine("#", MARKS).trimEnd()],
  ["marks below something else", `\n${markLine("#", MARKS)}`],
  ["marks that are not all there", '# clockwork {"project":"x"}\n'],
  ["marks of another shape", "# clockwork {}\n"],
  ["a line that has no end in sight", `# clockwork {"a":"${"x".repeat(2_000)}"}\n`],
])("marksOfText() finds none of ours in %s, and textBelowMarks() gives all of it", (_, text) => {
  expect(marksOfText("#", text)).toBeNull();
  expect(textBelowMarks("#", text)).toBe(text);
});

it("marksOfText() gives marks or none, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      for (const whole of [text, `# clockwork ${text}`, `# clockwork {${text}\n`]) {
        const marks = marksOfText("#", whole);
        expect(whole.endsWith(textBelowMarks("#", whole))).toBe(true);
        if (marks !== null) expect(marksOfText("#", markLine("#", marks))).toEqual(marks);
      }
    }),
  );
});
