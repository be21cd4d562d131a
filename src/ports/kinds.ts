import type { ActionKind } from "../model/action.ts";
import type { AssertionKind } from "../model/assertion.ts";
import type { ResourceKind } from "../model/resource.ts";
import type { DeployWorld } from "./deploy-world.ts";
import type { World } from "./world.ts";

/** The catalogue, as the engine sees it: kinds by name, each loaded when it is first asked for. */
export interface Kinds {
  /**
   * Finds a kind of assertion.
   *
   * @returns Null when there is none of that name.
   */
  readonly assertion: (kind: string) => Promise<AssertionKind<World> | null>;
  /**
   * Finds a kind of resource.
   *
   * @returns Null when there is none of that name.
   */
  readonly resource: (kind: string) => Promise<ResourceKind<DeployWorld> | null>;
  /**
   * Finds a kind of action.
   *
   * @returns Null when there is none of that name.
   */
  readonly action: (kind: string) => Promise<ActionKind<DeployWorld> | null>;
  /** Every kind of resource there is, by name. */
  readonly resourceNames: readonly string[];
}
