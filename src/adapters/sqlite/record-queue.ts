import type { ResultRow } from "../../model/history.ts";
import { plainResult } from "../../model/history-result.ts";
import { WATCH_LIMITS } from "../../model/watch-rules.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type { StateChange } from "../../ports/store.ts";
import type { RecordBatch } from "./store-calls.ts";

/** How a queue sends. */
export interface RecordQueueOptions {
  /** Writes a batch; it rejects when that cannot be done. */
  readonly send: (batch: RecordBatch) => Promise<unknown>;
  /** So many results wait at the most; 200,000 by default. */
  readonly limit?: number;
}

/** A commit whose end is not known, with earlier states of its resources: they are written only if it is not. */
interface Pending {
  readonly resources: ReadonlySet<string>;
  readonly held: Map<string, WatchState>;
}

const BATCH_RESULTS = 5_000;
/** Documents take longer to write than results. */
const BATCH_STATES = 2_000;
const WAIT_MS = 100;
const RETRY_MS = 250;
const LIMIT_RETRY_MS = 10_000;

/**
 * What is recorded, on its way to the disk: in batches, one after the other. Where the disk is slow or full, what waits grows up
 * to a limit; then results are lost, and counted. States never are: of each resource the latest waits.
 */
export class RecordQueue {
  readonly #send: RecordQueueOptions["send"];
  readonly #limit: number;
  #results: ResultRow[] = [];
  readonly #states = new Map<string, WatchState>();
  /** Results of a batch that is on its way, or could not be written. */
  #sent: RecordBatch | null = null;
  #sending: Promise<void> | null = null;
  readonly #commits = new Set<Pending>();
  readonly #settling = new Set<Promise<unknown>>();
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #lost = 0;
  #isClosed = false;

  /**
   * Begins with nothing.
   *
   * @param options - Where it goes.
   */
  constructor({ send, limit = WATCH_LIMITS.queue }: RecordQueueOptions) {
    this.#send = send;
    this.#limit = limit;
  }

  /**
   * Tells what was lost.
   *
   * @returns How many results.
   */
  get lost(): number {
    return this.#lost;
  }

  /**
   * Takes results and states.
   *
   * @param batch - Whoever gives it does not change it any more.
   * @returns False when the results are lost.
   */
  record(batch: {
    readonly results: readonly ResultRow[];
    readonly states: readonly WatchState[];
  }): boolean {
    const { results, states } = batch;
    if (this.#isClosed) {
      this.#lost += results.length;
      return false;
    }
    for (const state of states) this.#states.set(state.resource, state);
    const isFull = this.#count() + results.length > this.#limit;
    if (isFull) this.#lost += results.length;
    else for (const result of results) this.#results.push(result);
    this.#schedule();
    return !isFull;
  }

  /**
   * Waits until all that waits by now is written.
   *
   * @throws {@link StateError} When it cannot be written.
   */
  async flush(): Promise<void> {
    // What a commit holds back is either of no more use, or waits again.
    await Promise.allSettled(this.#settling);
    // What comes in meanwhile comes behind: after so many batches, all that was there is written.
    const batches =
      1 + Math.ceil(this.#count() / BATCH_RESULTS) + Math.ceil(this.#states.size / BATCH_STATES);
    for (let sent = 0; sent < batches && this.#hasWork(); sent += 1) await this.#sendNext();
  }

  /**
   * Carries out a commit. An earlier state of a resource that it changes is not written after it.
   *
   * @param changes - What is committed.
   * @param commit - Commits it, and rejects when it does not happen.
   * @returns What the commit gives.
   */
  async around<T>(changes: readonly StateChange[], commit: () => Promise<T>): Promise<T> {
    const resources = new Set(changes.flatMap(changedResource));
    if (resources.size === 0) return await commit();
    const pending: Pending = { resources, held: new Map() };
    this.#commits.add(pending);
    for (const resource of resources) {
      const state = this.#states.get(resource);
      if (state !== undefined) pending.held.set(resource, state);
      this.#states.delete(resource);
    }
    const committing = this.#settle(pending, commit());
    this.#settling.add(committing);
    try {
      return await committing;
    } finally {
      this.#settling.delete(committing);
    }
  }

  /** Writes what can be written, for the last time; the rest is lost, and counted. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush().catch(() => null);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#lost += this.#count();
    this.#results = [];
    this.#sent = null;
    this.#states.clear();
    this.#commits.clear();
  }

  async #settle<T>(pending: Pending, committing: Promise<T>): Promise<T> {
    try {
      const result = await committing;
      this.#commits.delete(pending);
      return result;
    } catch (error) {
      this.#commits.delete(pending);
      for (const state of pending.held.values()) this.#putBack(state);
      this.#schedule();
      throw error;
    }
  }

  #count(): number {
    return this.#results.length + (this.#sent?.times.length ?? 0);
  }

  #hasWork(): boolean {
    return this.#count() > 0 || this.#states.size > 0 || this.#sending !== null;
  }

  #schedule(): void {
    if (this.#sending !== null || !this.#hasWork()) return;
    const isLarge = this.#results.length >= BATCH_RESULTS || this.#states.size >= BATCH_STATES;
    if (this.#failures === 0 && isLarge) {
      this.#sendNext().catch(() => null);
      return;
    }
    if (this.#timer !== null) return;
    const retryMs = Math.min(LIMIT_RETRY_MS, RETRY_MS * 2 ** Math.min(this.#failures, 10));
    this.#timer = setTimeout(
      () => {
        this.#sendNext().catch(() => null);
      },
      this.#failures === 0 ? WAIT_MS : retryMs,
    );
    // A disk that stays full does not keep the process alive.
    if (this.#failures > 0) this.#timer.unref();
  }

  // One at a time. Whoever comes meanwhile waits for that one.
  async #sendNext(): Promise<void> {
    this.#sending ??= this.#sendOne();
    await this.#sending;
  }

  async #sendOne(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const states = [...this.#states.values()].slice(0, BATCH_STATES);
    const rows = this.#sent ?? encode(this.#results.splice(0, BATCH_RESULTS));
    this.#sent = rows;
    for (const { resource } of states) this.#states.delete(resource);
    try {
      const documents = states.map((state) => [state.resource, JSON.stringify(state)] as const);
      await this.#send({ ...rows, states: documents });
      this.#sent = null;
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      for (const state of states) this.#putBack(state);
      throw error;
    } finally {
      this.#sending = null;
      this.#schedule();
    }
  }

  // Unless there is a newer one. While a commit of that resource is under way, it depends on that whether it is of any use.
  #putBack(state: WatchState): void {
    if (this.#states.has(state.resource)) return;
    const pending = [...this.#commits].find(({ resources }) => resources.has(state.resource));
    if (pending === undefined) this.#states.set(state.resource, state);
    else if (!pending.held.has(state.resource)) pending.held.set(state.resource, state);
  }
}

function changedResource(change: StateChange): readonly string[] {
  if (change.type === "put-watch") return [change.state.resource];
  return change.type === "delete-watch" ? [change.resource] : [];
}

function encode(results: readonly ResultRow[]): RecordBatch {
  const places = new Map<string, number>();
  const { length } = results;
  const batch = {
    owners: new Uint32Array(length),
    times: new Float64Array(length),
    codes: new Uint8Array(length),
    durations: new Uint32Array(length),
  };
  for (const [index, result] of results.entries()) {
    const { at, code, duration } = plainResult(result);
    const place = places.get(result.resource) ?? places.size;
    places.set(result.resource, place);
    batch.owners[index] = place;
    batch.times[index] = at;
    batch.codes[index] = code;
    batch.durations[index] = duration;
  }
  return { ...batch, names: [...places.keys()], states: [] };
}
