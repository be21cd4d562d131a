import { action } from "../../model/action.ts";
import { anyJson, either } from "../../model/composite-types.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { ObservationError, TransportError } from "../../model/errors.ts";
import { askHttp, type HttpObservation } from "../../model/http-exchange.ts";
import { requestHeaders, type HeaderValue } from "../../model/http-headers.ts";
import {
  describeStatus,
  expectedStatus,
  isExpectedStatus,
  shownExpectedStatus,
} from "../../model/http-status.ts";
import type { Json } from "../../model/json.ts";
import { duration, oneOf, secretReference, url } from "../../model/option-types.ts";
import { excerpt } from "../../model/excerpt.ts";
import { redactor } from "../../model/redactor.ts";
import { describeSecret, type SecretReference } from "../../model/secret.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { withinLimit } from "../lifecycles/within-limit.ts";

/**
 * Calls a URL. Redirects are not followed: what is sent is meant for one place. Of the URL only the host is ever shown, as many
 * webhooks have their secret in the path.
 *
 * @example
 * ```ts
 * new CallWebhookAction({ url: "http://127.0.0.1:9000/hooks/restart", body: { service: "api" } });
 * ```
 */
export class CallWebhookAction extends action({
  kind: "call-webhook",
  name: "CallWebhookAction",
  summary: "Calls a URL; redirects are not followed.",
  fields: {
    url: either(url("http", "https"), secretReference()).required("What is called."),
    method: oneOf(["POST", "PUT", "PATCH", "DELETE", "GET", "HEAD"]).or("POST", "How."),
    headers: requestHeaders().or({}, "What is sent along, as text or secret references."),
    body: anyJson().optional("What is sent, as JSON; text is sent as it is."),
    expectedStatusCode: expectedStatus().or(
      "2xx",
      "The status it must answer with: one, a class such as `2xx`, or several.",
    ),
    timeout: duration().or(10, "How long it may take."),
  },
  timeoutSeconds: 86_400,
  run: async (parameters, world: DeployWorld, { signal: stopped }) => {
    const { method, body, expectedStatusCode, timeout: seconds } = parameters;
    const { href, host, secrets } = await addressOf(parameters.url, world);
    const headers = withContentType(parameters.headers, body);
    const sent = textOf(body);
    const doing = `${method} to ${host}`;
    const question = { url: href, method, headers, body: sent, followRedirects: false };
    const answer = await withinLimit(
      { clock: world.clock, signal: stopped, seconds, doing },
      (signal) => ask(world, question, { signal, doing }),
    );
    if (isExpectedStatus(answer.status, expectedStatusCode)) {
      return `${doing} was answered with ${describeStatus(answer.status)}`;
    }
    throw unexpected(answer, {
      doing,
      wanted: shownExpectedStatus(expectedStatusCode),
      secrets,
    });
  },
  sample: { url: "http://127.0.0.1:9000/hooks/restart", body: { service: "api" } },
}) {}

interface Address {
  readonly href: string;
  readonly host: string;
  /** What the answer may repeat and nobody should read. */
  readonly secrets: readonly string[];
}

async function addressOf(given: string | SecretReference, world: DeployWorld): Promise<Address> {
  const text = typeof given === "string" ? given : await world.secrets.resolve(given);
  const parsed = URL.parse(text.trim());
  if (parsed === null || !/^https?:$/u.test(parsed.protocol)) {
    const place = typeof given === "string" ? "url" : describeSecret(given);
    throw new DeployError(`${place} must hold an absolute URL with http: or https:`);
  }
  const { href, host, pathname, search, username, password } = parsed;
  if (username !== "" || password !== "") {
    throw new DeployError("url must not hold credentials", {
      hint: 'send them as a header, such as Authorization: secret.env("…")',
    });
  }
  const isPlain = typeof given === "string" && search === "" && pathname === "/";
  return { href, host, secrets: isPlain ? [] : [href, pathname, search] };
}

async function ask(
  world: DeployWorld,
  question: Parameters<typeof askHttp>[1],
  { signal, doing }: { readonly signal: AbortSignal; readonly doing: string },
): Promise<HttpObservation> {
  try {
    return await askHttp(world, question, signal);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const message = `${doing} got no answer: ${error.message}`;
    if (error.blame === "ourselves") throw new ObservationError(message, { cause: error });
    throw new DeployError(message, { cause: error });
  }
}

function unexpected(
  { status, body, secrets: sent }: HttpObservation,
  about: { readonly doing: string; readonly wanted: string; readonly secrets: readonly string[] },
): DeployError {
  const { doing, wanted, secrets } = about;
  // What was kept of it is without those that were sent already; the URL may hold one, too.
  const said = excerpt(redactor([...secrets.filter(isTelling), ...sent])(body));
  const message = `${doing} must be answered with ${wanted}: got ${describeStatus(status)}`;
  const hint = said === "" ? null : `it answered: ${said}`;
  return new DeployError(message, { hint });
}

// A path such as `/` would hide half of every text.
function isTelling(text: string): boolean {
  return text.length > 1;
}

function textOf(body: Json): string | null {
  if (body === null || typeof body === "string") return body;
  return JSON.stringify(body);
}

function withContentType(
  headers: Readonly<Record<string, HeaderValue>>,
  body: Json,
): Readonly<Record<string, HeaderValue>> {
  const isGiven = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  if (isGiven || body === null) return headers;
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json";
  return { ...headers, "Content-Type": type };
}
