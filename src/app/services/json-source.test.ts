import fc from "fast-check";
import { expect, it } from "vitest";
import { parseJson, positionsIn, type JsonNode } from "./json-source.ts";
import { JsonSyntaxError } from "./json-syntax.ts";

function parse(text: string): JsonNode {
  const items: JsonNode[] = [];
  const root = parseJson(text, (item, index) => {
    expect(index).toBe(items.length);
    items.push(item);
  });
  return root ?? { kind: "list", offset: text.indexOf("["), items };
}

function valueOf(node: JsonNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(valueOf);
  return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value)]));
}

function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch (error) {
    expect(error instanceof SyntaxError || error instanceof JsonSyntaxError).toBe(true);
    return "refused";
  }
}

function refusal(text: string): JsonSyntaxError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
  throw new Error(`accepted ${text}`);
}

const units = fc
  .array(fc.nat(0xffff), { maxLength: 8 })
  .map((codes) => String.fromCharCode(...codes));

/** Text that is nearly JSON: pieces of it in any order. */
const pieces = fc
  .array(
    fc.constantFrom(
      ...['"', "\\", "\\u00", "e9", "a", "[", "]", "{", "}", ",", ":", " ", "\n", "\r", "\t", "\0"],
      ...[
        "-",
        "0",
        "1",
        "23",
        ".",
        "e",
        "E+",
        "true",
        "false",
        "null",
        '"k":',
        "é",
        "\uD83D",
        "//",
      ],
    ),
    { maxLength: 12 },
  )
  .map((texts) => texts.join(""));

/** JSON of any shape, and the same with characters taken out, put in or replaced. */
const mutated = fc
  .tuple(
    fc.json({ maxDepth: 3 }),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(2),
        fc.constantFrom(...'[ ] { } , : " \\ \n 0 1 - . e \0 é'.split(" "), " "),
      ),
    ),
  )
  .map(([json, edits]) =>
    edits.reduce((text, [place, dropped, put]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + put + text.slice(at + dropped);
    }, json),
  );

it("parseJson() accepts exactly what JSON.parse accepts, and reads the same", () => {
  fc.assert(
    fc.property(fc.oneof(pieces, mutated, fc.json(), units), (text) => {
      expect(outcome(() => valueOf(parse(text)))).toEqual(outcome((): unknown => JSON.parse(text)));
    }),
    { numRuns: 1_000 },
  );
});

it("parseJson() reads every number as JSON.parse does", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const text = String(number);
      expect(valueOf(parse(text))).toBe(JSON.parse(text));
    }),
  );
});

it("parseJson() says where each value and each key begins", () => {
  const text = ' [ {"a" : [ true ], "b":{}},\r\n\t-1.5e3 , "x" ]';
  const list = parse(text);
  const seen: string[] = [];
  const visit = (node: JsonNode): void => {
    seen.push(text.slice(node.offset, node.offset + 4));
    if (node.kind === "list") node.items.forEach(visit);
    if (node.kind !== "object") return;
    for (const member of node.members) {
      seen.push(text.slice(member.offset, member.offset + 3));
      visit(member.value);
    }
  };
  visit(list);
  expect(seen).toEqual(['[ {"', '{"a"', '"a"', "[ tr", "true", '"b"', "{}},", "-1.5", '"x" ']);
});

it("parseJson() keeps every key of an object, also one that is repeated or special", () => {
  const root = parse('{"a":1,"__proto__":2,"a":3,"\\u0061":4}');
  expect(
    root.kind === "object" && root.members.map(({ key, value }) => [key, valueOf(value)]),
  ).toEqual([
    ["a", 1],
    ["__proto__", 2],
    ["a", 3],
    ["a", 4],
  ]);
});

it("parseJson() bounds the depth, so that no text overflows the stack", () => {
  expect(valueOf(parse("[".repeat(100) + "]".repeat(100)))).toHaveLength(1);
  for (const text of [
    "[".repeat(101) + "]".repeat(101),
    "[".repeat(100_000),
    '{"a":'.repeat(1e5),
  ]) {
    expect(refusal(text).message).toBe(
      "lists and objects must be nested at most 100 deep: got one more",
    );
  }
  expect(refusal("[".repeat(100_000)).offset).toBe(100);
});

it("parseJson() hands over the items of a list and gives null, and gives back anything else", () => {
  const items: unknown[] = [];
  expect(parseJson("[1, [2]]", (item) => items.push(valueOf(item)))).toBeNull();
  expect(items).toEqual([1, [2]]);
  expect(parseJson(' {"a": []}', (item) => items.push(item))).toMatchObject({
    kind: "object",
    offset: 1,
  });
  expect(items).toHaveLength(2);
});

it.each([
  ["a trailing comma in a list", "[1, ]", ", ]", "a comma must be followed", "remove this comma"],
  ["a trailing comma in an object", '{"a":1,}', ",}", "a comma must be followed", "remove this"],
  ["a missing comma", "[{}\n{}]", "{}]", '"," or "]" is needed: got "{"', "put a comma before it"],
  ["two commas", "[1,,2]", ",2]", 'a value is needed: got ","', "a comma too many"],
  ["a missing colon", '{"a" 1}', "1}", '":" is needed: got "1"', "colon between a key and"],
  ["a pair in a list", '["a": 1]', ": 1]", '"," or "]" is needed: got ":"', "an object around"],
  ["single quotes", "[{'a': 1}]", "'a'", "a key in double quotes is needed", "straight double"],
  ["curly quotes", "[“a”]", "“a”", 'a value is needed: got "“"', "straight double quotes"],
  ["a key without quotes", "[{name: 1}]", "name", 'needed: got "n"', "keys take double quotes"],
  ["text without quotes", "[abc]", "abc", 'a value is needed: got "a"', "text takes double quotes"],
  ["a quote within text", '["a "b" c"]', 'b" c', 'is needed: got "b"', 'quote within text as \\"'],
  ["a line comment", "[1] // x", "// x", "the end of the file is needed", "JSON has no comments"],
  ["a block comment", "/* x */[]", "/* x", 'a value is needed: got "/"', "JSON has no comments"],
  ["a shell comment", "# x\n[]", "# x", 'a value is needed: got "#"', "JSON has no comments"],
  ["a second value", "{}\n{}", "{}", 'the end of the file is needed: got "{"', "into one list"],
  [
    "a wrong escape",
    '["C:\\path"]',
    "\\path",
    'such as \\n: got "p"',
    "a backslash itself as \\\\",
  ],
  ["a wrong code point", '["\\u00g0"]', "\\u00", 'such as \\n: got "u"', "a backslash itself"],
  ["a tab in text", '["a\tb"]', "\tb", "control characters: got a tab", "write it as \\t"],
  ["a zero in text", '["a\0b"]', "\0b", "characters: got U+0000", "write it as \\u0000"],
  ["a line break in text", '["a\nb"]', '"a\n', "the line on which it begins: got a line", "close"],
  ["text cut off", '[1, "abc', '"abc', "begins: got the end of the file", "close it"],
  ["a list cut off", "[\n1", "", "got the end of the file", '"[" on line 1 is not closed'],
  ["an object cut off", '[\n{"a":', "", "a value is needed: got the end", '"{" on line 2 is not'],
  ["a leading zero", "[007]", "007", 'a value is needed: got "0"', "numbers look like"],
  ["a plus sign", "[+1]", "+1", 'a value is needed: got "+"', "numbers look like"],
  ["a bare fraction", "[.5]", ".5", 'a value is needed: got "."', "numbers look like"],
  ["a number without an end", "[1.]", "1.]", 'a value is needed: got "1"', "numbers look like"],
  ["not a number", "[NaN]", "NaN", 'a value is needed: got "N"', "no NaN"],
  ["infinity", "[-Infinity]", "-Inf", 'a value is needed: got "-"', "no infinity"],
  ["Python's booleans", "[True]", "True", 'a value is needed: got "T"', "lower case"],
  ["Python's nothing", "[None]", "None", 'a value is needed: got "N"', "written null"],
  ["a web page", "<!doctype html>", "<!doc", 'a value is needed: got "<"', "HTML"],
  ["YAML", "- name: x", "- name", 'a value is needed: got "-"', "YAML"],
  ["UTF-16", "[\0", "\0", "a value is needed: got U+0000", "UTF-8"],
])("parseJson() explains %s", (_what, text, ...[rest, message, hint]) => {
  const error = refusal(text);
  expect(text.slice(error.offset).slice(0, rest.length)).toBe(rest);
  if (rest === "") expect(error.offset).toBe(text.length);
  expect(error.message).toContain(message);
  expect(error.hint).toContain(hint);
});

it("parseJson() quotes no more than one character of what it refuses", () => {
  expect(refusal('[{"url": "http://u:p"secret@host"}]').message).not.toContain("ecret");
  expect(refusal("[secret]").message).not.toContain("ecret");
});

it("parseJson() takes time in proportion to the text", () => {
  const started = performance.now();
  for (const piece of ["1", "[", '"', '"\\', "1e1", "-", "true", " ", '"a":', "\\u0041", "0."]) {
    for (const start of ["", "[", '["', '[{"']) {
      outcome(() => {
        parse(start + piece.repeat(50_000));
      });
    }
  }
  expect(performance.now() - started).toBeLessThan(1_500);
});

it("positionsIn() counts lines that end with LF, CRLF or CR, and columns in UTF-16 units", () => {
  const text = "ab\n\r\né😀x\rz";
  const positionOf = positionsIn(text);
  const at = (part: string): unknown => positionOf(text.indexOf(part));
  expect(at("a")).toEqual({ line: 1, column: 1 });
  expect(at("b")).toEqual({ line: 1, column: 2 });
  expect(at("\r\n")).toEqual({ line: 2, column: 1 });
  expect(at("é")).toEqual({ line: 3, column: 1 });
  expect(at("x")).toEqual({ line: 3, column: 4 });
  expect(at("z")).toEqual({ line: 4, column: 1 });
  expect(positionOf(text.length)).toEqual({ line: 4, column: 2 });
  expect(positionsIn("")(0)).toEqual({ line: 1, column: 1 });
});

it("positionsIn() finds each offset again by its line and column", () => {
  const text = fc.array(fc.constantFrom("a", "\n", "\r", "\r\n", "é")).map((all) => all.join(""));
  fc.assert(
    fc.property(text, fc.nat(), (source, anywhere) => {
      const offset = anywhere % (source.length + 1);
      const { line, column } = positionsIn(source)(offset);
      const lines = source.split(/(?<=\n)|(?<=\r)(?!\n)/u);
      const before = lines.slice(0, line - 1).join("");
      expect(before.length + column - 1).toBe(offset);
    }),
  );
});
