import fc from "fast-check";
import { expect, it } from "vitest";
import { CODES } from "../../model/codes.ts";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { parseServices } from "./services-file.ts";

/** What may be put in by mistake. */
const slips = Array.from("[]{},:\"'\\/# \n\r\t0-.aé");

function problemsOf(text: string): readonly Diagnostic[] {
  try {
    parseServices(text, "services.json");
  } catch (error) {
    if (error instanceof ConfigurationError) return error.diagnostics;
    throw error;
  }
  return [];
}

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => text.trim() !== "" && !/[\p{Zl}\p{Zp}]/u.test(text));
const host = fc.stringMatching(/^[a-z][a-z0-9]{0,9}(\.[a-z]{1,5})?(:[1-9][0-9]{0,3})?$/u);
const url = fc
  .tuple(fc.constantFrom("http://", "https://", "HTTP://u:p@"), host, fc.webPath())
  .map((parts) => parts.join(""));
const entry = fc.record(
  {
    name,
    url,
    expected_status: fc.integer({ min: 100, max: 599 }),
    timeout: fc.double({ min: 0, minExcluded: true, max: 86_400, noNaN: true }),
  },
  { requiredKeys: ["name", "url"] },
);
const entries = fc.uniqueArray(entry, { selector: (one) => one.name, maxLength: 6 });

/** JSON with white space wherever there may be some. */
function spaced(value: unknown, space: () => string): string {
  const inside = (): string => {
    if (Array.isArray(value)) return `[${value.map((item) => spaced(item, space)).join(",")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const pairs = Object.entries(value).map(
      ([key, part]) => `${space()}${JSON.stringify(key)}${space()}:${spaced(part, space)}`,
    );
    return `{${pairs.join(",")}}`;
  };
  return `${space()}${inside()}${space()}`;
}

const whiteSpace = fc
  .array(fc.constantFrom("", " ", "\n", "\t", "\r\n", "\n  "), { minLength: 1, maxLength: 9 })
  .map((spaces) => {
    let next = 0;
    return (): string => spaces[(next += 1) % spaces.length] ?? "";
  });

it("parseServices() reads back every valid list", () => {
  fc.assert(
    fc.property(entries, whiteSpace, (list, space) => {
      expect(parseServices(spaced(list, space), "f")).toEqual(
        list.map((one) => ({
          name: one.name,
          url: one.url,
          expectedStatus: one.expected_status ?? 200,
          timeout: one.timeout ?? 5,
        })),
      );
    }),
  );
});

it("parseServices() points at the value that is wrong, wherever it stands", () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ["name", 17],
    ["url", "ftp://h"],
    ["expected_status", 1_000],
    ["timeout", "soon"],
    ["colour", "red"],
  ];
  const place = fc.tuple(fc.nat(), fc.constantFrom(...wrong));
  fc.assert(
    fc.property(entries, place, whiteSpace, (list, [anywhere, [key, value]], space) => {
      fc.pre(list.length > 0);
      const at = anywhere % list.length;
      const spoilt = list.map((one, index) => (index === at ? { ...one, [key]: value } : one));
      const text = spaced(spoilt, space);
      const problems = problemsOf(text);
      expect(problems).toMatchObject([{ property: `[${String(at)}].${key}` }]);
      const expected = JSON.stringify(key === "colour" ? key : value);
      for (const { line, column } of problems) {
        const rest = text.split("\n")[(line ?? 0) - 1]?.slice((column ?? 0) - 1);
        expect(rest?.slice(0, expected.length)).toBe(expected);
      }
    }),
  );
});

/** Checks what holds for every text. */
function expectLawful(text: string): void {
  let isJson = true;
  try {
    JSON.parse(text);
  } catch {
    isJson = false;
  }
  const problems = problemsOf(text);
  if (!isJson) expect(problems).toHaveLength(1);
  const lines = text.split(/\r\n?|\n/u);
  for (const { file, code, line, column, property, message, hint } of problems) {
    expect(file).toBe("services.json");
    expect(Object.keys(CODES)).toContain(code);
    expect(message).toMatch(/^[^\p{Cc}]+$/u);
    expect(hint).not.toBe("");
    if (property !== null) expect(property).toMatch(/^\[\d+\]/u);
    if (code === "file-empty") continue;
    expect(lines[(line ?? 0) - 1]?.length).toBeGreaterThanOrEqual((column ?? 0) - 1);
    expect(column).toBeGreaterThanOrEqual(1);
  }
}

it("parseServices() throws nothing but lawful problems for any text and any JSON", () => {
  const units = fc
    .array(fc.nat(0xffff), { maxLength: 9 })
    .map((codes) => String.fromCharCode(...codes));
  const fields = fc.dictionary(
    fc.constantFrom("name", "url", "expected_status", "timeout", "check_type", "__proto__", "x"),
    fc.oneof(fc.jsonValue(), fc.webUrl(), fc.double()),
  );
  const nearly = fc.array(fc.oneof(fields, fc.jsonValue()));
  const texts = fc.oneof(
    units,
    fc.json(),
    nearly.map((value) => JSON.stringify(value)),
  );
  fc.assert(fc.property(texts, expectLawful), { numRuns: 500 });
});

it("parseServices() throws nothing but lawful problems for a valid file with slips in it", () => {
  const slip = fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom("", ...slips));
  fc.assert(
    fc.property(entries, whiteSpace, fc.array(slip, { maxLength: 4 }), (list, space, edits) => {
      let text = spaced(list, space);
      for (const [anywhere, dropped, put] of edits) {
        const at = anywhere % (text.length + 1);
        text = text.slice(0, at) + put + text.slice(at + dropped);
      }
      expectLawful(text);
    }),
    { numRuns: 500 },
  );
});

it("parseServices() never repeats a password, however the file is broken", () => {
  const text = `[{"name":"http://u:hunter2@n","name":1,"url":"ftp://u:hunter2@h"},
    {"name":"http://u:hunter2@n","url":"http://u:hunter2@h:x/", "http://u:hunter2@k": 1},
    "http://u:hunter2@e", {"name":"a","url":"http://u:hunter2@h","timeout":"http://u:hunter2@t"}]`;
  expect(problemsOf(text).length).toBeGreaterThan(5);
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(1), fc.constantFrom(...slips), (at, dropped, put) => {
      // Without its "@", what stands there is no password any more.
      fc.pre(dropped === 0 || text[at] !== "@");
      const broken = text.slice(0, at) + put + text.slice(at + dropped);
      expect(JSON.stringify(problemsOf(broken))).not.toContain("hunter2");
    }),
    { numRuns: 1_000 },
  );
});
