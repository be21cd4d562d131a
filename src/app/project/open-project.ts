import { systemClock } from "../../adapters/system/clock.ts";
import { Cancellation } from "../../engine/cancellation.ts";
import { compileProject, type Locations } from "../../engine/compile.ts";
import { runPlans, type ResourceOutcome } from "../../engine/run-plans.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { DeclaredResource } from "../../model/project.ts";
import type { Report } from "../../model/report.ts";
import type { Health } from "../../model/verdict.ts";
import type { NetworkOptions } from "../check-services.ts";
import type { DeployPlan } from "../../model/deployment.ts";
import type { ApplyOptions, ApplyOutcome, PlanOptions } from "../deploy/deployment.ts";
import { catalogKinds } from "../kinds.ts";
import { openWorld } from "../world.ts";
import type { Declared, Prepare } from "../deploy/prepare.ts";
import type { ProjectUpOptions } from "../watching/project-up.ts";
import { assertReport, healthOf } from "./assert-report.ts";
import { loadProject, type LoadOptions } from "./load-project.ts";
import { readIdentity } from "./identity.ts";
import type { WrittenPlans } from "./plan-files.ts";
import { projectPath } from "./project-path.ts";
import { selectPlans } from "./select-plans.ts";
import { sha256 } from "./sha256.ts";

/** How assertions are carried out. */
export interface AssertOptions extends NetworkOptions {
  /** Names of resources; all by default. */
  readonly resources?: readonly string[];
  /** A kind of assertion, such as `port-accessible` or `PortAccessibleAssert`; all by default. */
  readonly only?: string;
  /** Checks under way at once; 64 by default. */
  readonly concurrency?: number;
  /** For every check, instead of its own, in milliseconds. */
  readonly timeoutMs?: number;
  /** Looks again until all is well, for so long at the most. */
  readonly retry?: { readonly timeoutMs: number; readonly sleepMs: number };
  /** Ends the run: what has no verdict by then gets `error`, with the text `aborted`. */
  readonly signal?: AbortSignal;
  /** Called with each resource once all its checks are done. */
  readonly onResource?: (outcome: ResourceOutcome) => void;
}

/** The health of one resource, after one look at it. */
export interface ResourceHealth {
  readonly resource: string;
  readonly health: Health;
  /** The lines of the report that led to it. */
  readonly report: Report;
}

/** A project: what it declares, and what can be done with it. */
export interface Project {
  readonly name: string;
  /** The absolute path of its folder. */
  readonly folder: string;
  /** The project's own files that were loaded, relative to its folder. */
  readonly files: readonly string[];
  readonly resources: readonly DeclaredResource[];
  /** One for each resource, in the order of declaration. */
  readonly plans: readonly CheckPlan[];
  /** Writes the plans to `.clockwork/plans/`; what is there already is left as it is. */
  readonly compile: () => Promise<WrittenPlans>;
  /**
   * Finds out what would have to be done so that everything exists that is declared. Writes nothing, and takes no lock.
   *
   * @throws {@link ConfigurationError} With everything that can be known to go wrong.
   * @throws {@link DeployError} When we could not look.
   */
  readonly plan: (options?: PlanOptions) => Promise<DeployPlan>;
  /**
   * Makes everything exist that is declared, in the order of dependencies, each proven by its assertions.
   *
   * @throws {@link ConfigurationError} With everything that can be known to go wrong; nothing was touched.
   * @throws {@link DeployError} When it could not be completed, or somebody else works on the project.
   */
  readonly apply: (options?: ApplyOptions) => Promise<ApplyOutcome>;
  /**
   * Records what is there already and carries the project's marks; what is named is taken over even if somebody else made it.
   *
   * @throws {@link ConfigurationError} When a resource that is named is not declared.
   */
  readonly importAll: (
    options?: ApplyOptions & { readonly resources?: readonly string[] },
  ) => Promise<ApplyOutcome>;
  /**
   * Makes what is declared, then watches and repairs it, until it is told to stop. Other commands can ask it meanwhile.
   *
   * @throws {@link DeployError} When somebody else works on the project, or it could not be made.
   */
  readonly up: (options: ProjectUpOptions) => Promise<void>;
  /** Takes away what was deployed: see {@link Deployment.destroy}. */
  readonly destroy: (options?: ApplyOptions) => Promise<ApplyOutcome>;
  /**
   * Carries out assertions.
   *
   * @throws {@link ConfigurationError} When a resource or a kind that is named does not exist.
   */
  readonly assert: (options?: AssertOptions) => Promise<Report>;
  /**
   * Looks at one resource, and at nothing else.
   *
   * @throws {@link ConfigurationError} When there is no such resource.
   */
  readonly checkResourceHealth: (
    name: string,
    options?: Omit<AssertOptions, "resources">,
  ) => Promise<ResourceHealth>;
}

const DEFAULT_CONCURRENCY = 64;

/**
 * Opens a project: loads its `main.ts` in a process of its own and compiles what it declares.
 *
 * @param path - A folder with a `main.ts`, or such a file; the current folder by default.
 * @param options - How long loading may take, and who reads what it prints.
 * @returns The project.
 * @throws {@link ConfigurationError} With everything that is wrong with it.
 * @example
 * ```ts
 * import { openProject } from "clockwork";
 *
 * const project = await openProject("examples/monitored-service");
 * const { health } = await project.checkResourceHealth("redis");
 * console.log(health);
 * ```
 */
export async function openProject(path?: string, options: LoadOptions = {}): Promise<Project> {
  const { main, root, name: folderName } = projectPath(path);
  const name = (await readIdentity(root)).name ?? folderName;
  const declaration = await loadProject(main, options);
  const { plans, locations, problems } = await compileProject(declaration, {
    project: name,
    file: declaration.files[0] ?? "main.ts",
    kinds: catalogKinds,
    sha256,
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  const assert = (assertOptions: AssertOptions = {}): Promise<Report> =>
    assertPlans({ name, root, plans, locations }, assertOptions);
  return {
    name,
    folder: root,
    files: declaration.files,
    resources: declaration.resources,
    plans,
    ...deploying({ root, name }, { ...declaration, plans }),
    compile: async () => {
      const { writePlans } = await import("./plan-files.ts");
      return await writePlans(root, plans, locations);
    },
    assert,
    checkResourceHealth: async (resource, healthOptions = {}) => {
      let health: Health = "unknown";
      const report = await assert({
        ...healthOptions,
        resources: [resource],
        onResource: (outcome) => {
          // What claims nothing itself is looked at with what it needs.
          if (outcome.plan.resource === resource) health = healthOf(outcome);
          healthOptions.onResource?.(outcome);
        },
      });
      return { resource, health, report };
    },
  };
}

// Loaded when it is first asked for: who only looks need not wait for it.
function deploying(
  place: { readonly root: string; readonly name: string },
  declared: Declared,
): Pick<Project, "plan" | "apply" | "importAll" | "destroy" | "up"> {
  const deploy = async (prepare: Prepare, options: ApplyOptions): Promise<ApplyOutcome> => {
    const [{ openWorkspace }, runner] = await Promise.all([
      import("../deploy/workspace.ts"),
      import("../deploy/deploy.ts"),
    ]);
    await using workspace = await openWorkspace({ ...place, ...options });
    return await runner.deploy(workspace, { prepare, of: null, mode: "rollback" }, options);
  };
  return {
    plan: async (options = {}) => {
      const [{ openWorkspace }, { preparingApply }] = await Promise.all([
        import("../deploy/workspace.ts"),
        import("../deploy/prepare.ts"),
      ]);
      await using workspace = await openWorkspace({ ...place, ...options });
      return await preparingApply(declared, options)(workspace, await workspace.store.snapshot());
    },
    apply: async (options = {}) => {
      const { preparingApply } = await import("../deploy/prepare.ts");
      return await deploy(preparingApply(declared, options), options);
    },
    importAll: async (options = {}) => {
      const { preparingImport } = await import("../deploy/prepare.ts");
      const command = "clockwork import";
      return await deploy(preparingImport(declared, options), { command, ...options });
    },
    up: async (options) => {
      const { projectUp } = await import("../watching/project-up.ts");
      await projectUp(place.root, options);
    },
    destroy: async (options = {}) => {
      const { openDeployment } = await import("../deploy/open-deployment.ts");
      await using deployment = await openDeployment(place.root);
      return await deployment.destroy(options);
    },
  };
}

/** Plans, and what a report on them needs to know. */
export interface PlanSet {
  readonly name: string;
  /** The folder that relative paths are relative to. */
  readonly root: string;
  readonly plans: readonly CheckPlan[];
  readonly locations: Locations;
}

/**
 * Carries out plans, again and again when asked to wait until all is well.
 *
 * @param set - The plans, and what they are called.
 * @param options - Which of them, and how.
 * @returns A report on the last look.
 * @throws {@link ConfigurationError} When a resource or a kind that is named does not exist.
 */
export async function assertPlans(set: PlanSet, options: AssertOptions): Promise<Report> {
  const { retry, concurrency = DEFAULT_CONCURRENCY, timeoutMs, onResource } = options;
  const plans = await selectPlans(set.plans, options);
  using cancellation = new Cancellation(options.signal);
  await using world = openWorld({ ...options, root: set.root });
  const startedAt = systemClock.now();
  const startedMs = systemClock.elapsedMs();
  const context = {
    kinds: catalogKinds,
    world,
    cancellation,
    concurrency,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(onResource === undefined ? {} : { onResource }),
  };
  for (let attempts = 1; ; attempts += 1) {
    const outcomes = await runPlans(plans, context);
    const durationMs = systemClock.elapsedMs() - startedMs;
    const isOver = retry === undefined || durationMs + retry.sleepMs > retry.timeoutMs;
    const isLast = isOver || outcomes.every(isWell);
    // When it is cancelled while it waits, the last look is what there is to tell.
    if (isLast || !(await cancellation.wait(systemClock, retry.sleepMs))) {
      const { name: project, locations } = set;
      return assertReport({ project, outcomes, locations, startedAt, durationMs, attempts });
    }
  }
}

function isWell({ verdict }: ResourceOutcome): boolean {
  return verdict === "pass";
}
