import type { LifecycleScope } from "../../model/lifecycle.ts";
import { isSameThing } from "../../model/marks.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { HostedProcess } from "../../ports/process-host.ts";
import { identityOf, type ProcessSubject } from "./process-options.ts";

/** What there is of a process. */
export interface FoundProcess {
  /** The one that was started; null when it has ended. */
  readonly leader: HostedProcess | null;
  /** Everything that carries its marks, the leader included. */
  readonly own: readonly HostedProcess[];
  /** One of another life of the same resource, where there is nothing of this one. */
  readonly inPlace: HostedProcess | null;
}

/**
 * Finds a process again, whoever started it: by its marks, or by what is noted or recorded of it.
 *
 * @param subject - The process.
 * @param world - The world.
 * @param scope - The project.
 * @returns What there is of it.
 * @throws {@link ObservationError} When we could not look.
 */
export async function findProcess(
  { marks, physical, resource }: ProcessSubject,
  world: DeployWorld,
  { root, signal }: LifecycleScope,
): Promise<FoundProcess> {
  const host = await world.processHost();
  const [all, known] = await Promise.all([
    host.find(root, signal),
    host.known({ root, marks, recorded: identityOf(physical) }),
  ]);
  const marked = all.filter((each) => isSameThing(each.marks, marks));
  const { living, isNoted } = known;
  const isMarked = marked.some(({ pid }) => pid === living?.pid);
  const own = living === null || isMarked ? marked : [living, ...marked];
  // Where it is noted which one was started, others that lead a group went their own way.
  const first = isNoted ? null : (marked.find(({ isLeader }) => isLeader) ?? null);
  const isHere = (each: HostedProcess): boolean =>
    each.isLeader && each.root === root && each.marks.resource === resource;
  const inPlace = own.length > 0 ? null : (all.find(isHere) ?? null);
  return { leader: living ?? first, own, inPlace };
}
