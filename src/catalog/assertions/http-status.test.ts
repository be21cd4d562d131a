import { expect, it } from "vitest";
import { answering } from "../../../test/support/http-answers.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { TransportError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import type { HttpRequest } from "../../ports/http.ts";
import { HTTPStatusAssert } from "./http-status.ts";

const { kind } = HTTPStatusAssert;
const url = "http://localhost:8080/";

it.each([
  [200, undefined, "pass", "200", "200"],
  [204, undefined, "fail", "200", "204 No Content"],
  [204, "2xx", "pass", "2xx", "204"],
  [404, "2xx", "fail", "2xx", "404 Not Found"],
  [404, ["2xx", 404], "pass", "2xx or 404", "404"],
  [500, [200, 204, "4xx"], "fail", "200, 204 or 4xx", "500 Internal Server Error"],
] as const)("HTTPStatusAssert judges %d by %j as %s", async (status, expectedStatus, ...said) => {
  const world = answering({ status });
  const judgement = await probe(kind, { url, expectedStatus }, { world });
  const { verdict, expected, actual, ...rest } = judgement;
  expect([verdict, expected, actual]).toEqual(said);
  expect(rest).toEqual({ metrics: { responseTimeMs: 12, statusCode: status } });
});

it("HTTPStatusAssert shows the start of the body when it fails, and where it came from", async () => {
  const answer = { status: 502, body: "<h1>Bad\tGateway</h1>", url: new URL("https://b/?x") };
  const judgement = await probe(kind, { url }, { world: answering(answer) });
  expect(judgement.details).toBe("redirected to https://b/?…\nbody: <h1>Bad Gateway</h1>");
});

it.each([
  [200, true],
  ["2xx", true],
  ["3xx", false],
  [["2xx", 301], false],
])("HTTPStatusAssert that expects %j follows redirects: %j", async (expectedStatus, follows) => {
  const asked: HttpRequest[] = [];
  await probe(kind, { url, expectedStatus }, { world: answering({}, asked) });
  expect(asked[0]?.followRedirects).toBe(follows);
});

it("HTTPStatusAssert leaves what went wrong below HTTP to the engine", async () => {
  const error = new TransportError("too many files open", { blame: "ourselves" });
  await expect(probe(kind, { url }, { world: answering(error) })).rejects.toBe(error);
});

it("HTTPStatusAssert takes the URL from its resource", () => {
  expect(bind(kind, {}, { target: { url } })).toEqual({ url, expectedStatus: 200 });
  expect(() => bind(kind, {})).toThrow("needs a URL");
});

it.each([99, 600, "6xx", "ok", [], [200, "x"]])(
  "HTTPStatusAssert expects no status %j",
  (value) => {
    const { problems } = readOptions(kind.fields, { url, expectedStatus: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.property).toMatch(/^expectedStatus(?:\[\d\])?$/u);
  },
);

it("HTTPStatusAssert says what it claims", () => {
  const parameters = bind(kind, { url: `${url}?a=b`, expectedStatus: ["2xx", 404] });
  expect(kind.claim(parameters)).toBe("http://localhost:8080/?… answers 2xx or 404");
  expect(kind.subject(parameters)).toBe("http://localhost:8080/?…");
});

it("HTTPStatusAssert judges its samples as they say", () => {
  for (const { expected, judgement } of kind.samples()) expect(judgement.verdict).toBe(expected);
});
