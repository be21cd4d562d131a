import fc from "fast-check";
import { expect, it } from "vitest";
import { report } from "../../../test/support/report.ts";
import { json } from "./json.ts";

const render = (document: unknown): string =>
  json.render(report([], { document }), { color: true, width: 80 });

it("json() prints the document, indented by two, with a newline", () => {
  expect(render({ results: [{ name: "api", status: 200 }] })).toBe(
    '{\n  "results": [\n    {\n      "name": "api",\n      "status": 200\n    }\n  ]\n}\n',
  );
});

it("json() escapes what could drive a terminal, and the value stays the same", () => {
  const document = { name: "\u001B[2J\u009B31m\u007F\u202E\uD800\u2028\u{1FFFE}é图" };
  const text = render(document);
  expect(text).toBe(
    '{\n  "name": "\\u001b[2J\\u009b31m\\u007f\\u202e\\ud800\\u2028\\ud83f\\udffeé图"\n}\n',
  );
  expect(JSON.parse(text)).toEqual(document);
});

it("json() keeps every value through a round trip", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary", maxDepth: 1 }), (document) => {
      expect(JSON.stringify(JSON.parse(render(document)))).toBe(JSON.stringify(document));
    }),
  );
});

it("json() prints null where there is no document", () => {
  expect(render(undefined)).toBe("null\n");
});
