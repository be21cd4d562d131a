import { expect, it } from "vitest";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { parseJson } from "./json-source.ts";
import { Problems } from "./problems.ts";
import { EXAMPLE_SERVICE, ServiceReader } from "./service-entries.ts";

const SERVICE = '{"name":"a","url":"http://h"}';

function problemsOf(text: string): readonly Diagnostic[] {
  const problems = new Problems(text, "services.json");
  const reader = new ServiceReader(problems);
  try {
    parseJson(text, (entry, index) => {
      reader.read(entry, index);
    });
    problems.throwIfAny();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.diagnostics;
    throw error;
  }
  return [];
}

it("ServiceReader.read() takes the example that hints show", () => {
  expect(problemsOf(`[${EXAMPLE_SERVICE}]`)).toEqual([]);
});

it("ServiceReader.read() names the line of what is repeated", () => {
  expect(problemsOf(`[${SERVICE},\n\n${SERVICE}]`)).toMatchObject([
    {
      line: 3,
      message: 'name must be unique: got "a", which line 1 has already',
      hint: "give each service a name of its own",
    },
  ]);
  const twice = '[{"name":"a",\n"url":"http://h",\n"name":5,"\\u006eame":6}]';
  expect(problemsOf(twice)).toMatchObject([
    { line: 3, column: 1, message: "name must stand once in an entry: got it again, after line 1" },
    { line: 3, column: 10, code: "field-repeated" },
  ]);
});

it("ServiceReader.read() compares names as they are", () => {
  const other = '{"name":"A","url":"http://h"}';
  expect(problemsOf(`[${SERVICE},${other}]`)).toEqual([]);
});

it.each([
  ["expected-status", "did you mean `expected_status`?"],
  ["status", "did you mean `expected_status`?"],
  ["statusCode", "did you mean `expected_status`?"],
  ["timeoutMs", "did you mean `timeout`?"],
  ["service_name", "did you mean `name`?"],
  ["uri", "did you mean `url`?"],
  ["hostname", "remove it"],
  ["interval", "remove it"],
  ["__proto__", "remove it"],
  ["constructor", "remove it"],
  ["toString", "remove it"],
  ["", "remove it"],
  ["name".repeat(100), "remove it"],
])("ServiceReader.read() hints at the field meant by %j: %s", (key, hint) => {
  const text = `[{"name":"a","url":"http://h",${JSON.stringify(key)}:1}]`;
  expect(problemsOf(text)).toMatchObject([{ code: "field-unknown", hint }]);
});

it.each(["check_type", "checkType"])("ServiceReader.read() recognises a task file by %s", (key) => {
  const task = `{"name":"a","process_name":"p","${key}":"http_get","check_config":{}}`;
  for (const text of [`[${task},${task}]`, `[${SERVICE},1,\n${task}]`]) {
    expect(problemsOf(text)).toMatchObject([
      {
        code: "field-unknown",
        property: expect.stringMatching(new RegExp(`^\\[\\d\\]\\.${key}$`, "u")) as string,
        message: "a services file is needed: got a task file, whose entries have `check_type`",
      },
    ]);
  }
});

it("ServiceReader.read() keeps the keys of one entry apart from those of the next", () => {
  expect(problemsOf('[{"name":"a"},{"url":"http://h"}]')).toMatchObject([
    { property: "[0].url", message: "url is needed in every entry: got none" },
    { property: "[1].name", message: "name is needed in every entry: got none" },
  ]);
});

it("ServiceReader.read() writes keys that are no names in quotes, cut, and without passwords", () => {
  const keys = ["a.b", "x".repeat(200), "http://u:hunter2@h", "\u001B[2J"];
  const members = keys.map((key) => `${JSON.stringify(key)}:1`).join();
  expect(
    problemsOf(`[{"name":"a","url":"http://h",${members}}]`).map((one) => one.property),
  ).toEqual([
    '[0]["a.b"]',
    `[0]["${"x".repeat(80)}…"]`,
    '[0]["http://***@h"]',
    '[0]["\\u001b[2J"]',
  ]);
});
