import { boundedWork } from "../../model/bounded-work.ts";
import { assertion } from "../../model/assertion.ts";
import { quotedExcerpt } from "../../model/excerpt.ts";
import {
  askHttp,
  HTTP_SAMPLE,
  httpMetrics,
  type HttpObservation,
} from "../../model/http-exchange.ts";
import { headerName, isSecretHeader } from "../../model/http-headers.ts";
import { HTTP_URL, shownHttpUrl, urlFromResource } from "../../model/http-url.ts";
import { boolean, text } from "../../model/option-types.ts";
import { expressionOf, pattern, shownPattern } from "../../model/pattern-option.ts";
import type { Pattern } from "../../model/pattern-option.ts";
import { requireAtMostOne } from "../../model/option-rules.ts";
import { redactor } from "../../model/redactor.ts";
import type { World } from "../../ports/world.ts";

interface Wanted {
  readonly header: string;
  readonly equals: string | null;
  readonly matches: Pattern | null;
  readonly absent: boolean;
}

/**
 * An answer over HTTP has a header, has it with a certain value, or does not have it. Any status will do.
 *
 * @example
 * ```ts
 * new HTTPHeaderAssert({
 *   url: "https://example.com/",
 *   header: "Strict-Transport-Security",
 *   matches: /max-age=\d{8}/,
 * });
 * ```
 */
export class HTTPHeaderAssert extends assertion({
  kind: "http-header",
  name: "HTTPHeaderAssert",
  summary: "An answer over HTTP has a header, with a certain value, or does not have it.",
  uses: ["http"],
  fields: {
    url: HTTP_URL,
    header: headerName().required("The header, in any case."),
    equals: text({ most: 8_192, mayBeEmpty: true }).optional(
      "The value it must have, several of one name being joined by `, `.",
    ),
    matches: pattern().optional("What its value must match."),
    absent: boolean().or(false, "True when it must not be there at all."),
    followRedirects: boolean().or(true, "False to look at a redirect itself."),
  },
  bind: ({ url, equals, matches, absent }, binding) => {
    requireAtMostOne({ equals, matches, absent: absent ? true : null });
    return urlFromResource(url, binding);
  },
  claim: (parameters) => {
    const { header, absent } = parameters;
    const value = shownWanted(parameters);
    const how = absent ? "without" : "with";
    return `${shownHttpUrl(parameters)} answers ${how} ${header}${value === "" ? "" : ` ${value}`}`;
  },
  subject: (parameters) => `${shownHttpUrl(parameters)} ${parameters.header}`,
  probe: async ({ url, header, followRedirects }, world: World, { signal }) =>
    await askHttp(world, { url, header, followRedirects, keepBody: "none" }, signal),
  judge: (observation, parameters) => {
    const { absent, header } = parameters;
    const value = shownWanted(parameters);
    return {
      verdict: holds(observation.header, parameters) ? "pass" : "fail",
      expected: `${absent ? "no " : ""}${header}${value === "" ? "" : ` ${value}`}`,
      actual: shownValue(observation, header),
      metrics: httpMetrics(observation),
    };
  },
  samples: [
    {
      options: { url: "http://127.0.0.1:8080/", header: "X-Frame-Options", equals: "DENY" },
      observation: { ...HTTP_SAMPLE, header: "DENY" },
      verdict: "pass",
    },
    {
      options: { url: "http://127.0.0.1:8080/", header: "Cache-Control" },
      observation: HTTP_SAMPLE,
      verdict: "fail",
    },
    {
      options: { url: "http://127.0.0.1:8080/", header: "Server", absent: true },
      observation: { ...HTTP_SAMPLE, header: "nginx/1.27.0" },
      verdict: "fail",
    },
  ],
}) {}

function holds(value: string | null, { equals, matches, absent }: Wanted): boolean {
  if (absent || value === null) return absent === (value === null);
  if (equals !== null) return value === equals;
  return (
    matches === null || boundedWork("searching the header", () => expressionOf(matches).test(value))
  );
}

function shownWanted({ equals, matches }: Wanted): string {
  if (equals !== null) return quotedExcerpt(equals);
  return matches === null ? "" : `matching ${shownPattern(matches)}`;
}

function shownValue({ header: value, secrets }: HttpObservation, header: string): string {
  if (value === null) return "no such header";
  if (isSecretHeader(header)) return "a value that is not shown";
  return quotedExcerpt(redactor(secrets)(value));
}
