import { compileProject } from "../../src/engine/compile.ts";
import { Cancellation } from "../../src/engine/cancellation.ts";
import { Contents } from "../../src/engine/deploy/contents.ts";
import { deploy } from "../../src/app/deploy/deploy.ts";
import type { ApplyOptions, ApplyOutcome } from "../../src/app/deploy/deployment.ts";
import {
  preparingApply,
  preparingDestroy,
  preparingRollback,
} from "../../src/app/deploy/prepare.ts";
import type { Workspace } from "../../src/app/deploy/workspace.ts";
import { sha256 } from "../../src/app/project/sha256.ts";
import { readValues } from "../../src/model/options.ts";
import { RESOURCE_FIELDS } from "../../src/model/policy.ts";
import type { DeclaredResource } from "../../src/model/project.ts";
import type { DeployPlan } from "../../src/model/deployment.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import type { Store } from "../../src/ports/store.ts";
import { boxKinds, type BoxWorld } from "./box-world.ts";

/** A box as a project declares it. */
export interface DeclaredBox {
  readonly name: string;
  readonly place?: string;
  readonly value?: string;
  readonly size?: "small" | "large";
  readonly dependsOn?: readonly string[];
  readonly policy?: Readonly<Record<string, unknown>>;
}

export const PROJECT_ID = "12345678-1234-4123-8123-123456789abc";

/** What a run takes: the state, and the world. */
export interface BoxRun {
  readonly world: BoxWorld;
  readonly store: Store;
  /** Called at every point of the journal. */
  readonly random?: () => number;
}

/** Applies boxes, as a process of its own would. */
export async function applyBoxes(
  boxes: readonly DeclaredBox[],
  run: BoxRun,
  options: ApplyOptions = {},
): Promise<ApplyOutcome> {
  const prepare = preparingApply(await declared(boxes, run), options);
  return await deploy(workspace(run, options), { prepare, of: null, mode: "rollback" }, options);
}

/** Plans boxes. */
export async function planBoxes(
  boxes: readonly DeclaredBox[],
  run: BoxRun,
  options: ApplyOptions = {},
): Promise<DeployPlan> {
  const prepare = preparingApply(await declared(boxes, run), options);
  return await prepare(workspace(run, options), await run.store.snapshot());
}

/** Destroys what is recorded. */
export async function destroyBoxes(run: BoxRun, options: ApplyOptions = {}): Promise<ApplyOutcome> {
  const prepare = preparingDestroy(options);
  return await deploy(workspace(run, options), { prepare, of: null, mode: "notify" }, options);
}

/** Brings back a version. */
export async function rollbackBoxes(
  number: number,
  run: BoxRun,
  options: ApplyOptions = {},
): Promise<ApplyOutcome> {
  const version = await run.store.version(number);
  if (version === null) throw new Error(`there is no version ${String(number)}`);
  const prepare = preparingRollback(version, options);
  return await deploy(workspace(run, options), { prepare, of: number, mode: "rollback" }, options);
}

async function declared(
  boxes: readonly DeclaredBox[],
  { world }: BoxRun,
): Promise<Parameters<typeof preparingApply>[0]> {
  const kinds = boxKinds(() => world);
  const kind = await kinds.resource("box");
  const resources = boxes.map((box): DeclaredResource => {
    const { name, place = name, value, size, dependsOn = [], policy = {} } = box;
    return {
      kind: "box",
      name,
      parameters: readValues(kind?.fields ?? {}, { place, value, size }),
      policy: readValues(RESOURCE_FIELDS, { name, dependsOn, ...policy }),
      assertions: [],
      declaredAt: null,
    };
  });
  const compiled = await compileProject(
    { resources, problems: [], files: [] },
    { project: "boxes", file: "main.ts", kinds, sha256 },
  );
  const isEmpty = resources.length === 0;
  if (compiled.problems.length > 0 && !isEmpty) throw new Error(JSON.stringify(compiled.problems));
  return { resources, plans: compiled.plans, files: [] };
}

function workspace(
  { world, store, random = Math.random }: BoxRun,
  options: ApplyOptions,
): Workspace {
  let now = 1_000_000;
  const clock = {
    now: () => (now += 1),
    elapsedMs: () => now,
    // Nothing in this world takes any time.
    after: () => () => undefined,
    sleep: () => Promise.resolve(),
  };
  const contents = new Contents(store, sha256);
  const cancellation = new Cancellation(options.signal);
  return {
    root: "/nowhere",
    name: "boxes",
    projectId: PROJECT_ID,
    store,
    lock: {
      acquire: () =>
        Promise.resolve({
          verify: () => {
            world.reach();
          },
          [Symbol.asyncDispose]: () => Promise.resolve(),
        }),
      status: () => Promise.resolve({ isHeld: false, holder: null }),
    },
    ensureIdentity: () => Promise.resolve({ id: PROJECT_ID, isNew: false }),
    publish: () => Promise.resolve([]),
    context: () => ({
      projectId: PROJECT_ID,
      root: "/nowhere",
      kinds: boxKinds(() => world),
      world: { clock } as unknown as DeployWorld,
      random: { next: random },
      sha256,
      contents,
      cancellation,
      mayDeleteData: false,
    }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
