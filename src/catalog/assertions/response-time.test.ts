import { expect, it } from "vitest";
import { answering } from "../../../test/support/http-answers.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { TransportError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import type { HttpRequest } from "../../ports/http.ts";
import { ResponseTimeAssert } from "./response-time.ts";

const { kind } = ResponseTimeAssert;
const options = { url: "http://localhost:8080/", maxMs: 200 };

it.each([
  [199.9, "pass", "199.9 ms"],
  [200, "pass", "200 ms"],
  [200.04, "fail", "200.04 ms"],
  [1_840.3, "fail", "1840 ms"],
])("ResponseTimeAssert judges %d ms by 200 ms as %s", async (durationMs, verdict, actual) => {
  const judgement = await probe(kind, options, { world: answering({ durationMs }) });
  const metrics = { responseTimeMs: durationMs, statusCode: 200 };
  expect(judgement).toMatchObject({ verdict, expected: "at most 200 ms", actual, metrics });
});

it("ResponseTimeAssert shows where the time went when it fails, and only then", async () => {
  const phases = { resolveMs: null, connectMs: 120, tlsMs: 31.25, firstByteMs: 230, transferMs: 1 };
  const slow = await probe(kind, options, { world: answering({ durationMs: 382, phases }) });
  expect(slow.details).toBe("connect 120 ms, TLS 31.3 ms, first byte 230 ms, transfer 1 ms");
  const fast = await probe(kind, options, { world: answering({ durationMs: 20, phases }) });
  expect(fast).not.toHaveProperty("details");
});

it("ResponseTimeAssert takes any status, and keeps no body", async () => {
  const asked: HttpRequest[] = [];
  const world = answering({ status: 500 }, asked);
  expect(await probe(kind, options, { world })).toMatchObject({ verdict: "pass" });
  expect(asked[0]).toMatchObject({ keepBody: false, followRedirects: true });
});

it("ResponseTimeAssert leaves what went wrong below HTTP to the engine", async () => {
  const error = new TransportError("connection refused");
  await expect(probe(kind, options, { world: answering(error) })).rejects.toBe(error);
});

it("ResponseTimeAssert takes the URL from its resource", () => {
  const target = { url: "http://b/" };
  expect(bind(kind, { maxMs: 5 }, { target })).toEqual({ url: "http://b/", maxMs: 5 });
  expect(() => bind(kind, { maxMs: 5 })).toThrow("needs a URL");
});

it.each([undefined, 0, 0.5, 3_600_001, "200ms"])(
  "ResponseTimeAssert takes no maxMs %j",
  (maxMs) => {
    const { problems } = readOptions(kind.fields, { maxMs });
    expect(problems.map(({ property }) => property)).toEqual(["maxMs"]);
  },
);

it("ResponseTimeAssert says what it claims", () => {
  const parameters = bind(kind, options);
  expect(kind.claim(parameters)).toBe("http://localhost:8080/ answers within 200 ms");
  expect(kind.subject(parameters)).toBe("http://localhost:8080/");
});

it("ResponseTimeAssert judges its samples as they say", () => {
  for (const { expected, judgement } of kind.samples()) expect(judgement.verdict).toBe(expected);
});
