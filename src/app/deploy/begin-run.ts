import { Journal } from "../../engine/deploy/journal.ts";
import type { HeldLock } from "../../ports/project-lock.ts";
import type { StateChange, StateSnapshot } from "../../ports/store.ts";
import { reachPoint } from "./points.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Begins a run: whoever wrote to the state before is refused from then on.
 *
 * @param workspace - The project.
 * @param lock - Its lock.
 * @param options - The state from which it goes on, its serial, and what is stored with the beginning.
 * @returns Where its steps are written.
 * @throws {@link StateConflictError} When the state is another one by now.
 */
export async function beginRun(
  { store, context }: Workspace,
  lock: HeldLock,
  {
    snapshot,
    serial,
    changes,
  }: {
    readonly snapshot: StateSnapshot;
    readonly serial: number;
    readonly changes: readonly StateChange[];
  },
): Promise<Journal> {
  const run = snapshot.run + 1;
  await store.commit([{ type: "begin-run", run }, ...changes], { expect: { serial } });
  const { contents, world } = context();
  const { lastStep } = snapshot;
  const { clock } = world;
  return new Journal({ store, contents, lock, clock, run, lastStep, onPoint: reachPoint });
}
