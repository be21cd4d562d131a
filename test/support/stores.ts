import { join } from "node:path";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import type { Store } from "../../src/ports/store.ts";

/** An implementation that is held to the laws of stores. */
export interface StoreKind {
  /** Opens the store of a folder: an empty one the first time. */
  readonly open: (folder: string, options?: { readonly limitQueue?: number }) => Store;
  /** Whether somebody who opens it later finds what was there. */
  readonly isLasting: boolean;
}

/** All there are. */
export const STORES: Readonly<Record<string, StoreKind>> = {
  memory: { open: (_, options) => memoryStore(options), isLasting: false },
  sqlite: {
    open: (folder, options) => sqliteStore({ folder: join(folder, ".clockwork"), ...options }),
    isLasting: true,
  },
};
