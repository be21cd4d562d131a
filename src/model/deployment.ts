import type { PlannedDependency } from "./check-plan.ts";
import type { JsonObject } from "./json.ts";
import type { Marks } from "./marks.ts";
import type { DeclaredAssertion } from "./project.ts";
import type { ResourceValues } from "./policy.ts";
import type { Verdict } from "./verdict.ts";

/** What should exist: one resource of one version, complete in itself. Data only; secrets are references. */
export interface Specification {
  readonly name: string;
  readonly kind: string;
  readonly parameters: JsonObject;
  /** What the options only refer to, as it was looked up: the hash of a source file, the commit of a branch. */
  readonly resolved: JsonObject;
  readonly policy: ResourceValues;
  readonly assertions: readonly DeclaredAssertion[];
  /** What it needs, explicit and implied. */
  readonly dependsOn: readonly PlannedDependency[];
  /** What of the world it takes for itself; empty for what is only looked at. */
  readonly claims: readonly string[];
  /** SHA-256 of kind, parameters and resolved: what makes the thing itself. */
  readonly specHash: string;
}

/** What is recorded of a resource that was deployed. */
export interface DeployedResource {
  readonly spec: Specification;
  readonly marks: Marks;
  /** How the world knows it; null for what is only looked at. */
  readonly physical: JsonObject | null;
  /** True when somebody else had made it, and it was taken over. */
  readonly isAdopted: boolean;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it is to be destroyed; null for never. */
  readonly destroyAt: number | null;
}

/** What is done with one resource. */
export type ChangeAction = "create" | "update" | "replace" | "delete" | "import" | "keep";

/** One field that changes. */
export interface ChangedField {
  readonly field: string;
  /** In a few words, without secrets; null when it was not set. */
  readonly from: string | null;
  readonly to: string | null;
  /** `declared`: the declaration is another one. `drift`: the world is. */
  readonly cause: "declared" | "drift";
  /** True when this field is why a new one is needed. */
  readonly isReplacing: boolean;
}

/** What is going to be done with one resource. */
export interface Change {
  readonly resource: string;
  readonly kind: string;
  readonly action: ChangeAction;
  /** Why, in a few words: `is not there`, `is declared otherwise`, `is not declared any more`. */
  readonly reason: string;
  readonly fields: readonly ChangedField[];
  /** What it was called before; null when it keeps its name. */
  readonly renamedFrom: string | null;
  /** What it is to be; null when it is deleted. */
  readonly wanted: Specification | null;
  /** What is recorded of it; null when nothing is. */
  readonly recorded: DeployedResource | null;
  /** True where only what is looked at, or how, becomes another. */
  readonly isLookedAt: boolean;
}

/** What an apply would do, as data. */
export interface DeployPlan {
  readonly format: 1;
  readonly project: { readonly id: string | null; readonly name: string };
  /** What the plan brings about. */
  readonly purpose: Purpose;
  /** The state it was made from: another one makes it stale. */
  readonly serial: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number;
  /** In the order of declaration, what is deleted last; `keep` included. */
  readonly changes: readonly Change[];
  /** SHA-256 of all that it wants. */
  readonly hash: string;
  /** The version that failed with the very same declaration; null when none did. */
  readonly quarantinedBy: number | null;
  /** The version that the project is pinned to by a rollback; null when it is not. */
  readonly pinnedTo: number | null;
  /** The project's files it was loaded from: path, and SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** What carries the marks of the project, and is neither declared nor recorded; looked for when the state may be lost. */
  readonly strays: readonly Stray[];
}

/** Something that carries the marks of a project, and that nobody knows of any more. */
export interface Stray {
  /** What it was called. */
  readonly resource: string;
  readonly kind: string;
}

/** What a version came about by. */
export type Purpose = "apply" | "rollback" | "destroy" | "import";

/** How far a version has come. */
export type VersionStatus = "applying" | "deployed" | "failed" | "rolled-back" | "interrupted";

/** One immutable, numbered record of what was deployed. */
export interface Version {
  /** Counted from 1. */
  readonly number: number;
  readonly purpose: Purpose;
  readonly status: VersionStatus;
  /** SHA-256 of all that it wanted. */
  readonly hash: string;
  /** Everything that it wanted, by name; empty for a destroy. */
  readonly resources: readonly Specification[];
  /** What was changed, without what was kept. */
  readonly changes: readonly Pick<Change, "resource" | "kind" | "action" | "reason" | "fields">[];
  readonly results: readonly StepResult[];
  readonly startedAt: number;
  /** Null while it is under way. */
  readonly endedAt: number | null;
  /** Who, as the machine knows them: `root@host`. */
  readonly by: string;
  /** The version that a rollback brought back; null otherwise. */
  readonly of: number | null;
  /** The project's files it was loaded from: path, and SHA-256 of the kept content. */
  readonly files: Readonly<Record<string, string>>;
}

/** A version without what takes room, for lists. */
export type VersionSummary = Omit<Version, "resources" | "results" | "files">;

/** What became of one change. */
export interface StepResult {
  readonly resource: string;
  readonly action: Exclude<ChangeAction, "keep">;
  readonly outcome: StepOutcome;
  readonly durationMs: number;
  /** What went wrong, and what was found out about it; empty when nothing did. */
  readonly problems: readonly string[];
  /** What its gate saw; empty when it has none, or did not come to it. */
  readonly verdicts: readonly GateVerdict[];
}

/** How a change ended. `undone`: it went wrong, and what was before is there again. */
export type StepOutcome = "done" | "failed" | "undone" | "skipped" | "aborted";

/** What one assertion of a gate said last. */
export interface GateVerdict {
  /** The class's name: `PortAccessibleAssert`. */
  readonly name: string;
  readonly claim: string;
  readonly verdict: Verdict;
  readonly expected: string;
  readonly actual: string;
}

/**
 * One step in the journal: written before anything is touched, and again once it is known how it ended.
 *
 * `intent`: the effect may have begun. `switched`: a replacement has passed its gate, the old one is to go. All others have
 * ended.
 */
export interface JournalStep {
  /** Rising. */
  readonly id: number;
  readonly run: number;
  readonly version: number;
  readonly resource: string;
  readonly action: Exclude<ChangeAction, "keep">;
  readonly state: "intent" | "switched" | "done" | "failed" | "undone" | "abandoned";
  /** What is being made; null for a delete. */
  readonly wanted: Specification | null;
  /** Its marks; null for a delete. */
  readonly marks: Marks | null;
  /** What is recorded before: what goes back when this fails; null for a create. */
  readonly recorded: DeployedResource | null;
  /** How the old one was captured; null where its specification says it all. */
  readonly captured: JsonObject | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Why it did not come to its end; null when it did, or has not ended. */
  readonly problem: string | null;
}

/**
 * Tells a step whose end is not known from one that has ended.
 *
 * @param step - The step.
 * @returns True when it may have begun, and nobody knows how it ended.
 */
export function isOpen({ state }: Pick<JournalStep, "state">): boolean {
  return state === "intent" || state === "switched";
}
