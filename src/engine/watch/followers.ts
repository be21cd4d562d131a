import type { WatchEvent } from "../../model/watch-event.ts";
import type { WatchStore } from "../../ports/watch-store.ts";

type Follower = (event: WatchEvent) => void;

/** So many events are read at once for somebody who comes late. */
const EVENTS_AT_ONCE = 1_000;

/** Those who follow what happens. */
export class Followers {
  readonly #followers = new Set<Follower>();
  readonly #ends = new Set<() => void>();
  #isClosed = false;

  /**
   * Tells them all.
   *
   * @param event - What happened.
   */
  readonly tell = (event: WatchEvent): void => {
    for (const follower of this.#followers) follower(event);
  };

  /**
   * Follows.
   *
   * @param options - Where to begin, and what ends it.
   * @param store - Where earlier events are.
   * @param onEvent - Told of each, in the order of their ids.
   * @returns When it has ended.
   */
  async follow(
    { after, signal }: { readonly after: number | null; readonly signal: AbortSignal },
    store: Pick<WatchStore, "events">,
    onEvent: (event: WatchEvent) => void,
  ): Promise<void> {
    let last = after ?? 0;
    const held: WatchEvent[] = [];
    let isHeld = true;
    const tell = (event: WatchEvent): void => {
      if (event.id <= last) return;
      last = event.id;
      onEvent(event);
    };
    const follower = (event: WatchEvent): void => {
      if (isHeld) held.push(event);
      else tell(event);
    };
    this.#followers.add(follower);
    try {
      if (after !== null) await this.#catchUp(after, store, tell);
      isHeld = false;
      for (const event of held.sort((one, other) => one.id - other.id)) tell(event);
      await this.#end(signal);
    } finally {
      this.#followers.delete(follower);
    }
  }

  /**
   * Waits until something is so: it is looked at again after each event.
   *
   * @param isSo - Whether it is.
   */
  async until(isSo: () => boolean): Promise<void> {
    if (isSo() || this.#isClosed) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const follower = (): void => {
      // What follows from the event is believed right after it is told.
      queueMicrotask(() => {
        if (isSo()) resolve(undefined);
      });
    };
    const end = (): void => {
      resolve(undefined);
    };
    this.#followers.add(follower);
    this.#ends.add(end);
    await promise;
    this.#followers.delete(follower);
    this.#ends.delete(end);
  }

  /** Ends all following. */
  close(): void {
    this.#isClosed = true;
    for (const end of this.#ends) end();
    this.#ends.clear();
  }

  async #catchUp(
    after: number,
    store: Pick<WatchStore, "events">,
    tell: (event: WatchEvent) => void,
  ): Promise<void> {
    let last = after;
    for (;;) {
      const events = await store.events({ after: last, limit: EVENTS_AT_ONCE });
      for (const event of events) tell(event);
      if (events.length < EVENTS_AT_ONCE) return;
      last = events.at(-1)?.id ?? last;
    }
  }

  async #end(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        this.#ends.delete(end);
        signal.removeEventListener("abort", end);
        resolve();
      };
      this.#ends.add(end);
      signal.addEventListener("abort", end, { once: true });
    });
  }
}
