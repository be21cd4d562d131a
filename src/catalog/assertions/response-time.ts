import { assertion } from "../../model/assertion.ts";
import { shownNumber } from "../../model/figures.ts";
import { askHttp, HTTP_SAMPLE, httpMetrics } from "../../model/http-exchange.ts";
import { HTTP_URL, shownHttpUrl, urlFromResource } from "../../model/http-url.ts";
import { number } from "../../model/option-types.ts";
import type { Phases } from "../../model/service.ts";
import type { World } from "../../ports/world.ts";

const PHASE_NAMES = [
  ["resolveMs", "resolve"],
  ["connectMs", "connect"],
  ["tlsMs", "TLS"],
  ["firstByteMs", "first byte"],
  ["transferMs", "transfer"],
] as const satisfies readonly (readonly [keyof Phases, string])[];

/**
 * A URL answers quickly.
 *
 * The whole exchange counts: resolving the name, connecting, TLS, redirects, and the answer to its last byte, or to 1 MiB.
 * Any status will do.
 *
 * @example
 * ```ts
 * new ResponseTimeAssert({ url: "http://localhost:8080/", maxMs: 200 });
 * ```
 */
export class ResponseTimeAssert extends assertion({
  kind: "response-time",
  name: "ResponseTimeAssert",
  summary: "A URL answers quickly, whatever it answers.",
  uses: ["http"],
  fields: {
    url: HTTP_URL,
    maxMs: number({ least: 1, most: 3_600_000 }).required(
      "How long the whole exchange may take, in milliseconds; from 5,000 on, `timeout` must be longer too.",
    ),
  },
  bind: ({ url }, binding) => urlFromResource(url, binding),
  claim: (parameters) =>
    `${shownHttpUrl(parameters)} answers within ${String(parameters.maxMs)} ms`,
  subject: shownHttpUrl,
  probe: async ({ url }, world: World, { signal }) =>
    await askHttp(world, { url, keepBody: "none" }, signal),
  judge: (observation, { maxMs }) => {
    const { durationMs, phases } = observation;
    const isFast = durationMs <= maxMs;
    const where = shownPhases(phases);
    return {
      verdict: isFast ? "pass" : "fail",
      expected: `at most ${String(maxMs)} ms`,
      actual: `${shownNumber(durationMs, [maxMs])} ms`,
      metrics: httpMetrics(observation),
      ...(isFast || where === "" ? {} : { details: where }),
    };
  },
  samples: [
    {
      options: { url: "http://127.0.0.1:8080/", maxMs: 200 },
      observation: HTTP_SAMPLE,
      verdict: "pass",
    },
    {
      options: { url: "http://127.0.0.1:8080/", maxMs: 200 },
      observation: {
        ...HTTP_SAMPLE,
        durationMs: 351.9,
        phases: { resolveMs: 0.2, connectMs: 120, tlsMs: null, firstByteMs: 230, transferMs: 1.7 },
      },
      verdict: "fail",
    },
  ],
}) {}

function shownPhases(phases: Phases): string {
  return PHASE_NAMES.flatMap(([key, name]) => {
    const phaseMs = phases[key];
    return phaseMs === null ? [] : [`${name} ${shownNumber(phaseMs)} ms`];
  }).join(", ");
}
