import { expect, it } from "vitest";
import { claimsBody, describeBodyClaims, judgeBody, type BodyClaims } from "./body-claims.ts";

const NONE: BodyClaims = { contains: null, matches: null, json: null };
const OK = { source: "^ok$", flags: "m" };
const cases: [string, Partial<BodyClaims>, string, string][] = [
  ["all ok", { contains: "ok" }, "pass", "fail"],
  ["down", { contains: "ok" }, "fail", "pass"],
  ["", { contains: "ok" }, "fail", "pass"],
  ["a\nok\nb", { matches: OK }, "pass", "fail"],
  ["not ok", { matches: OK }, "fail", "pass"],
  ['{"a":1}', { json: { path: "a" } }, "pass", "fail"],
  ["{}", { json: { path: "a" } }, "fail", "pass"],
];

it.each(cases)("judgeBody() judges %j by %j as %s, and when absent %s", (body, claims, is, not) => {
  const seen = { body, isTruncated: false };
  const verdicts = (isAbsent: boolean): readonly string[] =>
    judgeBody(seen, { ...NONE, ...claims }, isAbsent).map(({ verdict }) => verdict);
  expect(verdicts(false)).toEqual([is]);
  expect(verdicts(true)).toEqual([not]);
});

it("judgeBody() tells what is found in a body that was cut, and otherwise knows nothing", () => {
  const seen = { body: "a", isTruncated: true };
  const verdicts = (contains: string, isAbsent: boolean): unknown =>
    judgeBody(seen, { ...NONE, contains }, isAbsent)[0]?.verdict;
  expect([verdicts("a", false), verdicts("b", false)]).toEqual(["pass", "error"]);
  expect([verdicts("a", true), verdicts("b", true)]).toEqual(["fail", "error"]);
});

it("judgeBody() judges every claim by itself", () => {
  const claims = { contains: "x", matches: OK, json: { path: "a", equals: 2 } };
  expect(judgeBody({ body: '{"a":1}', isTruncated: false }, claims)).toEqual([
    { verdict: "fail", expected: '"x" in the body', actual: "not found" },
    { verdict: "fail", expected: "/^ok$/m in the body", actual: "not found" },
    { verdict: "fail", expected: "$.a is 2", actual: "1" },
  ]);
});

it("describeBodyClaims() says what is claimed, and claimsBody() whether anything is", () => {
  const claims = { contains: "x\n", matches: OK, json: { path: "a" } };
  expect(describeBodyClaims(claims)).toEqual([
    'the body contains "x"',
    "the body matches /^ok$/m",
    "$.a is there",
  ]);
  expect(describeBodyClaims(claims, true)).toEqual([
    'the body does not contain "x"',
    "the body does not match /^ok$/m",
    "$.a is not there",
  ]);
  expect(describeBodyClaims(NONE)).toEqual([]);
  expect([claimsBody(claims), claimsBody(NONE)]).toEqual([true, false]);
});

it.each([/^a$/, /^a(?!b)/, /a/])(
  "judgeBody() says nothing of %s and a body that was cut",
  (wanted) => {
    const seen = { body: "a", isTruncated: true };
    const claims = { ...NONE, matches: { source: wanted.source, flags: wanted.flags } };
    expect(judgeBody(seen, claims)).toMatchObject([{ verdict: "error" }]);
    expect(judgeBody(seen, claims, true)).toMatchObject([{ verdict: "error" }]);
  },
);

it("judgeBody() shows no secret of what it found, and judges it as it is", () => {
  const seen = { body: '{"env":"demo","pin":4711}', isTruncated: false, secrets: ["demo", "4711"] };
  const json = (path: string, equals: string | number): unknown =>
    judgeBody(seen, { ...NONE, json: { path, equals } });
  expect(json("env", "demo")).toMatchObject([{ verdict: "pass", actual: '"***"' }]);
  expect(json("pin", 4711)).toMatchObject([{ verdict: "pass", actual: "***" }]);
  expect(json("env", "***")).toMatchObject([{ verdict: "fail", actual: '"***"' }]);
});
