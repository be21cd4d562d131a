import { assertion } from "../../model/assertion.ts";
import { askHttp, HTTP_SAMPLE, withHttpAnswer } from "../../model/http-exchange.ts";
import {
  describeStatus,
  expectedStatus,
  expectsRedirect,
  isExpectedStatus,
  shownExpectedStatus,
} from "../../model/http-status.ts";
import { HTTP_URL, shownHttpUrl, urlFromResource } from "../../model/http-url.ts";
import type { World } from "../../ports/world.ts";

/**
 * A URL answers with one of certain statuses.
 *
 * Redirects are followed, unless one is expected.
 *
 * @example
 * ```ts
 * new HTTPStatusAssert({ url: "http://localhost:8080/", expectedStatus: ["2xx", 404] });
 * ```
 */
export class HTTPStatusAssert extends assertion({
  kind: "http-status",
  name: "HTTPStatusAssert",
  summary: "A URL answers with one of certain statuses.",
  uses: ["http"],
  fields: {
    url: HTTP_URL,
    expectedStatus: expectedStatus().or(
      200,
      "The status it must answer with: one, a class such as `2xx`, or several; redirects are followed unless a 3xx is among them.",
    ),
  },
  bind: ({ url }, binding) => urlFromResource(url, binding),
  claim: (parameters) =>
    `${shownHttpUrl(parameters)} answers ${shownExpectedStatus(parameters.expectedStatus)}`,
  subject: shownHttpUrl,
  probe: ({ url, expectedStatus }, world: World, { signal }) => {
    const followRedirects = !expectsRedirect(expectedStatus);
    return askHttp(world, { url, followRedirects }, signal);
  },
  judge: (observation, { expectedStatus }) => {
    const { status } = observation;
    const isExpected = isExpectedStatus(status, expectedStatus);
    const judgement = {
      verdict: isExpected ? "pass" : "fail",
      expected: shownExpectedStatus(expectedStatus),
      actual: isExpected ? String(status) : describeStatus(status),
    } as const;
    return withHttpAnswer(judgement, observation);
  },
  samples: [
    { options: { url: "http://127.0.0.1:8080/" }, observation: HTTP_SAMPLE, verdict: "pass" },
    {
      options: { url: "http://127.0.0.1:8080/old", expectedStatus: [301, 308] },
      observation: { ...HTTP_SAMPLE, status: 308 },
      verdict: "pass",
    },
    {
      options: { url: "http://127.0.0.1:8080/", expectedStatus: "2xx" },
      observation: { ...HTTP_SAMPLE, status: 502, body: "<h1>502 Bad Gateway</h1>" },
      verdict: "fail",
    },
  ],
}) {}
