import type { Expectation, StateChange } from "../../ports/store.ts";

/** A question to a state: the name of a function of the store, and what it gets. */
export type StoreRead =
  | { readonly method: "snapshot" }
  | { readonly method: "versions"; readonly limit: number }
  | { readonly method: "version"; readonly number: number }
  | { readonly method: "steps"; readonly version: number }
  | { readonly method: "quarantined"; readonly hash: string }
  | { readonly method: "content"; readonly sha256: string };

/** What the thread of a store is asked. */
export type StoreCall =
  | StoreRead
  | {
      readonly method: "commit";
      readonly changes: readonly StateChange[];
      readonly expect: Expectation;
    };

/** A call on its way to the thread. */
export interface StoreRequest {
  readonly id: number;
  /** Null asks the thread to close the file and end. */
  readonly call: StoreCall | null;
}

/** An error on its way back: its class would not survive it. */
export interface StoreFailure {
  readonly kind: "conflict" | "state";
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** What comes back. */
export type StoreAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: StoreFailure };
