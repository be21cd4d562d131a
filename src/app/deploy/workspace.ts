import { systemRandom } from "../../adapters/system/random.ts";
import type { Locations } from "../../engine/compile.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import { Cancellation } from "../../engine/cancellation.ts";
import type { EngineContext } from "../../engine/deploy/context.ts";
import { Contents } from "../../engine/deploy/contents.ts";
import type { ProjectLock } from "../../ports/project-lock.ts";
import type { Store } from "../../ports/store.ts";
import { openDeployWorld, type OpenDeployWorld } from "../deploy-world.ts";
import { catalogKinds } from "../kinds.ts";
import { ensureIdentity, readIdentity } from "../project/identity.ts";
import { STATE_FOLDER, writePlans } from "../project/plan-files.ts";
import { sha256 } from "../project/sha256.ts";
import type { PlanOptions } from "./deployment.ts";

/** Which project is worked on. */
export interface WorkspaceOptions extends Pick<
  PlanOptions,
  "signal" | "mayDeleteData" | "resolver"
> {
  /** The absolute path of its folder. */
  readonly root: string;
  /** What it is called unless its `clockwork.yaml` says otherwise. */
  readonly name: string;
}

/** A project that is worked on: its state, its identity, its lock, and the world. */
export interface Workspace extends AsyncDisposable {
  readonly root: string;
  readonly name: string;
  /** Its UUID; null while it has none. */
  readonly projectId: string | null;
  readonly store: Store;
  readonly lock: ProjectLock;
  /** Gives it a UUID, if it has none. */
  readonly ensureIdentity: () => Promise<{ readonly id: string; readonly isNew: boolean }>;
  /** Writes the check plans of what is deployed; gives what could not be written, one sentence each. */
  readonly publish: (
    plans: readonly CheckPlan[],
    locations: Locations,
  ) => Promise<readonly string[]>;
  /** What deciding needs; with the UUID that the project has by then. */
  readonly context: (projectId?: string) => EngineContext;
}

/**
 * Opens a project to work on it. Nothing is written, and no lock taken.
 *
 * @param options - Which project, and how names are resolved.
 * @returns The workspace; to be disposed.
 * @throws {@link ConfigurationError} When its `clockwork.yaml` is wrong.
 * @throws {@link StateError} When its state cannot be read.
 */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { root, signal, mayDeleteData = false } = options;
  const folder = `${root}/${STATE_FOLDER}`;
  await using parts = new AsyncDisposableStack();
  const [{ sqliteStore }, { projectLock }] = await Promise.all([
    import("../../adapters/sqlite/store.ts"),
    import("../../adapters/sqlite/lock.ts"),
  ]);
  const store = parts.use(sqliteStore({ folder }));
  const identity = await readIdentity(root);
  const world: OpenDeployWorld = parts.use(openDeployWorld({ ...options, store }));
  const cancellation = parts.use(new Cancellation(signal));
  const contents = new Contents(store, sha256);
  const owned = parts.move();
  let { id } = identity;
  return {
    root,
    name: identity.name ?? options.name,
    projectId: identity.id,
    store,
    lock: projectLock({ folder }),
    ensureIdentity: async () => {
      const ensured = await ensureIdentity(root, identity.name ?? options.name);
      // Whoever holds the project for long knows from then on what is its own.
      ({ id } = ensured);
      return ensured;
    },
    publish: async (plans, locations) => {
      const { problems } = await writePlans(root, plans, locations);
      return problems.map(({ file, message }) => `${file} ${message}`);
    },
    context: (projectId) => ({
      projectId: projectId ?? id,
      root,
      kinds: catalogKinds,
      world,
      random: systemRandom,
      sha256,
      contents,
      cancellation,
      mayDeleteData,
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
