import { expect, it } from "vitest";
import { answering } from "../../../test/support/http-answers.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { TransportError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import type { HttpRequest } from "../../ports/http.ts";
import { HTTPHeaderAssert } from "./http-header.ts";

const { kind } = HTTPHeaderAssert;
const url = "http://localhost:8080/";
const headers = { "x-frame-options": "DENY", "set-cookie": "session=hunter2", "x-empty": "" };

it.each([
  [{ header: "X-Frame-Options" }, "pass", "X-Frame-Options", '"DENY"'],
  [{ header: "x-empty" }, "pass", "x-empty", '""'],
  [{ header: "X-A" }, "fail", "X-A", "no such header"],
  [{ header: "X-Frame-Options", equals: "DENY" }, "pass", 'X-Frame-Options "DENY"', '"DENY"'],
  [{ header: "X-Frame-Options", equals: "deny" }, "fail", 'X-Frame-Options "deny"', '"DENY"'],
  [{ header: "X-A", equals: "" }, "fail", 'X-A ""', "no such header"],
  [
    { header: "X-Frame-Options", matches: /^d/i },
    "pass",
    "X-Frame-Options matching /^d/i",
    '"DENY"',
  ],
  [{ header: "X-Frame-Options", matches: "^S" }, "fail", "X-Frame-Options matching /^S/", '"DENY"'],
  [{ header: "X-A", matches: ".*" }, "fail", "X-A matching /.*/", "no such header"],
  [{ header: "X-A", absent: true }, "pass", "no X-A", "no such header"],
  [{ header: "X-Frame-Options", absent: true }, "fail", "no X-Frame-Options", '"DENY"'],
  [{ header: "Set-Cookie", absent: true }, "fail", "no Set-Cookie", "a value that is not shown"],
])("HTTPHeaderAssert judges %j as %s", async (options, verdict, expected, actual) => {
  const judgement = await probe(kind, { url, ...options }, { world: answering({ headers }) });
  const metrics = { responseTimeMs: 12, statusCode: 200 };
  expect(judgement).toEqual({ verdict, expected, actual, metrics });
});

it("HTTPHeaderAssert looks at a redirect itself when it is told to", async () => {
  const asked: HttpRequest[] = [];
  const world = answering({ status: 301, headers: { location: "https://a/" } }, asked);
  const options = { url, header: "Location", equals: "https://a/", followRedirects: false };
  expect(await probe(kind, options, { world })).toMatchObject({ verdict: "pass" });
  await probe(kind, { url, header: "Location" }, { world });
  expect(asked.map(({ followRedirects }) => followRedirects)).toEqual([false, true]);
});

it("HTTPHeaderAssert leaves what went wrong below HTTP to the engine", async () => {
  const error = new TransportError("connection refused");
  const looking = probe(kind, { url, header: "A" }, { world: answering(error) });
  await expect(looking).rejects.toBe(error);
});

it.each([
  [{ equals: "a", matches: "a" }, "takes only one of equals, matches"],
  [{ equals: "", absent: true }, "takes only one of equals, absent"],
])("HTTPHeaderAssert refuses %j", (options, message) => {
  expect(() => bind(kind, { url, header: "A", ...options })).toThrow(message);
});

it("HTTPHeaderAssert takes the URL from its resource", () => {
  expect(bind(kind, { header: "A" }, { target: { url } })).toMatchObject({ url });
  expect(() => bind(kind, { header: "A" })).toThrow("needs a URL");
});

it.each([undefined, "", "a b", "A:", "a\r\nb"])("HTTPHeaderAssert takes no header %j", (header) => {
  const { problems } = readOptions(kind.fields, { header });
  expect(problems.map(({ property }) => property)).toEqual(["header"]);
});

it.each([
  [{ header: "Server", absent: true }, "http://localhost:8080/ answers without Server"],
  [{ header: "Vary" }, "http://localhost:8080/ answers with Vary"],
  [{ header: "Vary", equals: "*" }, 'http://localhost:8080/ answers with Vary "*"'],
])("HTTPHeaderAssert says of %j what it claims", (options, claim) => {
  const parameters = bind(kind, { url, ...options });
  expect(kind.claim(parameters)).toBe(claim);
  expect(kind.subject(parameters)).toBe(`http://localhost:8080/ ${options.header}`);
});

it("HTTPHeaderAssert judges its samples as they say", () => {
  for (const { expected, judgement } of kind.samples()) expect(judgement.verdict).toBe(expected);
});
