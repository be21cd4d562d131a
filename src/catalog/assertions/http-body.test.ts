import { expect, it } from "vitest";
import { answering, type AnswerParts } from "../../../test/support/http-answers.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { TransportError } from "../../model/errors.ts";
import type { HttpRequest } from "../../ports/http.ts";
import { HTTPBodyAssert } from "./http-body.ts";

const { kind } = HTTPBodyAssert;
const url = "http://localhost:8080/";

it.each<[AnswerParts, object, string, string, string]>([
  [{ body: "Welcome" }, { contains: "Wel" }, "pass", '"Wel" in the body', "found"],
  [{ body: "Sorry" }, { contains: "Wel" }, "fail", '"Wel" in the body', "not found"],
  [{ body: "" }, { contains: "Wel" }, "fail", '"Wel" in the body', "an empty body"],
  [
    { body: "Sorry" },
    { contains: "Wel", absent: true },
    "pass",
    'no "Wel" in the body',
    "not found",
  ],
  [{ body: "Welcome" }, { contains: "Wel", absent: true }, "fail", 'no "Wel" in the body', "found"],
  [{ body: "a1" }, { matches: /\d/ }, "pass", "/\\d/ in the body", "found"],
  [{ body: '{"a":[5]}' }, { json: { path: "a[0]" } }, "pass", "$.a[0] is there", "5"],
  [{ body: '{"a":5}' }, { json: { path: "b" } }, "fail", "$.b is there", "nothing there"],
  [
    { body: "x", isTruncated: true },
    { contains: "y", absent: true },
    "error",
    'no "y" in the body',
    "not found in the 1 MiB that is read",
  ],
])("HTTPBodyAssert judges %j by %j as %s", async (answer, options, ...said) => {
  const judgement = await probe(kind, { url, ...options }, { world: answering(answer) });
  const { verdict, expected, actual } = judgement;
  expect([verdict, expected, actual]).toEqual(said);
});

it("HTTPBodyAssert insists on all that it is told, and with absent on none of it", async () => {
  const world = answering({ body: "a" });
  const verdict = async (options: object): Promise<string> =>
    (await probe(kind, { url, ...options }, { world })).verdict;
  expect(await verdict({ contains: "a", matches: "b" })).toBe("fail");
  expect(await verdict({ contains: "b", matches: "a", absent: true })).toBe("fail");
  expect(await verdict({ contains: "b", matches: "c", absent: true })).toBe("pass");
});

it("HTTPBodyAssert shows the start of the body and the numbers, and asks for all of it", async () => {
  const asked: HttpRequest[] = [];
  const world = answering({ status: 404, body: `gone${" ".repeat(2_000)}x` }, asked);
  expect(await probe(kind, { url, contains: "hello" }, { world })).toMatchObject({
    details: "body: gone…",
    metrics: { responseTimeMs: 12, statusCode: 404 },
  });
  expect(await probe(kind, { url, contains: "x" }, { world })).toMatchObject({ verdict: "pass" });
  expect(asked[0]?.keepBody).toBe(true);
});

it("HTTPBodyAssert leaves what went wrong below HTTP to the engine", async () => {
  const error = new TransportError("connection refused");
  const looking = probe(kind, { url, contains: "a" }, { world: answering(error) });
  await expect(looking).rejects.toBe(error);
});

it("HTTPBodyAssert needs to be told what to look for", () => {
  expect(() => bind(kind, { url })).toThrow("needs contains, matches or json");
  expect(() => bind(kind, { url, absent: true })).toThrow("needs contains, matches or json");
});

it("HTTPBodyAssert takes the URL from its resource", () => {
  expect(bind(kind, { contains: "a" }, { target: { url } })).toMatchObject({ url });
  expect(() => bind(kind, { contains: "a" })).toThrow("needs a URL");
});

it.each([
  [{ contains: "a" }, 'http://localhost:8080/: the body contains "a"'],
  [
    { contains: "a", matches: "b", absent: true },
    'http://localhost:8080/: the body does not contain "a", the body does not match /b/',
  ],
])("HTTPBodyAssert says of %j what it claims", (options, claim) => {
  const parameters = bind(kind, { url, ...options });
  expect(kind.claim(parameters)).toBe(claim);
  expect(kind.subject(parameters)).toBe(url);
});

it("HTTPBodyAssert judges its samples as they say", () => {
  for (const { expected, judgement } of kind.samples()) expect(judgement.verdict).toBe(expected);
});
