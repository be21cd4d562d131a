import fc from "fast-check";
import { expect, it } from "vitest";
import { asideName, changedName, leftoversAmong } from "./file-names.ts";

const MARKS = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "motd",
  instance: "0123456789abcdef",
  generation: 1,
  specHash: "a".repeat(64),
  version: 1,
};

const ANY_TEXT = fc
  .uint16Array({ minLength: 1, maxLength: 300 })
  .map((units) => String.fromCharCode(...units));

it("asideName() and changedName() are names that people recognise", () => {
  expect(asideName("motd", MARKS)).toBe(".motd.clockwork-0f8fad5b-0123456789abcdef.own");
  expect(changedName("motd", MARKS)).toBe(".motd.clockwork-0f8fad5b-0123456789abcdef.tmp");
});

it("asideName() and changedName() fit where the name itself does", () => {
  fc.assert(
    fc.property(ANY_TEXT, (name) => {
      for (const temporary of [asideName(name, MARKS), changedName(name, MARKS)]) {
        expect(new TextEncoder().encode(temporary).length).toBeLessThanOrEqual(255);
      }
    }),
  );
});

it("leftoversAmong() finds what the same project left of the same file, and nothing else", () => {
  const other = { ...MARKS, instance: "f".repeat(16) };
  const left = changedName("motd", other);
  const names = [
    left,
    asideName("motd", other),
    changedName("motd2", other),
    changedName("motd", { ...other, project: "1f8fad5b-d9cb-469f-a165-70867728950e" }),
    ".motd.clockwork-0f8fad5b-notes.tmp",
    "motd",
  ];
  expect(leftoversAmong(names, "motd", MARKS)).toEqual([left]);
  const long = "m".repeat(100);
  expect(leftoversAmong([changedName(long, other)], long, MARKS)).toEqual([]);
});
