import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Asked, Given, Route } from "../api/route.ts";
import type { ROUTES, RouteName } from "../api/routes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Served } from "../ports/served.ts";
import type { Caller } from "./caller.ts";
import type { EventStreams } from "./events/event-streams.ts";
import type { Outside } from "./outside.ts";

/** What handlers work with. */
export interface Handling {
  readonly served: Served;
  readonly clock: Pick<Clock, "now" | "elapsedMs">;
}

/** What a request brings along besides what it asks. */
export interface Requested {
  readonly caller: Caller;
  readonly headers: IncomingHttpHeaders;
  /** How this server is seen from outside. */
  readonly outside: Outside;
  /** Aborted when whoever asks is gone, or the time is over. */
  readonly signal: AbortSignal;
  /** Aborted when the server ends, and has waited: for what goes on when whoever asked is gone. */
  readonly ending: AbortSignal;
  /** Takes the response over, to stream into it; the handler then gives {@link TAKEN}. */
  readonly take: () => Taken;
}

/** What a handler needs that answers with a stream. */
export interface Taken {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly streams: EventStreams;
}

/** What a handler gives that has taken the response over. */
export const TAKEN = Symbol("taken");

/** Something else than JSON with the usual status. */
export class Special<T> {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: T | AsyncIterable<string>;
  /** What came of it, for the audit log: an answer that is none of an error may tell of a failure. */
  readonly outcome: string;

  /**
   * Makes an answer of its own kind.
   *
   * @param value - As the route says, or its text in pieces.
   * @param options - The status, that of the route by default; more headers; what came of it, `done` by default.
   */
  constructor(
    value: T | AsyncIterable<string>,
    options: {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly outcome?: string;
    } = {},
  ) {
    this.value = value;
    this.status = options.status ?? null;
    this.headers = options.headers ?? {};
    this.outcome = options.outcome ?? "done";
  }
}

/** Answers one route. It throws a {@link Refusal} for whatever it refuses; anything else that it throws is a bug. */
export type Handler<R extends Route> = (
  asked: Asked<R>,
  requested: Requested,
  handling: Handling,
) => Result<R> | Promise<Result<R>>;

type Result<R extends Route> = Given<R> | Special<Given<R>> | typeof TAKEN;

/** The handlers of some routes: one each. */
export type Handlers<Names extends RouteName = RouteName> = {
  readonly [Name in Names]: Handler<(typeof ROUTES)[Name]>;
};
