import fc from "fast-check";
import { expect, it } from "vitest";
import { describeJsonClaim, jsonClaim, judgeJson } from "./json-claim.ts";
import type { Json } from "./json.ts";
import { InvalidOption } from "./options.ts";

const seen = (body: string): { body: string; isTruncated: boolean } => ({
  body,
  isTruncated: false,
});

it.each([
  [{ path: "$.a" }, { path: "$.a" }],
  [
    { path: "a", equals: null },
    { path: "a", equals: null },
  ],
  [{ path: "a", equals: undefined }, { path: "a" }],
  [
    { path: "a", equals: { b: [1] } },
    { path: "a", equals: { b: [1] } },
  ],
])("jsonClaim() reads %j", (value, read) => {
  expect(jsonClaim().read(value)).toEqual(read);
  expect(jsonClaim().read(jsonClaim().read(value))).toEqual(read);
});

it.each([
  ["$.a", "", "must be an object of path, equals"],
  [{}, ".path", "must be a path into JSON"],
  [{ path: "$.." }, ".path", "cannot be read"],
  [{ path: "a", equal: 1 }, ".equal", "is not an option"],
  [{ path: "a", equals: NaN }, ".equals", "must be a value that JSON holds"],
  [{ path: "a", equals: { b: undefined } }, ".equals.b", "must be a value that JSON holds"],
])("jsonClaim() refuses %j", (value, property, message) => {
  try {
    jsonClaim().read(value);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOption);
    expect(error).toMatchObject({ property });
    expect((error as Error).message).toContain(message);
  }
});

it.each<[string, { path: string; equals?: Json }, string, string]>([
  ['{"status":"ok"}', { path: "status", equals: "ok" }, "pass", '"ok"'],
  ['{"status":"down"}', { path: "status", equals: "ok" }, "fail", '"down"'],
  ['{"a":null}', { path: "a", equals: null }, "pass", "null"],
  ['{"a":null}', { path: "a" }, "pass", "null"],
  ["{}", { path: "a", equals: null }, "fail", "nothing there"],
  ["{}", { path: "a" }, "fail", "nothing there"],
  ['{"a":1}', { path: "a", equals: "1" }, "fail", "1"],
  ['{"a":[1,{"b":2}]}', { path: "a", equals: [1, { b: 2 }] }, "pass", '[1,{"b":2}]'],
  ['{"a":[1]}', { path: "a", equals: [1, 2] }, "fail", "[1]"],
  ['{"b":2,"a":1}', { path: "$", equals: { a: 1, b: 2 } }, "pass", '{"b":2,"a":1}'],
  ['{"b":2,"a":1}', { path: "$", equals: { a: 1 } }, "fail", '{"b":2,"a":1}'],
  ['{"a":1}', { path: "$", equals: { toString: 1 } }, "fail", '{"a":1}'],
  ["<html>", { path: "a" }, "fail", "no JSON"],
  ["", { path: "a" }, "fail", "an empty body"],
  ["[1,2,3,4,5,6,7,8,9,10,11]", { path: "$" }, "pass", '[1,2,3,4,5,6,7,8,9,10,"…"]'],
])("judgeJson() judges %s by %j as %s", (body, claim, verdict, actual) => {
  expect(judgeJson(seen(body), claim)).toMatchObject({ verdict, actual });
});

it.each<[string, { path: string; equals?: Json }, string]>([
  ["{}", { path: "error" }, "pass"],
  ['{"error":null}', { path: "error" }, "fail"],
  ['{"a":2}', { path: "a", equals: 1 }, "pass"],
  ['{"a":1}', { path: "a", equals: 1 }, "fail"],
  ["<html>", { path: "error" }, "fail"],
])("judgeJson() judges %s by the absence of %j as %s", (body, claim, verdict) => {
  expect(judgeJson(seen(body), claim, true)).toMatchObject({ verdict });
});

it("judgeJson() knows nothing of JSON that our own limit cut", () => {
  const judgement = judgeJson({ body: '{"a":1}', isTruncated: true }, { path: "a" });
  expect(judgement).toMatchObject({ verdict: "error" });
});

it("judgeJson() bears JSON that is deeper than any stack", () => {
  const body = `${"[".repeat(400_000)}${"]".repeat(400_000)}`;
  expect(judgeJson(seen(body), { path: "$", equals: [] })).toMatchObject({
    verdict: "fail",
    actual: '[[["…"]]]',
  });
});

it("judgeJson() finds any value equal to itself, and shows little of it", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const read = JSON.parse(JSON.stringify(value)) as Json;
      const judgement = judgeJson(seen(JSON.stringify({ value })), { path: "value", equals: read });
      expect(judgement.verdict).toBe("pass");
      expect(judgement.actual.length).toBeLessThanOrEqual(80);
    }),
  );
});

it("judgeJson() comes to a verdict, whatever comes", () => {
  const claim = { path: "a[0].b", equals: { c: 1 } };
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (body) => {
      expect(["pass", "fail"]).toContain(judgeJson(seen(body), claim).verdict);
    }),
  );
});

it.each<[{ path: string; equals?: Json }, boolean, string]>([
  [{ path: "a.b" }, false, "$.a.b is there"],
  [{ path: "a.b" }, true, "$.a.b is not there"],
  [{ path: "a", equals: "ok" }, false, '$.a is "ok"'],
  [{ path: "a", equals: 1 }, true, "$.a is not 1"],
])("describeJsonClaim() says %j, absent %j, as %s", (claim, isAbsent, words) => {
  expect(describeJsonClaim(claim, isAbsent)).toBe(words);
});
