import { hostname, userInfo } from "node:os";
import { carryOut } from "../../engine/deploy/carry-out.ts";
import { recordedSpecifications } from "../../engine/deploy/plan.ts";
import { Journal } from "../../engine/deploy/journal.ts";
import { recover } from "../../engine/deploy/recover.ts";
import type { RunContext } from "../../engine/deploy/run-context.ts";
import { abortReason } from "../../model/abort.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { DeployOutcome } from "../../model/deploy-event.ts";
import { isOpen, type DeployPlan } from "../../model/deployment.ts";
import type { HeldLock } from "../../ports/project-lock.ts";
import type { StateChange, StateSnapshot } from "../../ports/store.ts";
import { compileSpecifications } from "./compiled.ts";
import type { ApplyOptions, ApplyOutcome } from "./deployment.ts";
import { contentsOf } from "./plan-contents.ts";
import { reachPoint } from "./points.ts";
import { resourcesAfter, type Prepare } from "./prepare.ts";
import type { Workspace } from "./workspace.ts";

/** A plan that is to be made and carried out. */
export interface DeployRequest {
  readonly prepare: Prepare;
  /** The version that is brought back; null for none. */
  readonly of: number | null;
  /** What happens when something fails, unless the options say otherwise. */
  readonly mode: RunContext["mode"];
}

/**
 * Makes a plan, asks, takes the lock, and carries it out. What an interrupted run left open is brought to its end first.
 *
 * @param workspace - The project.
 * @param request - What is to be done.
 * @param options - Who is asked, and who hears of it.
 * @returns What became of it.
 * @throws {@link ConfigurationError} With everything that can be known to go wrong; nothing was touched.
 * @throws {@link DeployError} When it could not be completed; the state is intact.
 */
export async function deploy(
  workspace: Workspace,
  request: DeployRequest,
  options: ApplyOptions,
): Promise<ApplyOutcome> {
  await using session = new Session(workspace, request, options);
  return await session.deploy();
}

/** One deploy, from its plan to its end, under one lock. */
class Session implements AsyncDisposable {
  readonly #workspace: Workspace;
  readonly #request: DeployRequest;
  readonly #options: ApplyOptions;
  #held: HeldLock | null = null;
  #projectId: string | null;
  #isNewIdentity = false;

  constructor(workspace: Workspace, request: DeployRequest, options: ApplyOptions) {
    this.#workspace = workspace;
    this.#request = request;
    this.#options = options;
    this.#projectId = workspace.projectId;
  }

  async deploy(): Promise<ApplyOutcome> {
    const snapshot = await this.#recovered(await this.#workspace.store.snapshot());
    const plan = this.#options.plan ?? (await this.#request.prepare(this.#workspace, snapshot));
    this.#refuseStale(plan, snapshot);
    if (!hasChanges(plan)) return await this.#unchanged(plan, snapshot);
    await this.#refuseQuarantined(plan);
    const isAgreed = (await this.#options.confirm?.(plan)) ?? true;
    this.#throwIfAborted();
    if (!isAgreed) return this.#outcome(plan, { status: "declined", version: null, results: [] });
    this.#held ??= await this.#acquire();
    // While the question was open, or the lock waited for, somebody else may have been at work.
    const now = await this.#workspace.store.snapshot();
    if (now.serial !== snapshot.serial) return await this.deploy();
    const outcome = await this.#carryOut(plan, snapshot);
    const planProblems = await this.#writePlans();
    return { ...this.#outcome(plan, outcome), planProblems };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held?.[Symbol.asyncDispose]();
  }

  async #recovered(snapshot: StateSnapshot): Promise<StateSnapshot> {
    const open = snapshot.openSteps.filter(isOpen);
    if (open.length === 0) return snapshot;
    const wanted = open.flatMap((step) => step.wanted ?? []);
    const context = await this.#begin(snapshot, wanted);
    await recover(open, context);
    return await this.#workspace.store.snapshot();
  }

  // A version that never came to its end: whoever made it is gone, as we hold the lock.
  async #unfinished(): Promise<readonly StateChange[]> {
    const { store } = this.#workspace;
    const [last] = await store.versions({ limit: 1 });
    const version = last?.status === "applying" ? await store.version(last.number) : null;
    if (version === null) return [];
    const endedAt = this.#workspace.context().world.clock.now();
    return [{ type: "put-version", version: { ...version, status: "interrupted", endedAt } }];
  }

  async #carryOut(plan: DeployPlan, snapshot: StateSnapshot): Promise<DeployOutcome> {
    const first = await this.#runOne(plan, snapshot);
    const hasImported = plan.changes.some(({ action }) => action === "import");
    if (!hasImported || plan.purpose !== "apply" || first.status !== "deployed") return first;
    // What was taken over is as it was; now that it is ours, the rest of what was shown is carried out.
    const taken = await this.#workspace.store.snapshot();
    const rest = await this.#request.prepare(this.#workspace, taken);
    if (!hasChanges(rest)) return first;
    const second = await this.#runOne(rest, taken);
    return { ...second, results: [...first.results, ...second.results] };
  }

  async #runOne(plan: DeployPlan, snapshot: StateSnapshot): Promise<DeployOutcome> {
    const resources = resourcesAfter(plan, snapshot);
    const context = await this.#begin(snapshot, resources, plan.serial);
    for (const bytes of contentsOf(plan).values()) context.contents.keep(bytes);
    const { of } = this.#request;
    return await carryOut({ plan, resources, by: whoami(), of }, context);
  }

  // Takes the lock, and makes whoever still believes to hold it fail.
  async #begin(
    snapshot: StateSnapshot,
    resources: ReturnType<typeof resourcesAfter>,
    serial = snapshot.serial,
  ): Promise<RunContext> {
    const { store, name } = this.#workspace;
    const lock = (this.#held ??= await this.#acquire());
    const projectId = await this.#identity();
    const run = snapshot.run + 1;
    const begin: StateChange = { type: "begin-run", run };
    await store.commit([begin, ...(await this.#unfinished())], { expect: { serial } });
    const engine = this.#workspace.context(projectId);
    const { kinds } = engine;
    const others = await this.#others(snapshot);
    const { plans } = await compileSpecifications({
      project: name,
      specs: resources,
      others,
      kinds,
    });
    const { clock } = engine.world;
    const { lastStep } = snapshot;
    return {
      ...engine,
      projectId,
      store,
      journal: new Journal({
        store,
        contents: engine.contents,
        lock,
        clock,
        run,
        lastStep,
        onPoint: reachPoint,
      }),
      version: snapshot.lastVersion + 1,
      checkPlans: new Map(plans.map((plan) => [plan.resource, plan])),
      mode: this.#options.rollback ?? this.#request.mode,
      keepFiles: this.#options.keepFiles ?? false,
      onEvent: this.#options.onEvent ?? ignore,
    };
  }

  async #identity(): Promise<string> {
    if (this.#projectId !== null) return this.#projectId;
    const { id, isNew } = await this.#workspace.ensureIdentity();
    this.#projectId = id;
    this.#isNewIdentity = isNew;
    return id;
  }

  async #acquire(): Promise<HeldLock> {
    const { command = "clockwork apply", lockTimeoutMs = 0, onEvent } = this.#options;
    return await this.#workspace.lock.acquire({
      command,
      timeoutMs: lockTimeoutMs,
      signal: this.#options.signal ?? new AbortController().signal,
      onWait: (holder) => {
        const who =
          holder === null ? "somebody else" : `${holder.command}, pid ${String(holder.pid)}`;
        onEvent?.({ type: "waiting", holder: who });
      },
    });
  }

  // A rollback begins, and an explicit apply ends its time, also when there is nothing else to do.
  async #unchanged(plan: DeployPlan, snapshot: StateSnapshot): Promise<ApplyOutcome> {
    const isDeploy = plan.purpose === "apply" || plan.purpose === "rollback";
    const pin = plan.purpose === "rollback" ? this.#request.of : null;
    if (isDeploy && snapshot.pinnedTo !== pin) {
      const context = await this.#begin(snapshot, []);
      await context.journal.commit([{ type: "set-pin", version: pin }]);
    }
    return this.#outcome(plan, { status: "unchanged", version: null, results: [] });
  }

  #refuseStale(plan: DeployPlan, { serial }: StateSnapshot): void {
    if (this.#options.plan === undefined || plan.serial === serial) return;
    throw new DeployError(
      `the plan was made from state ${String(plan.serial)}, and the state is ${String(serial)} by now`,
      { code: "plan-stale", hint: "plan again" },
    );
  }

  async #refuseQuarantined({ hash, purpose }: DeployPlan): Promise<void> {
    if (purpose !== "apply" || this.#options.mayRetry === true) return;
    const version = await this.#workspace.store.quarantined(hash);
    if (version === null) return;
    throw new DeployError(
      `version ${String(version)} failed with this very declaration, and is in quarantine`,
      {
        code: "version-quarantined",
        hint: `clockwork show ${String(version)} tells why; change the declaration, or try it again with --retry`,
      },
    );
  }

  // After a run that failed, a resource may refer to one that did not come to be.
  async #others({
    resources,
    lastVersion,
  }: StateSnapshot): Promise<ReturnType<typeof resourcesAfter>> {
    const version = await this.#workspace.store.version(lastVersion);
    return [...(version?.resources ?? []), ...recordedSpecifications(resources)];
  }

  async #writePlans(): Promise<readonly string[]> {
    const { store, name: project, context } = this.#workspace;
    const snapshot = await store.snapshot();
    const specs = recordedSpecifications(snapshot.resources);
    const others = await this.#others(snapshot);
    const { kinds } = context();
    const { plans, locations } = await compileSpecifications({ project, specs, others, kinds });
    return await this.#workspace.publish(plans, locations);
  }

  #throwIfAborted(): void {
    const { signal } = this.#options;
    if (signal?.aborted === true) throw abortReason(signal);
  }

  #outcome(plan: DeployPlan, outcome: DeployOutcome): ApplyOutcome {
    return { ...outcome, plan, isNewIdentity: this.#isNewIdentity, planProblems: [] };
  }
}

function hasChanges({ changes }: DeployPlan): boolean {
  return changes.some(({ action }) => action !== "keep");
}

function whoami(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user without a name, as in many containers.
    return `${String(process.getuid?.() ?? "?")}@${hostname()}`;
  }
}

function ignore(): void {
  // Nobody wants to know.
}
