import fc from "fast-check";
import { expect, it } from "vitest";
import { formatEntries, parseEntries } from "./mark-entries.ts";

const MARKS = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "motd",
  instance: "0123456789abcdef",
  generation: 2,
  specHash: "a".repeat(64),
  version: 3,
};
const ENTRIES = [
  { claim: "path:/etc/motd", marks: MARKS, kind: "file" },
  { claim: "command:stamp", marks: { ...MARKS, resource: "stamp" } },
];

const ANY_TEXT = fc.uint16Array().map((units) => String.fromCharCode(...units));

it("parseEntries() reads what formatEntries() wrote", () => {
  expect(parseEntries(formatEntries(ENTRIES))).toEqual(ENTRIES);
  const claims = fc.array(ANY_TEXT.map((text) => `path:${text.toWellFormed()}`));
  fc.assert(
    fc.property(claims, (each) => {
      const entries = each.map((claim) => ({ claim, marks: MARKS }));
      expect(parseEntries(formatEntries(entries))).toEqual(entries);
    }),
  );
});

it("parseEntries() takes whatever is no page of the book for an empty one", () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((entries) => JSON.stringify({ format: 1, entries })),
    fc
      .record({ format: fc.integer(), entries: fc.constant(ENTRIES) })
      .filter(({ format }) => format !== 1)
      .map((page) => JSON.stringify(page)),
    fc.nat().map((at) => formatEntries(ENTRIES).slice(0, at % (formatEntries(ENTRIES).length - 3))),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      expect(parseEntries(text)).toEqual([]);
    }),
  );
});

it("parseEntries() leaves out an entry that is not whole, and keeps the others", () => {
  const broken = fc.constantFrom(
    "claim",
    "project",
    "resource",
    "instance",
    "generation",
    "specHash",
    "version",
  );
  fc.assert(
    fc.property(
      broken,
      fc.jsonValue().filter((value) => typeof value !== "string" && typeof value !== "number"),
      (field, value) => {
        const [first, second] = (JSON.parse(formatEntries(ENTRIES)) as { entries: object[] })
          .entries;
        const text = JSON.stringify({ format: 1, entries: [{ ...first, [field]: value }, second] });
        expect(parseEntries(text)).toEqual([ENTRIES[1]]);
      },
    ),
  );
});
