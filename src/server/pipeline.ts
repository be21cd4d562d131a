import { ROUTES, type RouteName } from "../api/routes.ts";
import type { Answer, Route } from "../api/route.ts";
import type { Asking } from "./asking.ts";
import { Special, TAKEN, type Handler, type Handling } from "./handler.ts";
import { HANDLERS } from "./handlers.ts";
import type { ServerLimits } from "./limits.ts";
import { begun, USUAL_HEADERS, type Outgoing } from "./outgoing.ts";
import { askedReader, type Sent } from "./read-asked.ts";
import { Refusal } from "./refusal.ts";

/** A route with what answers it. */
export interface Endpoint<Name extends RouteName = RouteName> {
  readonly operation: Name;
  readonly route: Route;
  /**
   * Answers one request: at once where its handler does.
   *
   * @returns What to send; null when its handler has taken the response over.
   * @throws {@link Refusal} For what is refused.
   */
  readonly answer: (sent: Sent, asking: Asking) => Outgoing | null | Promise<Outgoing | null>;
}

/**
 * Makes what answers the requests of a route: it reads what is asked, asks the handler, and writes its answer down.
 *
 * @param operation - The route's name.
 * @param handling - What handlers work with.
 * @param limits - How long an answer may take.
 * @returns What answers.
 */
export function endpoint<Name extends RouteName>(
  operation: Name,
  handling: Handling,
  limits: Pick<ServerLimits, "answerMs" | "slowAnswerMs">,
): Endpoint<Name> {
  const route: (typeof ROUTES)[Name] = ROUTES[operation];
  const handle: Handler<(typeof ROUTES)[Name]> = HANDLERS[operation];
  const { isSlow = false }: Route = route;
  const limitMs = isSlow ? limits.slowAnswerMs : limits.answerMs;
  const read = askedReader(route);
  const write = writer(route);
  return {
    operation,
    route,
    answer: (sent, asking) => {
      const given: unknown = handle(read(sent), asking, handling);
      const outgoing =
        given instanceof Promise ? given.then(write).then(begun) : begun(write(given));
      return outgoing instanceof Promise ? inTime(outgoing, limitMs, asking) : outgoing;
    },
  };
}

// Who waits is told so; what is done for them is told to stop.
async function inTime<T>(work: Promise<T>, limitMs: number, asking: Asking): Promise<T> {
  const { promise: end, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    asking.abort();
    reject(new Refusal(503, "answer-too-slow", "There was no answer in time."));
  }, limitMs);
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

function writer({ answer, status: usual = 200 }: Route): (given: unknown) => Outgoing | null {
  const headers = { ...USUAL_HEADERS, "content-type": mediaTypeOf(answer) };
  const write = answer.type === "text" ? asIs : asJson;
  return (given) => {
    if (given === TAKEN) return null;
    if (!(given instanceof Special)) {
      return { status: usual, headers, body: write(given), outcome: "done" };
    }
    const isWritten = "content-type" in given.headers || isPieces(given.value);
    return {
      status: given.status ?? usual,
      headers: merged(headers, given.headers),
      body: isWritten ? asIs(given.value) : write(given.value),
      outcome: given.outcome,
    };
  };
}

// What an answer depends on besides comes on top.
function merged(usual: Outgoing["headers"], own: Outgoing["headers"]): Outgoing["headers"] {
  const { vary } = own;
  return {
    ...usual,
    ...own,
    vary: vary === undefined ? USUAL_HEADERS.vary : `${USUAL_HEADERS.vary}, ${vary}`,
  };
}

function mediaTypeOf(answer: Answer): string {
  if (answer.type !== "text") return "application/json; charset=utf-8";
  const { mediaType } = answer;
  return mediaType.includes("charset") ? mediaType : `${mediaType}; charset=utf-8`;
}

function asJson(value: unknown): string {
  return JSON.stringify(value);
}

function asIs(value: unknown): string | AsyncIterable<string> {
  if (typeof value === "string" || isPieces(value)) return value;
  throw new TypeError("an answer that is no JSON must be text");
}

function isPieces(value: unknown): value is AsyncIterable<string> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
