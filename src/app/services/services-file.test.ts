import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { parseServices, readServices } from "./services-file.ts";

function problemsOf(text: string): readonly Diagnostic[] {
  try {
    parseServices(text, "services.json");
  } catch (error) {
    if (error instanceof ConfigurationError) return error.diagnostics;
    throw error;
  }
  return [];
}

/** Each problem as the property, the code, and the text at its place. */
function places(text: string): readonly (readonly [string | null, string, string])[] {
  return problemsOf(text).map(({ property, code, line, column }) => {
    const rest = text.split("\n")[(line ?? 0) - 1]?.slice((column ?? 0) - 1) ?? "nowhere";
    return [property, code, rest];
  });
}

const SERVICE = '{"name":"a","url":"http://h"}';

it("parseServices() fills in the defaults, and keeps the order", () => {
  const text = `[
    { "name": "b", "url": "http://b", "expected_status": 204, "timeout": "500ms" },
    { "url": "https://user:pass@a/x", "name": "a" }
  ]`;
  expect(parseServices(text, "f")).toEqual([
    { name: "b", url: "http://b", expectedStatus: 204, timeout: 0.5 },
    { name: "a", url: "https://user:pass@a/x", expectedStatus: 200, timeout: 5 },
  ]);
});

it("parseServices() takes an empty list, and a byte order mark", () => {
  expect(parseServices(" [ ]\r\n", "f")).toEqual([]);
  expect(parseServices(`\uFEFF[${SERVICE}]`, "f")).toHaveLength(1);
  expect(problemsOf("\uFEFF[1]")[0]).toMatchObject({ line: 1, column: 2 });
});

it("parseServices() reports all problems together, each with its place, in the order of the file", () => {
  const text = [
    "[",
    '  { "name": "a", "timeout": -1 },',
    '  { "name": "", "url": "ftp://h", "nmae": 1, "name": "z" },',
    '  "x",',
    '  { "expected_status": "200", "name": "a", "url": "http://h", "a b": 1 }',
    "]",
  ].join("\n");
  expect(places(text)).toEqual([
    ["[0].url", "field-missing", '{ "name": "a", "timeout": -1 },'],
    ["[0].timeout", "field-range", "-1 },"],
    ["[1].name", "field-range", '"", "url": "ftp://h", "nmae": 1, "name": "z" },'],
    ["[1].url", "url-unsupported", '"ftp://h", "nmae": 1, "name": "z" },'],
    ["[1].nmae", "field-unknown", '"nmae": 1, "name": "z" },'],
    ["[1].name", "field-repeated", '"name": "z" },'],
    ["[2]", "not-an-object", '"x",'],
    ["[3].expected_status", "field-type", '"200", "name": "a", "url": "http://h", "a b": 1 }'],
    ["[3].name", "name-duplicate", '"a", "url": "http://h", "a b": 1 }'],
    ['[3]["a b"]', "field-unknown", '"a b": 1 }'],
  ]);
});

it("parseServices() writes a problem out in full", () => {
  expect(problemsOf('[\n {"name":"a","url":"http://h","expectedStatus":1}]')).toEqual([
    {
      code: "field-unknown",
      file: "services.json",
      line: 2,
      column: 31,
      property: "[0].expectedStatus",
      message: 'a field must be one of name, url, expected_status, timeout: got "expectedStatus"',
      hint: "did you mean `expected_status`?",
    },
  ]);
});

it.each([
  ["{}", "an object", "for example: [{"],
  ['{"services":[]}', "an object", "leave only the list that `services` holds"],
  ['{"services":{}}', "an object", "for example: [{"],
  [SERVICE, "an object", "put square brackets around it"],
  ["null", "null", "for example: [{"],
  ['"x"', '"x"', "for example: [{"],
])("parseServices() needs a list: %s", (text, got, hint) => {
  expect(problemsOf(` ${text}`)).toMatchObject([
    {
      code: "not-a-list",
      line: 1,
      column: 2,
      message: `a list of services is needed: got ${got}`,
      hint: expect.stringContaining(hint) as string,
    },
  ]);
});

it.each(["", " \r\n\t", "\uFEFF", "\uFEFF\n"])("parseServices() says that %j is empty", (text) => {
  expect(problemsOf(text)).toMatchObject([
    { code: "file-empty", line: null, hint: expect.stringContaining('[{ "name": "') as string },
  ]);
});

it("parseServices() gives nothing but the syntax problem of a text that is not JSON", () => {
  expect(problemsOf("[1,\n {'name': 1}]")).toEqual([
    {
      code: "json-syntax",
      file: "services.json",
      line: 2,
      column: 3,
      property: null,
      message: "a key in double quotes is needed: got a single quote",
      hint: 'keys and text take straight double quotes: "like this"',
    },
  ]);
});

it("parseServices() shows 100 problems and counts the rest", () => {
  const problems = problemsOf(`[${"1,\n".repeat(1_000)}1]`);
  expect(problems).toHaveLength(101);
  expect(problems.at(-1)).toMatchObject({
    code: "too-many-problems",
    line: 101,
    column: 1,
    message: "901 more problems are not shown, from here on",
  });
});

it("parseServices() reads 20,000 entries in a moment", () => {
  const entries = Array.from({ length: 20_000 }, (_, index) => ({
    name: `service-${String(index)}`,
    url: `http://host-${String(index)}.example:8080/health`,
    expected_status: 200,
    timeout: 5,
  }));
  const text = JSON.stringify(entries, null, 2);
  const started = performance.now();
  expect(parseServices(text, "f")).toHaveLength(20_000);
  expect(performance.now() - started).toBeLessThan(1_000);
});

it("parseServices() bears a hostile text of any size", () => {
  const started = performance.now();
  for (const piece of ["[", "{}", "0,", '"a":1,', '{"name":"a"},', '"', "\\", "@:", "\n", "-"]) {
    for (const start of ["", "[", "[{", '[{"name":"', '[{"url":"http://', '[{"timeout":"']) {
      expect(problemsOf(start + piece.repeat(20_000)).length).toBeGreaterThan(0);
    }
  }
  expect(performance.now() - started).toBeLessThan(3_000);
});

it("readServices() reads a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "clockwork-services-"));
  try {
    const path = join(folder, "services.json");
    writeFileSync(path, `\uFEFF[${SERVICE}]`);
    const stdin = Readable.from(["never read"]);
    expect(await readServices(path, { stdin })).toMatchObject([{ name: "a", url: "http://h" }]);
    await expect(readServices(join(folder, "service.json"), { stdin })).rejects.toMatchObject({
      diagnostics: [{ code: "file-missing", hint: `did you mean "${path}"?` }],
    });
    await expect(readServices(join(folder, "other.json"), { stdin })).rejects.toMatchObject({
      diagnostics: [{ hint: expect.stringContaining('[{ "name": "api", "url": "http') as string }],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("readServices() reads standard input, and calls it -", async () => {
  async function* stdin(text: string): AsyncGenerator<string | Uint8Array> {
    yield text.slice(0, 5);
    yield Buffer.from(text.slice(5));
  }
  expect(await readServices("-", { stdin: stdin(`[${SERVICE}]`) })).toHaveLength(1);
  await expect(readServices("-", { stdin: stdin("[1]") })).rejects.toMatchObject({
    diagnostics: [{ file: "-", line: 1, column: 2, code: "not-an-object" }],
  });
});
