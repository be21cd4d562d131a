import { unknownTarget } from "../../engine/deploy/pair-up.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { Version } from "../../model/deployment.ts";
import { quoted } from "../../model/wording.ts";
import { projectPath } from "../project/project-path.ts";
import { compareVersions } from "./compare-versions.ts";
import { deploy, type DeployRequest } from "./deploy.ts";
import type { ApplyOptions, Deployment, PlanOptions } from "./deployment.ts";
import { driftOf } from "./drift.ts";
import { preparingDestroy, preparingRest, preparingRollback } from "./prepare.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** How what was deployed is opened. */
export interface OpenDeploymentOptions {
  /** Ends whatever is under way. */
  readonly signal?: AbortSignal;
}

/**
 * Opens what was deployed of a project, from its recorded state alone: its `main.ts` need not exist any more.
 *
 * @param path - The project's folder, or a file in it; the current folder by default.
 * @param options - What ends it.
 * @returns The deployment; to be disposed.
 * @throws {@link ConfigurationError} When its `clockwork.yaml` is wrong.
 * @throws {@link StateError} When its state cannot be read.
 * @example
 * ```ts
 * import { openDeployment } from "clockwork";
 *
 * await using deployment = await openDeployment("examples/monitored-service");
 * for (const { number, status } of await deployment.history()) console.log(number, status);
 * ```
 */
export async function openDeployment(
  path?: string,
  { signal }: OpenDeploymentOptions = {},
): Promise<Deployment> {
  const { root, name } = projectPath(path);
  const own = signal === undefined ? {} : { signal };
  const workspace = await openWorkspace({ root, name, ...own });
  return deploymentOf(workspace, own);
}

function deploymentOf(workspace: Workspace, own: OpenDeploymentOptions): Deployment {
  const { store, lock, root, name } = workspace;
  // What may be deleted, and who resolves names, is known only once somebody asks for something.
  const inside = async <T>(
    options: PlanOptions,
    task: (asked: Workspace) => Promise<T>,
  ): Promise<T> => {
    await using asked = await openWorkspace({ root, name, ...own, ...options });
    return await task(asked);
  };
  const run = (request: DeployRequest, options: ApplyOptions): ReturnType<Deployment["destroy"]> =>
    inside(options, (asked) => deploy(asked, request, { ...own, ...options }));
  const version = async (number: number): Promise<Version> => {
    const found = await store.version(number);
    if (found === null) throw unknownVersion(number, (await store.snapshot()).lastVersion);
    return found;
  };
  return {
    name: workspace.name,
    folder: root,
    resources: async () => (await store.snapshot()).resources,
    destroy: (options = {}) => {
      const prepare = preparingDestroy(options);
      return run(
        { prepare, of: null, mode: "notify" },
        { command: "clockwork destroy", ...options },
      );
    },
    apply: (plan, options = {}) => {
      const prepare = preparingRest(plan);
      return run({ prepare, of: null, mode: "rollback" }, { ...options, plan });
    },
    planDestroy: (options = {}) =>
      inside(options, async (asked) => {
        const snapshot = await asked.store.snapshot();
        return await preparingDestroy(options)(asked, snapshot);
      }),
    rollback: async (number, options = {}) => {
      const prepare = preparingRollback(await version(number), options);
      const command = `clockwork rollback ${String(number)}`;
      return await run({ prepare, of: number, mode: "rollback" }, { command, ...options });
    },
    refresh: (options = {}) => inside(options, (asked) => refresh(asked, options)),
    history: (limit) => store.versions(limit === undefined ? {} : { limit }),
    version,
    diff: async (from, to) =>
      compareVersions((await version(from)).resources, (await version(to)).resources),
    lockStatus: async () => ({
      ...(await lock.status()),
      openSteps: (await store.snapshot()).openSteps.length,
    }),
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}

async function refresh(
  { store, context }: Workspace,
  { targets }: PlanOptions,
): ReturnType<Deployment["refresh"]> {
  const { resources } = await store.snapshot();
  const known = [...resources.keys()];
  const names = targets ?? known;
  const unknown = names.filter((name) => !resources.has(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(unknown.map((name) => unknownTarget(name, known)));
  }
  const recorded = names.flatMap((name) => resources.get(name) ?? []);
  return await driftOf(recorded, context());
}

/**
 * Says that there is no version of a number.
 *
 * @param number - The number.
 * @param last - The newest that there is; 0 for none.
 * @returns The error.
 */
export function unknownVersion(number: number, last: number): ConfigurationError {
  const hint = last === 0 ? "nothing was deployed yet" : `there are 1 to ${String(last)}`;
  return new ConfigurationError([
    {
      code: "version-unknown",
      file: "",
      line: null,
      column: null,
      property: null,
      message: `there is no version ${quoted(String(number))}`,
      hint,
    },
  ]);
}
