import type { DeployEvent, DeployOutcome } from "../../model/deploy-event.ts";
import type {
  DeployedResource,
  DeployPlan,
  Version,
  VersionSummary,
} from "../../model/deployment.ts";
import type { LockHolder } from "../../ports/project-lock.ts";
import type { NetworkOptions } from "../check-services.ts";

/** What is planned. */
export interface PlanOptions extends NetworkOptions {
  /** Names of resources: only they and what they need; all by default. */
  readonly targets?: readonly string[];
  /** Whether what people keep in resources that go may be lost: volumes, files in directories; false by default. */
  readonly mayDeleteData?: boolean;
  /** Whether files and folders of resources that go stay where they are; false by default. */
  readonly keepFiles?: boolean;
  readonly signal?: AbortSignal;
}

/** How a plan is carried out. */
export interface ApplyOptions extends PlanOptions {
  /**
   * What happens when something fails: `rollback` (the default) brings back what was before, `notify` leaves it as it is and
   * goes on with what does not need it, `off` leaves it as it is and stops.
   */
  readonly rollback?: "off" | "notify" | "rollback";
  /** Whether a declaration that failed before is tried again; false by default. */
  readonly mayRetry?: boolean;
  /** How long to wait for somebody else who works on the project, in milliseconds; 0 by default. */
  readonly lockTimeoutMs?: number;
  /** A plan that was made before, instead of a new one; refused when the state is another one by now. */
  readonly plan?: DeployPlan;
  /** Asked once the plan is made, unless there is nothing to do; goes ahead by default. */
  readonly confirm?: (plan: DeployPlan) => Promise<boolean>;
  readonly onEvent?: (event: DeployEvent) => void;
  /** What others are told who find the project locked: `clockwork apply` by default. */
  readonly command?: string;
}

/** What applying came to. */
export interface ApplyOutcome extends DeployOutcome {
  readonly plan: DeployPlan;
  /** True when `clockwork.yaml` was written, which is to be committed. */
  readonly isNewIdentity: boolean;
  /** What could not be written of the check plans, one sentence each; empty when all are in place. */
  readonly planProblems: readonly string[];
}

/** How one recorded resource differs from the world. */
export interface ResourceDrift {
  readonly resource: string;
  readonly kind: string;
  readonly sync: "in_sync" | "drifted" | "missing" | "foreign" | "unknown";
  /** What differs, without what is ignored; empty unless it drifted. */
  readonly fields: readonly {
    readonly field: string;
    readonly recorded: string | null;
    readonly live: string | null;
  }[];
  /** What it is, in a few words, or why that could not be found out. */
  readonly description: string;
}

/** How two versions differ in one resource. */
export interface ResourceChange {
  readonly resource: string;
  readonly kind: string;
  readonly change: "added" | "removed" | "changed";
  readonly fields: readonly {
    readonly field: string;
    readonly from: string | null;
    readonly to: string | null;
  }[];
}

/** What was deployed of a project, and what can be done with it. Its `main.ts` need not exist any more. */
export interface Deployment extends AsyncDisposable {
  readonly name: string;
  /** The absolute path of its folder. */
  readonly folder: string;
  /** What is recorded, by name. */
  readonly resources: () => Promise<ReadonlyMap<string, DeployedResource>>;
  /**
   * Takes away everything, or the targets and what needs them, in reverse order. With `plan` in the options, nothing else.
   *
   * @throws {@link ConfigurationError} When something is protected, or a target is not recorded.
   */
  readonly destroy: (options?: ApplyOptions) => Promise<ApplyOutcome>;
  /**
   * Carries out a plan that was made before, without the project's `main.ts`.
   *
   * @throws {@link DeployError} When the state is another one by now.
   */
  readonly apply: (plan: DeployPlan, options?: ApplyOptions) => Promise<ApplyOutcome>;
  /** Plans a destroy, and does nothing. */
  readonly planDestroy: (options?: PlanOptions) => Promise<DeployPlan>;
  /**
   * Brings back a version, gated like every apply, and pins the project to it.
   *
   * @throws {@link ConfigurationError} When there is no such version.
   */
  readonly rollback: (version: number, options?: ApplyOptions) => Promise<ApplyOutcome>;
  /** Looks at everything that is recorded, and tells what differs. Changes nothing. */
  readonly refresh: (options?: PlanOptions) => Promise<readonly ResourceDrift[]>;
  /** Lists versions, the newest first. */
  readonly history: (limit?: number) => Promise<readonly VersionSummary[]>;
  /**
   * Reads a version.
   *
   * @throws {@link ConfigurationError} When there is none of that number.
   */
  readonly version: (number: number) => Promise<Version>;
  /** Tells how two versions differ. */
  readonly diff: (from: number, to: number) => Promise<readonly ResourceChange[]>;
  /** Tells who works on the project. */
  readonly lockStatus: () => Promise<{
    readonly isHeld: boolean;
    readonly holder: LockHolder | null;
    /** Steps that an interrupted run left open: the next apply brings them to their end. */
    readonly openSteps: number;
  }>;
}
