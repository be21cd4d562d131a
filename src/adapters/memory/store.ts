import {
  isOpen,
  type DeployedResource,
  type JournalStep,
  type Version,
  type VersionSummary,
} from "../../model/deployment.ts";
import { refuseEarlierRun, refuseTooLarge, refuseUnexpected } from "../../model/state-rules.ts";
import { isWatchChange, isWatchOnly, WATCH_LIMITS } from "../../model/watch-rules.ts";
import type { DeployChange, StateChange, StateSnapshot, Store } from "../../ports/store.ts";
import { MemoryWatching } from "./watching.ts";

/**
 * Keeps the state of a project in memory: for tests, and for simulations.
 *
 * @param options - How many results may be recorded before the next turn; 200,000 by default.
 * @returns A store that is empty.
 */
export function memoryStore(options: { readonly limitQueue?: number } = {}): Store {
  return new MemoryStore(options.limitQueue ?? WATCH_LIMITS.queue);
}

class MemoryStore extends MemoryWatching implements Store {
  #serial = 0;
  #run = 0;
  #pinnedTo: number | null = null;
  readonly #resources = new Map<string, DeployedResource>();
  readonly #steps = new Map<number, JournalStep>();
  readonly #versions = new Map<number, Version>();
  readonly #contents = new Map<string, Uint8Array>();

  readonly snapshot = (): Promise<StateSnapshot> =>
    Promise.resolve({
      serial: this.#serial,
      run: this.#run,
      resources: new Map(this.#resources),
      openSteps: this.#inOrder(this.#steps).filter(isOpen),
      lastStep: Math.max(0, ...this.#steps.keys()),
      lastVersion: Math.max(0, ...this.#versions.keys()),
      pinnedTo: this.#pinnedTo,
    });

  readonly commit: Store["commit"] = async (changes, { expect = {} } = {}) => {
    this.settle();
    await Promise.resolve();
    refuseUnexpected(expect, { serial: this.#serial, run: this.#run });
    refuseWrong(changes, this.#run);
    // What is changed afterwards by whoever gave it must not change the state.
    for (const change of structuredClone(changes)) {
      if (isWatchChange(change)) this.apply(change);
      else this.#apply(change);
    }
    if (!isWatchOnly(changes)) this.#serial += 1;
    return this.#serial;
  };

  readonly pulse: Store["pulse"] = async (resource) => {
    const opened = this.#inOrder(this.#steps).findLast(
      (step) => isOpen(step) && step.resource === resource,
    );
    const since = opened?.startedAt ?? this.#resources.get(resource)?.updatedAt ?? null;
    return { last: await this.heartbeat(resource), expectedSince: since };
  };

  readonly versions: Store["versions"] = ({ limit } = {}) =>
    Promise.resolve(this.#inOrder(this.#versions).toReversed().slice(0, limit).map(summaryOf));

  readonly version: Store["version"] = (number) =>
    Promise.resolve(this.#versions.get(number) ?? null);

  readonly steps: Store["steps"] = (version) =>
    Promise.resolve(this.#inOrder(this.#steps).filter((step) => step.version === version));

  readonly quarantined: Store["quarantined"] = (hash) => {
    const last = this.#inOrder(this.#versions).findLast(
      (version) => version.hash === hash && DECISIVE.has(version.status),
    );
    const isBad = last !== undefined && last.status !== "deployed";
    return Promise.resolve(isBad ? last.number : null);
  };

  readonly content: Store["content"] = (sha256) =>
    Promise.resolve(this.#contents.get(sha256) ?? null);

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #inOrder<T>(of: ReadonlyMap<number, T>): T[] {
    return [...of].sort(([one], [other]) => one - other).map(([, value]) => value);
  }

  #apply(change: DeployChange): void {
    switch (change.type) {
      case "put-resource":
        this.#resources.set(change.name, change.resource);
        break;
      case "delete-resource":
        this.#resources.delete(change.name);
        this.forgetHeartbeat(change.name);
        break;
      case "put-step":
        this.#steps.set(change.step.id, change.step);
        break;
      case "put-version":
        this.#versions.set(change.version.number, change.version);
        break;
      case "keep-content":
        this.#contents.set(change.sha256, change.bytes);
        break;
      case "begin-run":
        this.#run = change.run;
        break;
      case "set-pin":
        this.#pinnedTo = change.version;
    }
  }
}

function summaryOf(version: Version): VersionSummary {
  const { number, purpose, status, hash, changes, startedAt, endedAt, by, of } = version;
  return { number, purpose, status, hash, changes, startedAt, endedAt, by, of };
}

/** Of these, the last one tells whether a declaration is bad. */
const DECISIVE: ReadonlySet<string> = new Set(["failed", "rolled-back", "deployed"]);

function refuseWrong(changes: readonly StateChange[], begun: number): void {
  let run = begun;
  for (const change of changes) {
    if (change.type === "keep-content") refuseTooLarge(change.bytes.byteLength);
    if (change.type !== "begin-run") continue;
    refuseEarlierRun(change.run, run);
    run = change.run;
  }
}
