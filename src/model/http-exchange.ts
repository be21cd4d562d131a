import type { Judgement } from "./assertion.ts";
import { excerpt } from "./excerpt.ts";
import { resolveHeaders, type HeaderValue } from "./http-headers.ts";
import { redactor, type Redact } from "./redactor.ts";
import type { SecretReference } from "./secret.ts";
import type { Phases } from "./service.ts";
import { shownUrl } from "./shown-url.ts";

/** One question over HTTP, as an assertion puts it. */
export interface HttpQuestion {
  /** Absolute. */
  readonly url: string | null;
  /** `GET` by default. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, HeaderValue>> | null;
  readonly body?: string | null;
  /** True by default. */
  readonly followRedirects?: boolean;
  /** How much of the body is wanted: all of it, what is shown when something is wrong (the default), or nothing. */
  readonly keepBody?: "whole" | "start" | "none";
  /** A header of the answer that is wanted. */
  readonly header?: string;
}

/** What was answered. */
export interface HttpObservation {
  readonly status: number;
  /** The header that was wanted; null when it was not sent, or none was wanted. */
  readonly header: string | null;
  /** As much as was wanted, as it came: where only its start is kept, that is for showing, and without secrets. */
  readonly body: string;
  /** True when the body was longer than what is read of any. */
  readonly isTruncated: boolean;
  /** Where the answer came from when redirects led elsewhere, as it may be shown; otherwise null. */
  readonly redirectedTo: string | null;
  /** The whole exchange, redirects included, in milliseconds. */
  readonly durationMs: number;
  readonly phases: Phases;
  /** What was sent in confidence and may have come back: nothing that is shown may hold it. */
  readonly secrets: readonly string[];
}

/** An answer as it is when all is well, for samples. */
export const HTTP_SAMPLE: HttpObservation = {
  status: 200,
  header: null,
  body: "",
  isTruncated: false,
  redirectedTo: null,
  durationMs: 12.4,
  phases: { resolveMs: 0.2, connectMs: 1.1, tlsMs: null, firstByteMs: 10.8, transferMs: 0.3 },
  secrets: [],
};

/** The part of the world that a question needs. */
interface World {
  readonly secrets: { readonly resolve: (reference: SecretReference) => Promise<string> };
  readonly http: () => Promise<{
    readonly request: (request: {
      readonly url: URL;
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly followRedirects?: boolean;
      readonly keepBody?: boolean;
      readonly signal: AbortSignal;
    }) => Promise<Answer>;
  }>;
}

interface Answer extends Pick<HttpObservation, "status" | "isTruncated" | "durationMs" | "phases"> {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const NO_HEADERS = { headers: {}, secrets: [] };

/** What is kept of a body of which only the start may be shown. */
const START_CHARACTERS = 1_000;

/**
 * Asks over HTTP.
 *
 * @param world - Where HTTP and secrets come from.
 * @param question - What to ask.
 * @param signal - Ends it.
 * @returns The answer.
 * @throws {@link TransportError} When none came.
 * @throws {@link ObservationError} When a secret is not there.
 */
export async function askHttp(
  world: World,
  question: HttpQuestion,
  signal: AbortSignal,
): Promise<HttpObservation> {
  const { method, body = null, followRedirects = true, keepBody = "start" } = question;
  const url = new URL(question.url ?? "");
  const given = question.headers ?? null;
  const { headers, secrets } =
    given === null ? NO_HEADERS : await resolveHeaders(given, world.secrets);
  const http = await world.http();
  const answer = await http.request({
    url,
    ...(method === undefined ? {} : { method }),
    headers,
    ...(body === null ? {} : { body }),
    followRedirects,
    keepBody: keepBody !== "none",
    signal,
  });
  return observationOf(question, answer, { from: url, secrets });
}

/**
 * The numbers of an answer.
 *
 * @param observation - The answer.
 * @returns Metrics of a judgement.
 */
export function httpMetrics({
  durationMs,
  status,
}: HttpObservation): Readonly<Record<string, number>> {
  return { responseTimeMs: durationMs, statusCode: status };
}

/**
 * Adds to a judgement what the answer has to tell: its numbers, and unless all is well the start of its body, and where
 * redirects led.
 *
 * @param judgement - What was made of the answer.
 * @param observation - The answer.
 * @returns The judgement with metrics, perhaps with more details.
 */
export function withHttpAnswer(judgement: Judgement, observation: HttpObservation): Judgement {
  const metrics = httpMetrics(observation);
  if (judgement.verdict === "pass") return { ...judgement, metrics };
  const { body, redirectedTo, secrets } = observation;
  const start = excerpt(redactor(secrets)(body));
  const lines = [
    judgement.details ?? "",
    redirectedTo === null ? "" : `redirected to ${redirectedTo}`,
    start === "" ? "" : `body: ${start}`,
  ].filter((line) => line !== "");
  return { ...judgement, metrics, ...(lines.length === 0 ? {} : { details: lines.join("\n") }) };
}

function observationOf(
  { keepBody = "start", header }: HttpQuestion,
  answer: Answer,
  sent: { readonly from: URL; readonly secrets: readonly string[] },
): HttpObservation {
  const { status, isTruncated, durationMs, phases } = answer;
  const secrets = sent.secrets.flatMap(withoutScheme);
  const redact = secrets.length === 0 ? unchanged : redactor(secrets);
  const body = keepBody === "none" ? "" : answer.body;
  const value = header === undefined ? undefined : answer.headers[header.toLowerCase()];
  return {
    status,
    header: value ?? null,
    body: keepBody === "start" ? redact(body).slice(0, START_CHARACTERS) : body,
    isTruncated,
    redirectedTo: redirectedTo(sent.from, answer.url, redact),
    durationMs,
    phases,
    secrets,
  };
}

function redirectedTo(from: URL, to: URL, redact: Redact): string | null {
  if (to === from) return null;
  const shown = shownUrl(to.href);
  return shown === shownUrl(from.href) ? null : redact(shown);
}

function unchanged(text: string): string {
  return text;
}

// A server may send back what it was sent; without its scheme (`Bearer …`) it is as secret.
function withoutScheme(secret: string): readonly string[] {
  return [secret, secret.slice(secret.lastIndexOf(" ") + 1)];
}
