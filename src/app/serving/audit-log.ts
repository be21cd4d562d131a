import type { Clock } from "../../ports/clock.ts";
import type { ServedWatching } from "../../ports/served.ts";
import type { Store } from "../../ports/store.ts";

/**
 * Writes who changed what, one entry after the other. Nobody else may write entries to that store.
 *
 * @param store - Where they are kept.
 * @param clock - Tells when.
 * @returns Writes an entry, and rejects when it cannot be written.
 */
export function auditLog(
  store: Pick<Store, "audit" | "commit">,
  clock: Pick<Clock, "now">,
): ServedWatching["audit"] {
  let last: number | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const write = async (entry: Parameters<ServedWatching["audit"]>[0]): Promise<void> => {
    last ??= (await store.audit({ limit: 1 }))[0]?.id ?? 0;
    const id = last + 1;
    await store.commit([{ type: "put-audit", record: { ...entry, id, at: clock.now() } }]);
    last = id;
  };
  return (entry) => {
    const written = turn.then(() => write(entry));
    turn = written.catch(ignore);
    return written;
  };
}

function ignore(): void {
  // Whoever wrote it is told.
}
