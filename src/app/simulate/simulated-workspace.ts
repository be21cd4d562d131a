import { Cancellation } from "../../engine/cancellation.ts";
import { Contents } from "../../engine/deploy/contents.ts";
import type { Kinds } from "../../ports/kinds.ts";
import type { HeldLock } from "../../ports/project-lock.ts";
import type { Random } from "../../ports/random.ts";
import type { Store } from "../../ports/store.ts";
import { mortal, type Life } from "../../testing/mortal.ts";
import { worldPorts } from "../../testing/world/world-ports.ts";
import type { SimulatedWorld } from "../../testing/world/simulated-world.ts";
import type { Workspace } from "../deploy/workspace.ts";
import { sha256 } from "../project/sha256.ts";

/** Every simulated project has this UUID: nothing that is real carries it. */
const PROJECT_ID = "51a71a7e-0000-4000-8000-000000000000";

/** A lock that nobody contends for. */
export const SIMULATED_LOCK: HeldLock = {
  verify: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** What a simulated project is worked on with. */
export interface SimulatedWorkspaceParts {
  readonly root: string;
  readonly name: string;
  readonly world: SimulatedWorld;
  readonly store: Store;
  readonly kinds: Kinds;
  readonly random: Random;
  /** Who works on it: once that is over, nothing that it still does has an effect. */
  readonly life: Life;
  readonly signal: AbortSignal;
}

/**
 * Opens a project in a simulated world: nothing of the real one is read or written.
 *
 * @param parts - The world, and where the state is kept.
 * @returns The workspace.
 */
export function simulatedWorkspace(parts: SimulatedWorkspaceParts): Workspace {
  const { root, name, life, kinds, random } = parts;
  const store = mortal(parts.store, life);
  const world = worldPorts(parts.world, life);
  const cancellation = new Cancellation(parts.signal);
  const contents = new Contents(store, sha256);
  return {
    root,
    name,
    projectId: PROJECT_ID,
    store,
    lock: {
      acquire: () => Promise.resolve(SIMULATED_LOCK),
      status: () => Promise.resolve({ isHeld: false, holder: null }),
    },
    ensureIdentity: () => Promise.resolve({ id: PROJECT_ID, isNew: false }),
    publish: () => Promise.resolve([]),
    context: () => ({
      projectId: PROJECT_ID,
      root,
      kinds,
      world,
      random,
      sha256,
      contents,
      cancellation,
      mayDeleteData: false,
    }),
    [Symbol.asyncDispose]: () => {
      cancellation[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}
