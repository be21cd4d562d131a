import { isWatchChange } from "../../model/watch-rules.ts";
import type { Store } from "../../ports/store.ts";
import type { Judge } from "./judge.ts";

/**
 * Lets a judge see what is stored, at the moment at which it is.
 *
 * @param store - The store.
 * @param judge - Who sees it.
 * @returns The same store.
 */
export function watchedStore(store: Store, judge: Judge): Store {
  const commit: Store["commit"] = async (changes, options) => {
    const serial = await store.commit(changes, options);
    judge.committed(changes.filter(isWatchChange));
    return serial;
  };
  const record: Store["record"] = (batch) => {
    const isTaken = store.record(batch);
    judge.ledger.record(batch.states);
    if (!isTaken) judge.complain("project", "results were lost");
    return isTaken;
  };
  const own: ReadonlyMap<PropertyKey, unknown> = new Map<PropertyKey, unknown>([
    ["commit", commit],
    ["record", record],
  ]);
  return new Proxy(store, {
    get: (target, key): unknown => own.get(key) ?? Reflect.get(target, key, target),
  });
}
