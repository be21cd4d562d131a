import { systemClock } from "../../adapters/system/clock.ts";
import type { WatchControl } from "../../model/control.ts";
import { Limiter } from "../../engine/limiter.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Store } from "../../ports/store.ts";
import { connectControl, type ControlClient } from "../control/connect-control.ts";
import { ControlEndedError } from "../control/link.ts";
import { offlineControl } from "../control/offline-control.ts";
import { recordedPolicy } from "../control/recorded-policy.ts";

/** A project that is only read. */
export interface StoredControlOptions {
  readonly project: string;
  /** The absolute path of the project's folder. */
  readonly root: string;
  /** The absolute path of its folder that is ours. */
  readonly folder: string;
  readonly store: Store;
  readonly clock?: Pick<Clock, "now" | "sleep">;
}

/** What is read of a project that others watch; to be disposed. */
export interface StoredControl extends AsyncDisposable {
  readonly control: WatchControl;
}

/** From one look for new events, or for a `clockwork up`, to the next while none runs. */
const POLL_MS = 1_000;
const EVENTS_AT_ONCE = 1_000;

/** Whoever watches answers no more of one client at once than 64, of which some follow. */
const QUESTIONS_AT_ONCE = 32;

/**
 * Reads a project: of the `clockwork up` that watches it, whenever one runs, and what is stored otherwise. Nothing is changed.
 *
 * @param options - Where it is.
 * @returns What can be asked; all that changes something is refused with the code `read-only`.
 */
export function storedControl(options: StoredControlOptions): StoredControl {
  const live = new Live(options.folder);
  const { project, root, store, clock = systemClock } = options;
  const refuse = (): Promise<never> => Promise.reject(readOnly());
  const stored = offlineControl({
    ...{ project, folder: root, store, clock },
    lock: { acquire: refuse },
    inProcess: refuse,
    command: "clockwork serve",
    signal: new AbortController().signal,
    policyOf: recordedPolicy,
  });
  const questions = new Limiter(QUESTIONS_AT_ONCE);
  const reading = <T>(read: (control: WatchControl) => Promise<T>): Promise<T> =>
    questions.run(() => live.ask(read, () => read(stored)));
  return {
    control: {
      status: () => reading((control) => control.status()),
      explain: (resource) => reading((control) => control.explain(resource)),
      checkNow: refuse,
      repair: refuse,
      hold: refuse,
      release: refuse,
      acknowledge: refuse,
      follow: (wanted, onEvent) => follow(wanted, onEvent, { live, store, clock }),
    },
    [Symbol.asyncDispose]: () => live[Symbol.asyncDispose](),
  };
}

function readOnly(): DeployError {
  return new DeployError("nothing can be changed here: this server only reads", {
    code: "read-only",
    hint: "ask the clockwork up that watches the project: clockwork up --listen serves it, too",
  });
}

/** The `clockwork up` of a project, when one runs: connected to once, for all who ask. */
class Live implements AsyncDisposable {
  readonly #folder: string;
  #client: Promise<ControlClient | null> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Asks it.
   *
   * @param question - What is asked.
   * @param otherwise - What is done instead when none runs, or it ends meanwhile.
   * @returns The answer of either.
   */
  async ask<T>(
    question: (client: ControlClient) => Promise<T>,
    otherwise: () => Promise<T>,
  ): Promise<T> {
    const client = await this.#connected();
    if (client === null) return await otherwise();
    try {
      return await question(client);
    } catch (error) {
      if (!(error instanceof ControlEndedError)) throw error;
      await this.#drop();
      return await otherwise();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#drop();
  }

  // Whoever does not run now, or is of another version, may be there at the next question.
  async #connected(): Promise<ControlClient | null> {
    const coming = (this.#client ??= connectControl(this.#folder).catch(() => null));
    const client = await coming;
    if (client === null && this.#client === coming) this.#client = null;
    return client;
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await (await client)?.[Symbol.asyncDispose]();
  }
}

interface Following {
  readonly live: Live;
  readonly store: Pick<Store, "events" | "watching">;
  readonly clock: Pick<Clock, "sleep">;
}

// Over ends and beginnings of whoever watches.
async function follow(
  { after, signal }: Parameters<WatchControl["follow"]>[0],
  onEvent: (event: WatchEvent) => void,
  { live, store, clock }: Following,
): Promise<void> {
  let last = after ?? (await store.watching()).lastEvent;
  const tell = (event: WatchEvent): void => {
    if (event.id <= last) return;
    last = event.id;
    onEvent(event);
  };
  const catchUp = async (): Promise<void> => {
    for (const event of await store.events({ after: last, limit: EVENTS_AT_ONCE })) tell(event);
  };
  while (!signal.aborted) {
    await live.ask((client) => client.follow({ after: last, signal }, tell), catchUp);
    await catchUp();
    await clock.sleep(POLL_MS, signal).catch(() => null);
  }
}
