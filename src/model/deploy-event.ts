import type { ChangeAction, StepResult, VersionStatus } from "./deployment.ts";

/** What is told while a plan is carried out, as it happens. */
export type DeployEvent =
  /** Somebody else works on the project; in a few words, who. */
  | { readonly type: "waiting"; readonly holder: string }
  /** A step that an interrupted run left open was brought to its end. */
  | {
      readonly type: "recovered";
      readonly resource: string;
      readonly action: Exclude<ChangeAction, "keep">;
      readonly outcome: "completed" | "undone" | "abandoned" | "failed";
      readonly problem: string | null;
    }
  | {
      readonly type: "started";
      readonly resource: string;
      readonly action: Exclude<ChangeAction, "keep">;
    }
  /** How far a step has come, in a few words. */
  | { readonly type: "note"; readonly resource: string; readonly text: string }
  /** It is made, and has to prove itself now. */
  | { readonly type: "gating"; readonly resource: string; readonly timeoutMs: number }
  | { readonly type: "ended"; readonly result: StepResult }
  /** Something failed: what was done before is undone. */
  | { readonly type: "rolling-back"; readonly resources: readonly string[] };

/** What became of a plan that was to be carried out. */
export interface DeployOutcome {
  /** `unchanged`: there was nothing to do. `declined`: somebody said no. */
  readonly status: Exclude<VersionStatus, "applying"> | "unchanged" | "declined";
  /** The version that came about; null when none did. */
  readonly version: number | null;
  /** In the order in which they ended. */
  readonly results: readonly StepResult[];
}
