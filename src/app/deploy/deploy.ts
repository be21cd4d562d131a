import { carryOut } from "../../engine/deploy/carry-out.ts";
import { recordedSpecifications } from "../../engine/deploy/plan.ts";
import type { Journal } from "../../engine/deploy/journal.ts";
import { recover } from "../../engine/deploy/recover.ts";
import type { RunContext } from "../../engine/deploy/run-context.ts";
import { abortReason } from "../../model/abort.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { DeployOutcome } from "../../model/deploy-event.ts";
import { isOpen, type DeployPlan } from "../../model/deployment.ts";
import { canonicalJson } from "../../model/json.ts";
import type { HeldLock } from "../../ports/project-lock.ts";
import type { StateChange, StateSnapshot } from "../../ports/store.ts";
import { findRunningUp, type RunningUp } from "../control/running-up.ts";
import { whoami } from "../whoami.ts";
import { askedWorkspace } from "./asked-workspace.ts";
import { beginRun } from "./begin-run.ts";
import { compileSpecifications } from "./compiled.ts";
import type { ApplyOptions, ApplyOutcome } from "./deployment.ts";
import { hasChanges, staleError, touchedBy } from "./plan-changes.ts";
import { contentsOf } from "./plan-contents.ts";
import { resourcesAfter, type Prepare } from "./prepare.ts";
import type { Workspace } from "./workspace.ts";

/** A plan that is to be made and carried out. */
export interface DeployRequest {
  readonly prepare: Prepare;
  /** The version that is brought back; null for none. */
  readonly of: number | null;
  /** What happens when something fails, unless the options say otherwise. */
  readonly mode: RunContext["mode"];
  /** Who agreed to it; whoever runs this program by default. */
  readonly by?: string;
}

/** Whoever holds the project already, and does other things to it at the same time: a running `clockwork up`. */
export interface DeployHost {
  readonly lock: HeldLock;
  /** Of its run; all that it does is written there. */
  readonly journal: Journal;
  /** Keeps resources from being judged and repaired, until it is disposed. */
  readonly exclude: (names: readonly string[]) => Promise<Disposable>;
}

/**
 * Makes a plan, asks, takes the lock, and carries it out. What an interrupted run left open is brought to its end first.
 *
 * @param workspace - The project.
 * @param request - What is to be done.
 * @param options - Who is asked, and who hears of it.
 * @param host - Who holds the project already; nobody by default.
 * @returns What became of it.
 * @throws {@link ConfigurationError} With everything that can be known to go wrong; nothing was touched.
 * @throws {@link DeployError} When it could not be completed; the state is intact.
 */
export async function deploy(
  workspace: Workspace,
  request: DeployRequest,
  options: ApplyOptions,
  host: DeployHost | null = null,
): Promise<ApplyOutcome> {
  using asked = host === null ? null : askedWorkspace(workspace, options);
  await using session = new Session(asked?.workspace ?? workspace, request, { ...options, host });
  return await session.deploy();
}

/**
 * Takes over a project for as long as its lock is held: brings to its end what an interrupted run left open, and begins a run.
 *
 * @param workspace - The project.
 * @param lock - Its lock, which stays held.
 * @param options - Who hears of it, and what ends it.
 * @returns Where everything is written that is done to it from now on.
 * @throws {@link DeployError} When something could not be brought to its end.
 */
export async function takeOver(
  workspace: Workspace,
  lock: HeldLock,
  options: Pick<ApplyOptions, "onEvent" | "signal">,
): Promise<Journal> {
  const request: DeployRequest = {
    prepare: () => Promise.reject(new DeployError("nothing is to be done")),
    of: null,
    mode: "rollback",
  };
  return await new Session(workspace, request, { ...options, host: null }, lock).takeOver();
}

type SessionOptions = ApplyOptions & { readonly host: DeployHost | null };

/** One deploy, from its plan to its end, under one lock. */
class Session implements AsyncDisposable {
  readonly #workspace: Workspace;
  readonly #request: DeployRequest;
  readonly #options: SessionOptions;
  readonly #host: DeployHost | null;
  #held: HeldLock | null = null;
  /** Whoever holds the project, and carries out what people here agree to; null when nobody does. */
  #up: RunningUp | null = null;
  #projectId: string | null;
  #isNewIdentity = false;

  constructor(
    workspace: Workspace,
    request: DeployRequest,
    options: SessionOptions,
    held: HeldLock | null = null,
  ) {
    this.#held = held;
    this.#workspace = workspace;
    this.#request = request;
    this.#options = options;
    this.#host = options.host;
    this.#projectId = workspace.projectId;
  }

  async deploy(): Promise<ApplyOutcome> {
    await this.#findUp();
    const snapshot = await this.#recovered(await this.#workspace.store.snapshot());
    const plan = this.#options.plan ?? (await this.#request.prepare(this.#workspace, snapshot));
    this.#refuseStale(plan, snapshot);
    if (!hasChanges(plan)) return await this.#unchanged(plan, snapshot);
    await this.#refuseQuarantined(plan);
    const isAgreed = (await this.#options.confirm?.(plan)) ?? true;
    this.#throwIfAborted();
    if (!isAgreed) return this.#outcome(plan, { status: "declined", version: null, results: [] });
    return await this.#carryOutAgreed(plan, snapshot);
  }

  /**
   * Brings to its end what an interrupted run left open, and begins a run.
   *
   * @returns Where its steps are written.
   */
  async takeOver(): Promise<Journal> {
    const snapshot = await this.#recovered(await this.#workspace.store.snapshot());
    return (await this.#begin(snapshot, [])).journal;
  }

  async #carryOutAgreed(plan: DeployPlan, snapshot: StateSnapshot): Promise<ApplyOutcome> {
    const wasUp = this.#up !== null;
    await this.#findUp();
    if (this.#up !== null) return await this.#handOver(this.#up, plan);
    if (wasUp) return await this.deploy();
    if (this.#host === null) this.#held ??= await this.#acquire();
    const exclusion = await this.#host?.exclude(touchedBy(plan));
    try {
      // Nobody else works on these now: what is open of them was interrupted.
      if (this.#host !== null && (await this.#recoveredOf(touchedBy(plan))))
        return await this.deploy();
      // While the question was open, or the lock waited for, somebody else may have been at work.
      if (this.#isStale(plan, await this.#workspace.store.snapshot())) return await this.deploy();
      const outcome = await this.#carryOut(plan, snapshot);
      const planProblems = await this.#writePlans();
      return { ...this.#outcome(plan, outcome), planProblems };
    } finally {
      exclusion?.[Symbol.dispose]();
    }
  }

  // It may have been started, or have ended, while the question was open.
  async #findUp(): Promise<void> {
    if (this.#host !== null || this.#held !== null) return;
    await this.#up?.[Symbol.asyncDispose]();
    this.#up = await findRunningUp(this.#workspace.root);
  }

  async #handOver(up: RunningUp, plan: DeployPlan): Promise<ApplyOutcome> {
    try {
      return await up.carryOut(plan, this.#request, this.#options);
    } catch (error) {
      const isStale = error instanceof DeployError && error.code === "plan-stale";
      if (isStale && this.#options.plan === undefined) return await this.deploy();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#up?.[Symbol.asyncDispose]();
    await this.#held?.[Symbol.asyncDispose]();
  }

  async #recovered(snapshot: StateSnapshot): Promise<StateSnapshot> {
    const open = snapshot.openSteps.filter(isOpen);
    // What is open under a host is what it does just now.
    if (open.length === 0 || this.#host !== null || this.#up !== null) return snapshot;
    const wanted = open.flatMap((step) => step.wanted ?? []);
    const context = await this.#begin(snapshot, wanted);
    await recover(open, context);
    return await this.#workspace.store.snapshot();
  }

  async #recoveredOf(resources: readonly string[]): Promise<boolean> {
    const snapshot = await this.#workspace.store.snapshot();
    const own = new Set(resources);
    const open = snapshot.openSteps.filter((step) => isOpen(step) && own.has(step.resource));
    if (open.length === 0) return false;
    const wanted = open.flatMap((step) => step.wanted ?? []);
    await recover(open, await this.#begin(snapshot, wanted));
    return true;
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
    const { of, by = whoami() } = this.#request;
    return await carryOut({ plan, resources, by, of }, context);
  }

  async #begin(
    snapshot: StateSnapshot,
    resources: ReturnType<typeof resourcesAfter>,
    serial = snapshot.serial,
  ): Promise<RunContext> {
    const { store, name } = this.#workspace;
    const journal = await this.#journal(snapshot, serial);
    const projectId = await this.#identity();
    const engine = this.#workspace.context(projectId);
    const { kinds } = engine;
    const others = await this.#others(snapshot);
    const { plans } = await compileSpecifications({
      project: name,
      specs: resources,
      others,
      kinds,
    });
    return {
      ...engine,
      projectId,
      store,
      journal,
      version: snapshot.lastVersion + 1,
      checkPlans: new Map(plans.map((plan) => [plan.resource, plan])),
      mode: this.#options.rollback ?? this.#request.mode,
      keepFiles: this.#options.keepFiles ?? false,
      onEvent: this.#options.onEvent ?? ignore,
    };
  }

  // Begins a run, which makes whoever still believes to hold the lock fail; a host has begun its own.
  async #journal(snapshot: StateSnapshot, serial: number): Promise<Journal> {
    const { store } = this.#workspace;
    const unfinished = await this.#unfinished();
    if (this.#host !== null) {
      if (unfinished.length > 0) await store.commit(unfinished);
      return this.#host.journal;
    }
    const lock = (this.#held ??= await this.#acquire());
    return await beginRun(this.#workspace, lock, { snapshot, serial, changes: unfinished });
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
      if (this.#up !== null) return await this.#handOver(this.#up, plan);
      const context = await this.#begin(snapshot, []);
      await context.journal.commit([{ type: "set-pin", version: pin }]);
    }
    return this.#outcome(plan, { status: "unchanged", version: null, results: [] });
  }

  // Under a host, repairs of other resources do not matter.
  #isStale(plan: DeployPlan, { serial, resources }: StateSnapshot): boolean {
    if (this.#host === null || plan.serial === serial) return plan.serial !== serial;
    return plan.changes.some(({ action, resource, renamedFrom, recorded }) => {
      const now = resources.get(renamedFrom ?? resource) ?? null;
      return action !== "keep" && canonicalJson(recorded) !== canonicalJson(now);
    });
  }

  #refuseStale(plan: DeployPlan, snapshot: StateSnapshot): void {
    // What repairs did meanwhile is judged by who carries them out.
    if (this.#options.plan === undefined || this.#up !== null) return;
    if (!this.#isStale(plan, snapshot)) return;
    throw staleError(plan, snapshot.serial);
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

function ignore(): void {
  // Nobody wants to know.
}
