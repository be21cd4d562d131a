import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "./caller.ts";
import type { Changes } from "./changes.ts";
import type { EventStreams } from "./events/event-streams.ts";
import type { Requested, Taken } from "./handler.ts";
import type { Gate } from "./gate.ts";
import { outsideOf, type Outside } from "./outside.ts";

/** Where something is asked. */
export interface Place {
  readonly basePath: string;
  readonly gate: Pick<Gate, "isProxied">;
  readonly streams: EventStreams;
  readonly changes: Pick<Changes, "ending">;
}

/** What is asked by one request. What costs something is made when a handler asks for it: most never do. */
export class Asking implements Requested {
  readonly caller: Caller;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #place: Place;
  #stop: AbortController | null = null;

  /**
   * Begins.
   *
   * @param caller - Who asks.
   * @param exchange - What they sent, and what they are answered.
   * @param place - Where it was asked.
   */
  constructor(
    caller: Caller,
    exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
    place: Place,
  ) {
    this.caller = caller;
    this.#request = exchange.request;
    this.#response = exchange.response;
    this.#place = place;
  }

  /**
   * What they sent along.
   *
   * @returns As it came.
   */
  get headers(): IncomingHttpHeaders {
    return this.#request.headers;
  }

  /**
   * How this server is seen from outside.
   *
   * @returns How.
   */
  get outside(): Outside {
    const { basePath, gate } = this.#place;
    return outsideOf(this.#request, basePath, gate.isProxied(this.#request));
  }

  /**
   * Tells when to stop.
   *
   * @returns Aborted when whoever asks is gone, or the time is over.
   */
  get signal(): AbortSignal {
    if (this.#stop !== null) return this.#stop.signal;
    const stop = new AbortController();
    const response = this.#response;
    this.#stop = stop;
    const leave = (): void => {
      if (!response.writableFinished) stop.abort();
    };
    if (response.closed) leave();
    else response.once("close", leave);
    return stop.signal;
  }

  /**
   * Tells when to stop what goes on when whoever asks is gone.
   *
   * @returns Aborted when the server ends.
   */
  get ending(): AbortSignal {
    return this.#place.changes.ending;
  }

  /** Aborts what is being done for it. */
  abort(): void {
    this.#stop?.abort();
  }

  /**
   * Takes the response over.
   *
   * @returns What to stream with.
   */
  readonly take = (): Taken => {
    const { streams } = this.#place;
    return { request: this.#request, response: this.#response, streams };
  };
}
