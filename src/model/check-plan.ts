import type { Severity } from "./severity.ts";
import type { JsonObject } from "./json.ts";
import type { Condition } from "./policy.ts";
import type { Target } from "./target.ts";

/** The version of the format: a plan of another one is refused. */
export const PLAN_FORMAT = 1;

/** One assertion, with everything that carrying it out takes. */
export interface PlannedCheck {
  /** Unique in its plan: its kind, and a number from the second of the kind on. */
  readonly id: string;
  readonly kind: string;
  /** The class's name: `PortAccessibleAssert`. */
  readonly name: string;
  /** What must be true, in words. */
  readonly claim: string;
  /** What is looked at, for a column. */
  readonly subject: string;
  /** References to secrets, never values. */
  readonly parameters: JsonObject;
  readonly severity: Severity;
  readonly timeoutSeconds: number;
  readonly description: string | null;
  /** What the other resources are that it names, by name. */
  readonly related: Readonly<Record<string, Target>>;
}

/** What a resource depends on. */
export interface PlannedDependency {
  readonly resource: string;
  readonly condition: Condition;
}

/** The compiled assertions of one resource. */
export interface CheckPlan {
  readonly format: typeof PLAN_FORMAT;
  /** The name of the project. */
  readonly project: string;
  readonly resource: string;
  readonly kind: string;
  /** SHA-256 of all else in here, in lower-case hexadecimal. */
  readonly hash: string;
  readonly target: Target;
  readonly dependsOn: readonly PlannedDependency[];
  readonly checks: readonly PlannedCheck[];
}
