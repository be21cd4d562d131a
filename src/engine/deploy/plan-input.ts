import type { DeployPlan, Specification } from "../../model/deployment.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { DeclaredResource } from "../../model/project.ts";
import type { StateSnapshot } from "../../ports/store.ts";

/** What is planned. */
export interface PlanInput extends Pick<DeployPlan, "project" | "purpose" | "files"> {
  /** All that should exist, in the order of declaration. */
  readonly wanted: readonly Specification[];
  /** What is wrong with it already: it is told together with all else. */
  readonly problems?: readonly Diagnostic[];
  /** Where that is declared; empty where it comes from the state. */
  readonly declared: readonly Pick<DeclaredResource, "name" | "declaredAt">[];
  readonly snapshot: StateSnapshot;
  /** Names: only these, and what they need; null for all. */
  readonly targets: readonly string[] | null;
  /** Whether files and folders that go stay where they are. */
  readonly keepFiles: boolean;
  /** Finds the version that failed with the same hash. */
  readonly quarantined: (hash: string) => Promise<number | null>;
}
