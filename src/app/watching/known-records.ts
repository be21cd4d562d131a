import type { DeployedResource } from "../../model/deployment.ts";
import type { Store } from "../../ports/store.ts";

/** What is recorded of a project by whoever alone writes to it. */
export interface KnownRecords {
  /** The same store; whatever is written through it is known at once. */
  readonly store: Store;
  /**
   * Reads what is recorded of a resource.
   *
   * @returns Null when nothing is.
   */
  readonly find: (name: string) => Promise<DeployedResource | null>;
}

/**
 * Remembers what is recorded, for as long as nobody else writes: who looks at a thousand resources every few seconds need not
 * ask the disk for each.
 *
 * @param store - The store.
 * @returns What is known of it.
 */
export function knownRecords(store: Store): KnownRecords {
  let known: Promise<ReadonlyMap<string, DeployedResource>> | null = null;
  const read = async (): Promise<ReadonlyMap<string, DeployedResource>> =>
    (await store.snapshot()).resources;
  return {
    store: {
      ...store,
      commit: async (changes, options) => {
        const isAboutRecords = changes.some(
          ({ type }) => type === "put-resource" || type === "delete-resource",
        );
        try {
          return await store.commit(changes, options);
        } finally {
          if (isAboutRecords) known = null;
        }
      },
    },
    find: async (name) => {
      known ??= read().catch((error: unknown) => {
        known = null;
        throw error;
      });
      return (await known).get(name) ?? null;
    },
  };
}
