import { assertion } from "../../model/assertion.ts";
import { describeBodyClaims, judgeBody } from "../../model/body-claims.ts";
import { combined } from "../../model/combined.ts";
import { askHttp, HTTP_SAMPLE, withHttpAnswer } from "../../model/http-exchange.ts";
import { HTTP_URL, shownHttpUrl, urlFromResource } from "../../model/http-url.ts";
import { jsonClaim } from "../../model/json-claim.ts";
import { requireAny } from "../../model/option-rules.ts";
import { boolean, text } from "../../model/option-types.ts";
import { pattern } from "../../model/pattern-option.ts";
import type { World } from "../../ports/world.ts";

/**
 * The body of an answer over HTTP holds something, or does not. Any status will do.
 *
 * The first 1 MiB is read: what may stand behind it is an error, neither a pass nor a failure.
 *
 * @example
 * ```ts
 * new HTTPBodyAssert({ url: "http://localhost:8080/", contains: "stack trace", absent: true });
 * ```
 */
export class HTTPBodyAssert extends assertion({
  kind: "http-body",
  name: "HTTPBodyAssert",
  summary: "The body of an answer over HTTP holds something, or does not.",
  uses: ["http"],
  fields: {
    url: HTTP_URL,
    contains: text({ most: 4_096 }).optional("What must stand in the body, case counting."),
    matches: pattern().optional(
      "What the body must match; of more than 1 MiB nothing can be said.",
    ),
    json: jsonClaim().optional(
      "A value that must be in the JSON of the body; without `equals`, any value.",
    ),
    absent: boolean().or(false, "True when none of these may be there."),
  },
  bind: ({ url, contains, matches, json }, binding) => {
    requireAny({ contains, matches, json });
    return urlFromResource(url, binding);
  },
  claim: (parameters) =>
    `${shownHttpUrl(parameters)}: ${describeBodyClaims(parameters, parameters.absent).join(", ")}`,
  subject: shownHttpUrl,
  probe: async ({ url }, world: World, { signal }) =>
    await askHttp(world, { url, keepBody: "whole" }, signal),
  judge: (observation, parameters) => {
    const [first, ...rest] = judgeBody(observation, parameters, parameters.absent);
    const judgement = first ?? { verdict: "pass", expected: "", actual: "" };
    return withHttpAnswer(combined(judgement, ...rest), observation);
  },
  samples: [
    {
      options: { url: "http://127.0.0.1:8080/", contains: "Welcome" },
      observation: { ...HTTP_SAMPLE, body: "<h1>Welcome</h1>" },
      verdict: "pass",
    },
    {
      options: { url: "http://127.0.0.1:8080/", matches: "Exception|stack trace", absent: true },
      observation: { ...HTTP_SAMPLE, body: "NullPointerException at line 5" },
      verdict: "fail",
    },
    {
      options: { url: "http://127.0.0.1:8080/export", json: { path: "$.total" } },
      observation: { ...HTTP_SAMPLE, body: '{"rows":[', isTruncated: true },
      verdict: "error",
    },
  ],
}) {}
