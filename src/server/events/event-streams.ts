import type { WatchEvent } from "../../model/watch-event.ts";
import type { Served, ServedProject } from "../../ports/served.ts";
import type { Gate } from "../gate.ts";
import type { ServerLimits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { cursorText } from "./cursor.ts";
import { EventFeed } from "./event-feed.ts";
import {
  eventBytes,
  EventStream,
  type StreamLimits,
  type StreamTarget,
  type StreamWish,
} from "./event-stream.ts";

/** What event streams work with. */
export interface EventStreamsOptions {
  readonly served: Pick<Served, "projects">;
  readonly gate: Gate;
  readonly limits: StreamLimits &
    Pick<ServerLimits, "streams" | "streamsPerClient" | "heartbeatMs">;
  /** Told of what goes wrong, and during what. */
  readonly onError: (error: unknown, during: string) => void;
}

/** How soon somebody who follows all projects hears of another one, in milliseconds. */
const LOOK_MS = 1_000;

/** All clients that are told what happens. Each project is followed once, and each event written down once for all of them. */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #feeds = new Map<string, EventFeed>();
  /** All that are open. */
  readonly #streams = new Set<EventStream>();
  /** Those that have been told all that they missed. */
  readonly #live = new Set<EventStream>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #forget: () => void;
  #isClosed = false;

  /**
   * Begins without any.
   *
   * @param options - What they work with.
   */
  constructor(options: EventStreamsOptions) {
    this.#options = options;
    this.#timers = [
      setInterval(() => {
        for (const stream of this.#streams) stream.beat();
      }, options.limits.heartbeatMs),
      setInterval(() => {
        this.#followNew();
      }, LOOK_MS),
    ].map((timer) => timer.unref());
    this.#forget = options.gate.onChange(() => {
      this.#judgeAgain();
    });
  }

  /**
   * Counts them.
   *
   * @returns How many are open.
   */
  get size(): number {
    return this.#streams.size;
  }

  /**
   * Answers with a stream of what happens.
   *
   * @param wish - What the client wants to hear.
   * @param target - Where it goes.
   * @throws {@link Refusal} When there are too many.
   */
  open(wish: StreamWish, target: StreamTarget): void {
    this.#refuseTooMany(target);
    const stream = new EventStream(wish, target, this.#options.limits);
    if (stream.isOver) return;
    this.#streams.add(stream);
    target.response.once("close", () => {
      this.#streams.delete(stream);
      this.#live.delete(stream);
    });
    this.#join(stream);
  }

  /** Ends all of them, and begins no others. */
  close(): void {
    this.#isClosed = true;
    this.#forget();
    for (const timer of this.#timers) clearInterval(timer);
    for (const feed of this.#feeds.values()) feed.end();
    for (const stream of this.#streams) stream.end();
  }

  #refuseTooMany({ client }: StreamTarget): void {
    const { streams, streamsPerClient } = this.#options.limits;
    const sameClient = [...this.#streams].filter(({ target }) => target.client === client);
    const isFull = this.#streams.size >= streams || sameClient.length >= streamsPerClient;
    if (!isFull && !this.#isClosed) return;
    throw new Refusal(503, "streams-exhausted", "Too many follow what happens already.", {
      headers: { "retry-after": "10" },
    });
  }

  #join(stream: EventStream): void {
    this.#catchUp(stream).catch((error: unknown) => {
      this.#options.onError(error, "an event stream");
      stream.end();
    });
  }

  async #catchUp(stream: EventStream): Promise<void> {
    await stream.read();
    for (;;) {
      const begun = this.#feedsOf(stream);
      for (const feed of begun) await stream.begin(feed);
      const feeds = this.#feedsOf(stream);
      // Some may have come meanwhile.
      if (feeds.some((feed) => !begun.includes(feed))) continue;
      const behind = stream.behind(feeds);
      if (behind === null) break;
      await stream.tellMissed(behind);
    }
    // At the same moment: nothing can have happened in between.
    if (!stream.isOver) this.#live.add(stream);
  }

  #feedsOf({ wish }: EventStream): readonly EventFeed[] {
    if (this.#isClosed) return [];
    const projects = this.#options.served.projects();
    const wanted = projects.filter(({ name }) => wish.project === null || wish.project === name);
    return wanted.map((project) => this.#feedOf(project));
  }

  #feedOf(project: ServedProject): EventFeed {
    const known = this.#feeds.get(project.name);
    if (known !== undefined) return known;
    const feed = new EventFeed(project, {
      onEvent: (from, event) => {
        this.#tell(from, event);
      },
      onEnd: (from, error) => {
        this.#end(from, error);
      },
    });
    this.#feeds.set(project.name, feed);
    // What happened in it before it was found, they are told from the state.
    for (const stream of this.#live) if (stream.wish.project === null) this.#leave(stream);
    return feed;
  }

  #tell({ project: { name } }: EventFeed, event: WatchEvent): void {
    let ofProject: Buffer | null = null;
    let ofAll: Buffer | null = null;
    for (const stream of this.#live) {
      const { project } = stream.wish;
      if (project === name) {
        ofProject ??= eventBytes(event, name, String(event.id));
        if (!stream.tell(event, name, ofProject)) this.#leave(stream);
      }
      if (project === null) {
        ofAll ??= eventBytes(event, name, this.#cursorText());
        if (!stream.tell(event, name, ofAll)) this.#leave(stream);
      }
    }
  }

  // It is told the rest from the state, once it has read what it was told: here, nothing more gathers for it.
  #leave(stream: EventStream): void {
    this.#live.delete(stream);
    stream.pause(this.#feedsOf(stream));
    this.#join(stream);
  }

  #cursorText(): string | null {
    const cursor = new Map<string, number>();
    for (const [name, { position }] of this.#feeds)
      if (position !== null) cursor.set(name, position);
    return cursorText(cursor);
  }

  // Whoever followed it comes back, and finds it again or not.
  #end(feed: EventFeed, error: unknown): void {
    const { name } = feed.project;
    if (this.#feeds.get(name) !== feed) return;
    this.#feeds.delete(name);
    // It may come again: then they go on from here.
    for (const stream of this.#live) if (stream.wish.project === null) stream.pause([feed]);
    if (error !== null) this.#options.onError(error, `following what happens in ${name}`);
    const isGone = this.#options.served.projects().every((project) => project.name !== name);
    for (const stream of this.#streams) {
      const { project } = stream.wish;
      if (project === name || (project === null && !isGone)) stream.end();
    }
  }

  #followNew(): void {
    const isWanted = [...this.#streams].some(({ wish }) => wish.project === null);
    if (!isWanted) return;
    for (const project of this.#options.served.projects()) this.#feedOf(project);
  }

  #judgeAgain(): void {
    for (const stream of this.#streams) {
      if (this.#options.gate.admit(stream.target.request, "reader") instanceof Refusal)
        stream.end();
    }
  }
}
