import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { ServerLimits } from "../limits.ts";
import { eventView } from "../views/watching.ts";
import { cursorText, type Cursor } from "./cursor.ts";
import type { EventFeed } from "./event-feed.ts";

/** Where events go. */
export interface StreamTarget {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whose it is. */
  readonly client: string;
}

/** What somebody wants to hear. */
export interface StreamWish {
  /** Of one project; null for all. */
  readonly project: string | null;
  /** Of one resource; null for all. */
  readonly resource: string | null;
  /** What they know already; null when they want what happens from now on. */
  readonly after: Cursor | null;
}

/** What may wait for a client, and how long. */
export type StreamLimits = Pick<ServerLimits, "pendingBytes" | "readMs">;

/** So many events are read at once that somebody missed. */
const EVENTS_AT_ONCE = 500;

/** Clients come back after this time, in milliseconds, and up to as much again: not all in the same moment. */
const RETRY_MS = 2_000;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-content-type-options": "nosniff",
  // Nginx would hold events back.
  "x-accel-buffering": "no",
};

const HEARTBEAT = Buffer.from(":\n\n");

/**
 * Writes an event as a stream has it.
 *
 * @param event - What happened.
 * @param project - Where.
 * @param id - By which the stream goes on after it; null for none.
 * @returns The bytes.
 */
export function eventBytes(event: WatchEvent, project: string, id: string | null): Buffer {
  const name = id === null ? "" : `id: ${id}\n`;
  return Buffer.from(`${name}data: ${JSON.stringify(eventView(event, project))}\n\n`);
}

/** One client that is told what happens. */
export class EventStream {
  readonly target: StreamTarget;
  readonly wish: StreamWish;
  readonly #limits: StreamLimits;
  /** By project, what the client knows already. */
  readonly #known = new Map<string, number>();
  /** True once the client was told all that it missed. */
  #hasCaughtUp = false;

  /**
   * Begins to answer.
   *
   * @param wish - What the client wants to hear.
   * @param target - Where it goes.
   * @param limits - What may wait for a client, and how long.
   */
  constructor(wish: StreamWish, target: StreamTarget, limits: StreamLimits) {
    this.wish = wish;
    this.target = target;
    this.#limits = limits;
    const { response, request } = target;
    response.writeHead(200, HEADERS);
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    const retryMs = Math.round(RETRY_MS * (1 + Math.random()));
    response.write(`retry: ${String(retryMs)}\n\n`);
  }

  /**
   * Whether it has come to its end.
   *
   * @returns True once nothing more can be told.
   */
  get isOver(): boolean {
    const { response } = this.target;
    return response.destroyed || response.writableEnded;
  }

  /**
   * Finds out where to begin in a project.
   *
   * @param feed - What happens there.
   * @throws {@link StateError} When the state of the project cannot be read.
   */
  async begin(feed: EventFeed): Promise<void> {
    const { name, store } = feed.project;
    await feed.isReady;
    const { position } = feed;
    if (position === null || this.#known.has(name)) return;
    const after = this.wish.after?.get(name) ?? this.#beginningOf(feed) ?? position;
    if (after > position) {
      // What lies in the future nobody knows, whatever they say.
      const [newest] = await store.events({ limit: 1 });
      this.#known.set(name, Math.min(after, Math.max(newest?.id ?? 0, position)));
    } else this.#known.set(name, after);
  }

  /**
   * Finds something that the client missed.
   *
   * @param feeds - What happens.
   * @returns Where; null when there is nothing: from now on it can be told what happens, as it happens.
   */
  behind(feeds: readonly EventFeed[]): EventFeed | null {
    if (this.isOver) return null;
    const behind = feeds.find(({ project, position }) => {
      const known = this.#known.get(project.name);
      return known !== undefined && position !== null && known < position;
    });
    this.#hasCaughtUp ||= behind === undefined;
    return behind ?? null;
  }

  /**
   * Tells some of what the client missed.
   *
   * @param feed - Where.
   * @throws {@link StateError} When it cannot be read.
   */
  async tellMissed({ project, position }: EventFeed): Promise<void> {
    const { name, store } = project;
    const { resource } = this.wish;
    const after = this.#known.get(name) ?? 0;
    const query = resource === null ? { after } : { after, resource };
    const events = await store.events({ ...query, limit: EVENTS_AT_ONCE });
    for (const event of events) {
      // What the feed has not given yet, it is going to give.
      if (this.isOver || event.id > (position ?? 0)) break;
      this.#known.set(name, event.id);
      if (!this.#write(eventBytes(event, name, this.#idOf(event)))) await this.read();
    }
    if (events.length < EVENTS_AT_ONCE) this.#known.set(name, position ?? 0);
    await this.read();
  }

  /**
   * Tells an event, unless the client knows it, or does not want to.
   *
   * @param event - What happened.
   * @param project - Where.
   * @param bytes - The event, as a stream has it.
   * @returns False when so much waits for the client that it can be told nothing more before it has read that.
   */
  tell(event: WatchEvent, project: string, bytes: Buffer): boolean {
    const { resource } = this.wish;
    if (this.isOver || event.id <= (this.#known.get(project) ?? 0)) return true;
    if (resource !== null && event.resource !== resource) return true;
    return this.#write(bytes);
  }

  /**
   * Remembers how far the client was told what happened, to go on from there later.
   *
   * @param feeds - What happens.
   */
  pause(feeds: readonly EventFeed[]): void {
    for (const { project, position } of feeds) {
      const known = this.#known.get(project.name) ?? 0;
      // Of what has only just come, it is not known yet where to begin.
      if (position !== null) this.#known.set(project.name, Math.max(known, position));
    }
  }

  /** Waits until the client has read what waits for it. Whoever does not read it in time is cut, and may come back. */
  async read(): Promise<void> {
    const { response } = this.target;
    if (this.isOver || !response.writableNeedDrain) return;
    const gone = new AbortController();
    const leave = (): void => {
      gone.abort();
    };
    const cut = setTimeout(() => response.destroy(), this.#limits.readMs);
    response.once("close", leave);
    await once(response, "drain", { signal: gone.signal }).catch(() => undefined);
    response.off("close", leave);
    clearTimeout(cut);
  }

  /** Gives a sign of life: whoever is between would cut the connection otherwise. */
  beat(): void {
    const { response } = this.target;
    if (!this.isOver && !response.writableNeedDrain) response.write(HEARTBEAT);
  }

  /** Ends it: the client comes back. */
  end(): void {
    this.target.response.end();
  }

  // A project that a cursor does not name was not there yet, nor one that comes later: all that happened since it began is new.
  #beginningOf({ origin, position }: EventFeed): number | null {
    const isFromNowOn = this.wish.after === null && !this.#hasCaughtUp;
    return isFromNowOn ? position : origin;
  }

  #write(bytes: Buffer): boolean {
    const { response } = this.target;
    response.write(bytes);
    return response.writableLength <= this.#limits.pendingBytes;
  }

  #idOf({ id }: WatchEvent): string | null {
    return this.wish.project === null ? cursorText(this.#known) : String(id);
  }
}
