import type { WatchEvent } from "../../model/watch-event.ts";
import type { ServedProject } from "../../ports/served.ts";

/** So far back it is looked for when a project began. */
const EVENTS_LOOKED_THROUGH = 1_000;

/** Who hears of what a feed gives. */
export interface FeedListener {
  readonly onEvent: (feed: EventFeed, event: WatchEvent) => void;
  /** Told once, when nothing more comes; with the reason when it is none that was to be expected. */
  readonly onEnd: (feed: EventFeed, error: unknown) => void;
}

/** What happens in one project, followed once for all who want to know. */
export class EventFeed {
  readonly project: ServedProject;
  /** Settled once it is known where it begins; it never fails. */
  readonly isReady: Promise<void>;
  readonly #end = new AbortController();
  #origin: number | null = null;
  #position: number | null = null;

  /**
   * Begins with what happens from now on.
   *
   * @param project - The project.
   * @param listener - Who hears of it.
   */
  constructor(project: ServedProject, listener: FeedListener) {
    this.project = project;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.isReady = promise;
    const ready = (): void => {
      resolve(undefined);
    };
    void this.#run(listener, ready).then(
      () => {
        listener.onEnd(this, null);
      },
      (error: unknown) => {
        ready();
        listener.onEnd(this, error);
      },
    );
  }

  /**
   * Where what is watched now began.
   *
   * @returns The id of the last event before that; null until it is known.
   */
  get origin(): number | null {
    return this.#origin;
  }

  /**
   * How far it has come.
   *
   * @returns The id of the last event that it gave, or that there was before; null until that is known.
   */
  get position(): number | null {
    return this.#position;
  }

  /** Ends it. */
  end(): void {
    this.#end.abort();
  }

  async #run({ onEvent }: FeedListener, ready: () => void): Promise<void> {
    const { store, control } = this.project;
    const newest = await store.events({ limit: EVENTS_LOOKED_THROUGH });
    const after = newest[0]?.id ?? 0;
    const started = newest.find(({ type }) => type === "started");
    this.#origin = started === undefined ? after : started.id - 1;
    this.#position = after;
    ready();
    const options = { after, signal: this.#end.signal };
    await control.follow(options, (event) => {
      this.#position = event.id;
      onEvent(this, event);
    });
  }
}
