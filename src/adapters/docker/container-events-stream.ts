import { ObservationError } from "../../model/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import { containerEventReader } from "./container-events.ts";
import { ContainerBook, parseListing, type ContainerChange } from "./container-events-known.ts";
import type { ApiEngine, Environment } from "./engine-addresses.ts";
import { EngineClient } from "./engine-client.ts";
import { field, isText, parseRecord } from "./fields.ts";

/** What listening to an engine takes. */
export interface EventStreamOptions {
  readonly engine: ApiEngine;
  /** May name its address. */
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  /** Hears what has changed, as soon as the engine tells, or when a listing shows what it did not tell. */
  readonly onChange: (change: ContainerChange) => void;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** A stream that has lived so long broke for a reason of its own: the next one is tried soon. */
const STEADY_MS = 5_000;
const LIST_EVERY_MS = 30_000;
const ANSWER_WITHIN_MS = 10_000;
const FILTERS = encodeURIComponent(JSON.stringify({ type: ["container"] }));
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;

/**
 * Listens to an engine until it is disposed.
 *
 * A stream begins where the one before ended, by the engine's clock, as far back as the engine remembers; what it does not, and
 * what a stream has lost, a listing shows.
 */
export class EventStream implements AsyncDisposable {
  readonly #options: EventStreamOptions;
  readonly #client: EngineClient;
  readonly #controller = new AbortController();
  readonly #ended: Promise<void>;
  readonly #book = new ContainerBook();
  // The time of the latest event, or of the first look.
  #sinceNs: number | null = null;

  /**
   * Begins to listen.
   *
   * @param options - To which engine, and who hears.
   */
  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#client = new EngineClient(options.engine, options.env);
    this.#ended = this.#run(this.#controller.signal);
  }

  /**
   * Stops listening.
   *
   * @returns Once every connection and timer has ended.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#controller.abort();
    await this.#ended;
    await this.#client[Symbol.asyncDispose]();
  }

  // An engine that cannot be asked is no news here: whoever looks at a container is told.
  async #run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const startedMs = clock.elapsedMs();
      await this.#session(signal).catch(() => undefined);
      failures = clock.elapsedMs() - startedMs < STEADY_MS ? failures + 1 : 1;
      const boundMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10));
      const delayMs = (boundMs / 2) * (1 + random.next());
      await clock.sleep(delayMs, signal).catch(() => undefined);
    }
  }

  async #session(signal: AbortSignal): Promise<void> {
    const end = new AbortController();
    const own = AbortSignal.any([signal, end.signal]);
    this.#sinceNs ??= await this.#engineTime(own);
    const works = [this.#listen(own), this.#compare(own)];
    try {
      await Promise.race(works);
    } finally {
      end.abort();
      await Promise.allSettled(works);
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const reader = containerEventReader((event) => {
      this.#sinceNs = Math.max(this.#sinceNs ?? 0, event.timeNs ?? 0);
      const change = this.#book.take(event);
      if (change !== null) this.#options.onChange(change);
    });
    const since = this.#sinceNs === null ? "" : `&since=${shownTime(this.#sinceNs)}`;
    const path = `/events?filters=${FILTERS}${since}`;
    await this.#client.ask({ method: "GET", path, signal, onChunk: reader.push });
  }

  // Ends when the stream is to be renewed.
  async #compare(signal: AbortSignal): Promise<void> {
    const { clock, onChange } = this.#options;
    for (let isFirst = true; ; isFirst = false) {
      this.#book.beginListing();
      const body = await this.#answer("/containers/json?all=1", signal);
      const changes = body === null ? [] : this.#book.compare(parseListing(body));
      for (const change of changes) onChange(change);
      // It is still open, and does not tell what happens, as behind a router that has forgotten it.
      if (changes.length > 0 && !isFirst) return;
      await clock.sleep(LIST_EVERY_MS, signal);
    }
  }

  async #engineTime(signal: AbortSignal): Promise<number | null> {
    const body = await this.#answer("/info", signal);
    if (body === null) return null;
    const timeMs = Date.parse(field(parseRecord(body), "SystemTime", isText) ?? "");
    return timeMs > 0 ? timeMs * NS_PER_MS : null;
  }

  // Null when it cannot be had. One that does not answer at all is not listened to any longer.
  async #answer(path: string, signal: AbortSignal): Promise<string | null> {
    const late = new AbortController();
    const cancel = this.#options.clock.after(ANSWER_WITHIN_MS, () => {
      late.abort(new ObservationError("the container engine does not answer"));
    });
    const both = AbortSignal.any([signal, late.signal]);
    try {
      const { status, body } = await this.#client.ask({ method: "GET", path, signal: both });
      return status === 200 ? body : null;
    } catch (error) {
      if (both.aborted) throw error;
      return null;
    } finally {
      cancel();
    }
  }
}

// Seconds, with nanoseconds behind the point.
function shownTime(timeNs: number): string {
  const seconds = Math.floor(timeNs / NS_PER_S);
  const rest = Math.min(NS_PER_S - 1, Math.max(0, timeNs - seconds * NS_PER_S));
  return `${String(seconds)}.${String(rest).padStart(9, "0")}`;
}
