import { expect, it } from "vitest";
import { answering, hanging, type AnswerParts } from "../../../test/support/http-answers.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError, TransportError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import { secret } from "../../model/secret.ts";
import type { HttpRequest } from "../../ports/http.ts";
import { HealthcheckAssert } from "./healthcheck.ts";

const { kind } = HealthcheckAssert;
const url = "http://localhost:8080/health";

it("HealthcheckAssert passes when the status is 200", async () => {
  expect(await probe(kind, { url }, { world: answering({}) })).toEqual({
    verdict: "pass",
    expected: "200",
    actual: "200",
    metrics: { responseTimeMs: 12, statusCode: 200 },
  });
});

it("HealthcheckAssert fails with another status, and shows the start of the body", async () => {
  const world = answering({ status: 503, body: "no\n database" });
  expect(await probe(kind, { url }, { world })).toEqual({
    verdict: "fail",
    expected: "200",
    actual: "503 Service Unavailable",
    metrics: { responseTimeMs: 12, statusCode: 503 },
    details: "body: no database",
  });
});

it.each<[string, AnswerParts, object, string]>([
  ["text", { body: "all ok" }, { bodyContains: "ok" }, "pass"],
  ["text", { body: "OK" }, { bodyContains: "ok" }, "fail"],
  ["a pattern", { body: "up 12 days" }, { bodyMatches: /up \d+ days/ }, "pass"],
  ["a pattern", { body: "up" }, { bodyMatches: "up \\d+ days" }, "fail"],
  ["JSON", { body: '{"status":"ok"}' }, { json: { path: "$.status", equals: "ok" } }, "pass"],
  ["JSON", { body: '{"status":"no"}' }, { json: { path: "$.status", equals: "ok" } }, "fail"],
  ["JSON", { body: "ok" }, { json: { path: "$.status" } }, "fail"],
  ["text beyond our limit", { body: "a", isTruncated: true }, { bodyContains: "ok" }, "error"],
  ["text of an error page", { body: "ok", status: 500 }, { bodyContains: "ok" }, "fail"],
])("HealthcheckAssert judges %s in %j by %j as %s", async (_, answer, options, verdict) => {
  const judgement = await probe(kind, { url, ...options }, { world: answering(answer) });
  expect(judgement.verdict).toBe(verdict);
});

it("HealthcheckAssert tells of everything in the body that is not right", async () => {
  const options = { url, bodyContains: "x", json: { path: "a", equals: 2 } };
  const judgement = await probe(kind, options, { world: answering({ body: '{"a":1}' }) });
  expect(judgement).toMatchObject({
    expected: '"x" in the body',
    actual: "not found",
    details: 'expected $.a is 2, got 1\nbody: {"a":1}',
  });
});

it("HealthcheckAssert follows redirects unless one is expected", async () => {
  const asked: HttpRequest[] = [];
  const world = answering({ status: 308 }, asked);
  await probe(kind, { url }, { world });
  await probe(kind, { url, expectedStatus: 308 }, { world });
  expect(asked.map(({ followRedirects }) => followRedirects)).toEqual([true, false]);
});

it("HealthcheckAssert sends method, headers and body, and resolves secrets late", async () => {
  const asked: HttpRequest[] = [];
  const headers = { "Content-Type": "application/json", Authorization: secret.env("TOKEN") };
  const options = { url, method: "POST", headers, body: "{}" };
  await probe(kind, options, { world: answering({}, asked) });
  expect(asked[0]).toMatchObject({
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: "value of TOKEN" },
    body: "{}",
  });
  expect(JSON.stringify(bind(kind, options))).not.toContain("value of TOKEN");
});

it.each([
  ["json", { json: { path: "$.env", equals: "TOKEN" } }, "pass"],
  ["JSON that holds it as a number", { json: { path: "$.pin", equals: 4711 } }, "pass"],
  ["bodyContains", { bodyContains: '"TOKEN"' }, "pass"],
  ["bodyMatches", { bodyMatches: /^(?!.*TOKEN)/u }, "fail"],
])("HealthcheckAssert judges by %s what came, and shows no secret", async (_, claim, verdict) => {
  const world = answering({ body: '{"env":"TOKEN","pin":4711}' });
  const headers = { Authorization: secret.env("TOKEN"), "X-Pin": secret.env("4711") };
  const judgement = await probe(kind, { url, headers, ...claim }, { world });
  expect(judgement.verdict).toBe(verdict);
  expect(`${judgement.actual}${judgement.details ?? ""}`).not.toMatch(/TOKEN|4711/u);
});

it("HealthcheckAssert cannot look without its secret", async () => {
  const error = new ObservationError("a secret is needed");
  const secrets = { resolve: () => Promise.reject(error), hasVariable: () => false };
  const options = { url, headers: { Authorization: secret.env("TOKEN") } };
  const world = { ...answering({}), secrets };
  await expect(probe(kind, options, { world })).rejects.toBe(error);
});

it("HealthcheckAssert leaves what went wrong below HTTP to the engine", async () => {
  const error = new TransportError("connection refused");
  await expect(probe(kind, { url }, { world: answering(error) })).rejects.toBe(error);
});

it("HealthcheckAssert ends with its signal when the service hangs", async () => {
  const controller = new AbortController();
  const looking = probe(kind, { url }, { world: hanging(), signal: controller.signal });
  const reason = new Error("too late");
  setImmediate(() => {
    controller.abort(reason);
  });
  await expect(looking).rejects.toBe(reason);
});

it("HealthcheckAssert takes the URL from its resource", () => {
  const ports = [{ host: 8080, container: 80, protocol: "tcp" }] as const;
  const container = { engine: "docker", name: "web" } as const;
  expect(bind(kind, {}, { target: { container, ports } })).toMatchObject({
    url: "http://127.0.0.1:8080/",
  });
  expect(() => bind(kind, {})).toThrow("needs a URL");
});

it.each([
  [{ body: "x" }, "cannot send a body with GET"],
  [{ body: "", method: "HEAD" }, "cannot send a body with HEAD"],
  [{ method: "HEAD", bodyContains: "x" }, "cannot look into the body of an answer to HEAD"],
])("HealthcheckAssert refuses %j", (options, message) => {
  expect(() => bind(kind, { url, ...options })).toThrow(message);
});

it.each([
  ["url", "ftp://a/"],
  ["url", "http://user:hunter2@a/"],
  ["expectedStatus", 99],
  ["expectedStatus", "2xx"],
  ["method", "get"],
  ["headers", { Authorization: "hunter2" }],
  ["bodyContains", ""],
  ["bodyMatches", "("],
  ["json", { path: "$..a" }],
])("HealthcheckAssert does not take as %s %j", (name, value) => {
  const { problems } = readOptions(kind.fields, { url, [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.property).toMatch(new RegExp(`^${name}`, "u"));
  expect(JSON.stringify(problems)).not.toContain("hunter2");
});

it("HealthcheckAssert says what it claims, without the query of its URL", () => {
  const options = {
    url: `${url}?token=hunter2`,
    bodyContains: "ok",
    json: { path: "status", equals: "ok" },
  };
  const parameters = bind(kind, options);
  expect(kind.claim(parameters)).toBe(
    'GET http://localhost:8080/health?… answers 200, the body contains "ok", $.status is "ok"',
  );
  expect(kind.subject(parameters)).toBe("http://localhost:8080/health?…");
});

it("HealthcheckAssert judges its samples as they say", () => {
  for (const { expected, judgement } of kind.samples()) expect(judgement.verdict).toBe(expected);
});
