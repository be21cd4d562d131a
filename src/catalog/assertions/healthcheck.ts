import { assertion, type Judgement } from "../../model/assertion.ts";
import {
  claimsBody,
  describeBodyClaims,
  judgeBody,
  type BodyClaims,
} from "../../model/body-claims.ts";
import { combined } from "../../model/combined.ts";
import { askHttp, HTTP_SAMPLE, withHttpAnswer } from "../../model/http-exchange.ts";
import { requestHeaders } from "../../model/http-headers.ts";
import { describeStatus, expectsRedirect } from "../../model/http-status.ts";
import { HTTP_URL, shownHttpUrl, urlFromResource } from "../../model/http-url.ts";
import { jsonClaim, type JsonClaim } from "../../model/json-claim.ts";
import { integer, oneOf, text } from "../../model/option-types.ts";
import { pattern, type Pattern } from "../../model/pattern-option.ts";
import { InvalidOption } from "../../model/options.ts";
import type { World } from "../../ports/world.ts";

/** With these, a body means nothing (RFC 9110, 9.3.1), and some servers refuse it. */
const WITHOUT_BODY: readonly string[] = ["GET", "HEAD"];

/**
 * An HTTP service answers with one status, and what it says is right.
 *
 * Redirects are followed, unless one is expected.
 *
 * @example
 * ```ts
 * new HealthcheckAssert({
 *   url: "http://localhost:8080/health",
 *   headers: { Authorization: secret.env("HEALTH_TOKEN") },
 *   json: { path: "$.status", equals: "ok" },
 * });
 * ```
 */
export class HealthcheckAssert extends assertion({
  kind: "healthcheck",
  name: "HealthcheckAssert",
  summary: "An HTTP service answers with one status, and what it says is right.",
  uses: ["http"],
  fields: {
    url: HTTP_URL,
    expectedStatus: integer(100, 599).or(
      200,
      "The status it must answer with; redirects are followed unless it is one.",
    ),
    method: oneOf(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]).or(
      "GET",
      "How it is asked.",
    ),
    headers: requestHeaders().optional(
      "What is sent besides; a header that authorises takes a secret that holds its whole value.",
    ),
    body: text({ mayBeEmpty: true }).optional(
      "What is sent, as UTF-8; its type is for `headers` to say.",
    ),
    bodyContains: text({ most: 4_096 }).optional(
      "What must stand in the first 1 MiB of the body, case counting.",
    ),
    bodyMatches: pattern().optional(
      "What the body must match; of more than 1 MiB nothing can be said.",
    ),
    json: jsonClaim().optional(
      "A value that must be in the JSON of the body; without `equals`, any value.",
    ),
  },
  bind: (parameters, binding) => {
    const { url, method, body } = parameters;
    if (body !== null && WITHOUT_BODY.includes(method)) {
      const hint = 'set method: "POST"';
      throw new InvalidOption(`cannot send a body with ${method}`, { hint });
    }
    if (method === "HEAD" && claimsBody(claimsOf(parameters))) {
      const hint = 'set method: "GET"';
      throw new InvalidOption("cannot look into the body of an answer to HEAD", { hint });
    }
    return urlFromResource(url, binding);
  },
  claim: (parameters) =>
    [
      `${parameters.method} ${shownHttpUrl(parameters)} answers ${String(parameters.expectedStatus)}`,
      ...describeBodyClaims(claimsOf(parameters)),
    ].join(", "),
  subject: shownHttpUrl,
  probe: async (parameters, world: World, { signal }) => {
    const { url, method, headers, body, expectedStatus } = parameters;
    const followRedirects = !expectsRedirect(expectedStatus);
    const keepBody = claimsBody(claimsOf(parameters)) ? "whole" : "start";
    const question = { url, method, headers, body, followRedirects, keepBody } as const;
    return await askHttp(world, question, signal);
  },
  judge: (observation, parameters) => {
    const { expectedStatus } = parameters;
    const isExpected = observation.status === expectedStatus;
    const status: Judgement = {
      verdict: isExpected ? "pass" : "fail",
      expected: String(expectedStatus),
      actual: isExpected ? String(expectedStatus) : describeStatus(observation.status),
    };
    // What an error page says is no second failure.
    const claims = isExpected ? judgeBody(observation, claimsOf(parameters)) : [];
    return withHttpAnswer(combined(status, ...claims), observation);
  },
  samples: [
    { options: { url: "http://127.0.0.1:8080/health" }, observation: HTTP_SAMPLE, verdict: "pass" },
    {
      options: {
        url: "http://127.0.0.1:8080/health",
        json: { path: "$.status", equals: "ok" },
      },
      observation: { ...HTTP_SAMPLE, body: '{"status":"down"}' },
      verdict: "fail",
    },
    {
      options: { url: "http://127.0.0.1:8080/health" },
      observation: { ...HTTP_SAMPLE, status: 503, body: "no database" },
      verdict: "fail",
    },
    {
      options: { url: "http://127.0.0.1:8080/export", bodyContains: "end of export" },
      observation: { ...HTTP_SAMPLE, body: "line 1", isTruncated: true },
      verdict: "error",
    },
  ],
}) {}

function claimsOf({
  bodyContains,
  bodyMatches,
  json,
}: {
  readonly bodyContains: string | null;
  readonly bodyMatches: Pattern | null;
  readonly json: JsonClaim | null;
}): BodyClaims {
  return { contains: bodyContains, matches: bodyMatches, json };
}
