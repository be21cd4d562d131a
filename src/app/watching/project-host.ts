import type { RunContext } from "../../engine/deploy/run-context.ts";
import type { Journal } from "../../engine/deploy/journal.ts";
import { Limiter } from "../../engine/limiter.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import type { HeldLock } from "../../ports/project-lock.ts";
import { deploy, takeOver, type DeployRequest } from "../deploy/deploy.ts";
import type { ApplyOptions, ApplyOutcome } from "../deploy/deployment.ts";
import type { Workspace } from "../deploy/workspace.ts";

/** What a host is told from outside. */
export interface ProjectHostOptions {
  readonly workspace: Workspace;
  readonly lock: HeldLock;
  readonly signal: AbortSignal;
  /** Keeps resources from being judged and repaired, until it is disposed; by the repair of one of them, or by nobody's. */
  readonly exclude: (names: readonly string[], by: string | null) => Promise<Disposable>;
  readonly onEvent: (event: DeployEvent) => void;
}

/** Holds what is deployed of a project for as long as it is watched: plans and repairs are carried out here, and nowhere else. */
export class ProjectHost {
  readonly #options: ProjectHostOptions;
  readonly #journal: Journal;
  /** Versions come one after the other. */
  readonly #deploys = new Limiter(1);
  #count = 0;

  private constructor(options: ProjectHostOptions, journal: Journal) {
    this.#options = options;
    this.#journal = journal;
  }

  /**
   * Takes a project over: what an interrupted run left open is brought to its end first.
   *
   * @param options - The project and its lock.
   * @returns The host.
   * @throws {@link DeployError} When something could not be brought to its end.
   */
  static async takeOver(options: ProjectHostOptions): Promise<ProjectHost> {
    const { workspace, lock, signal, onEvent } = options;
    return new ProjectHost(options, await takeOver(workspace, lock, { signal, onEvent }));
  }

  /**
   * Carries out a plan, once those that came before have ended.
   *
   * @param request - What is planned.
   * @param options - Who is asked, and who hears of it.
   * @param by - The resource whose repair it is; null for none. Deploys wait for repairs, which therefore never wait for deploys.
   * @returns What became of it.
   * @throws As {@link deploy} does.
   */
  async deploy(
    request: DeployRequest,
    options: ApplyOptions,
    by: string | null = null,
  ): Promise<ApplyOutcome> {
    const { workspace, lock, signal, exclude } = this.#options;
    const isTaken = by !== null && this.#count > 0;
    if (isTaken) throw new DeployError("another deploy is under way");
    const host = {
      lock,
      journal: this.#journal,
      exclude: (names: readonly string[]) => exclude(names, by),
    };
    this.#count += 1;
    try {
      return await this.#deploys.run(() =>
        deploy(workspace, request, { signal, ...options }, host),
      );
    } finally {
      this.#count -= 1;
    }
  }

  /**
   * What repairing one resource takes: it is written to the same journal, under the version that is deployed.
   *
   * @param plan - What has to hold when it is done.
   * @returns The context.
   * @throws {@link DeployError} When the project has no identity: nothing of it can have been deployed.
   */
  async repairContext(plan: CheckPlan): Promise<RunContext> {
    const { workspace, onEvent } = this.#options;
    const { lastVersion } = await workspace.store.snapshot();
    const { id } = await workspace.ensureIdentity();
    if (lastVersion === 0) throw new DeployError(`nothing of ${workspace.name} is deployed`);
    return {
      ...workspace.context(id),
      projectId: id,
      store: workspace.store,
      journal: this.#journal,
      version: lastVersion,
      checkPlans: new Map([[plan.resource, plan]]),
      // What does not help is left as it is: the next attempt begins from there.
      mode: "off",
      keepFiles: false,
      onEvent,
    };
  }
}
