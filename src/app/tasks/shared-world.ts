import type { DeployWorld } from "../../ports/deploy-world.ts";
import { openDeployWorld, type OpenDeployWorld } from "../deploy-world.ts";

let shared: { readonly world: OpenDeployWorld; users: number } | null = null;

/** The real world, as long as it is needed. */
export interface WorldLease extends AsyncDisposable {
  readonly world: DeployWorld;
}

/**
 * Takes part in the real world of this process: it is opened for the first who does, and closed after the last. Relative paths
 * are relative to where the process is.
 *
 * @returns The world; to be disposed.
 */
export function leaseWorld(): WorldLease {
  const lease = shared ?? { world: openDeployWorld({ root: process.cwd() }), users: 0 };
  shared = lease;
  lease.users += 1;
  let isOver = false;
  return {
    world: lease.world,
    [Symbol.asyncDispose]: async () => {
      if (isOver) return;
      isOver = true;
      lease.users -= 1;
      if (lease.users > 0) return;
      if (shared === lease) shared = null;
      await lease.world[Symbol.asyncDispose]();
    },
  };
}
