import { StateError } from "../../model/deploy-errors.ts";
import type { StateChange, Store } from "../../ports/store.ts";

/** SHA-256 of text (as UTF-8) or bytes, in lower-case hexadecimal. */
export type Sha256 = (data: string | Uint8Array) => string;

/** Content that versions need: kept in memory until it is committed together with what needs it. */
export class Contents {
  readonly #store: Pick<Store, "content">;
  readonly #sha256: Sha256;
  readonly #pending = new Map<string, Uint8Array>();
  readonly #committed = new Set<string>();

  /**
   * Keeps nothing yet.
   *
   * @param store - Where it will live.
   * @param sha256 - How to hash.
   */
  constructor(store: Pick<Store, "content">, sha256: Sha256) {
    this.#store = store;
    this.#sha256 = sha256;
  }

  /**
   * Keeps content; nothing is written yet.
   *
   * @param bytes - The content.
   * @returns Its SHA-256.
   */
  keep(bytes: Uint8Array): string {
    const hash = this.#sha256(bytes);
    if (!this.#committed.has(hash)) this.#pending.set(hash, bytes);
    return hash;
  }

  /**
   * Brings content back.
   *
   * @param hash - Its SHA-256.
   * @returns The content.
   * @throws {@link StateError} When it was never kept.
   */
  async find(hash: string): Promise<Uint8Array> {
    const bytes = this.#pending.get(hash) ?? (await this.#store.content(hash));
    if (bytes !== null) return bytes;
    throw new StateError(`the content ${hash.slice(0, 12)}… is not in the state any more`);
  }

  /**
   * What is to be committed before anything that needs it.
   *
   * @returns One change for each content that is not in the state yet; from now on they count as committed.
   */
  take(): readonly StateChange[] {
    const changes = [...this.#pending].map(([sha256, bytes]): StateChange => ({
      type: "keep-content",
      sha256,
      bytes,
    }));
    return changes;
  }

  /**
   * Forgets what a commit has written.
   *
   * @param changes - What {@link Contents.take} gave.
   */
  committed(changes: readonly StateChange[]): void {
    for (const change of changes) {
      if (change.type !== "keep-content") continue;
      this.#pending.delete(change.sha256);
      this.#committed.add(change.sha256);
    }
  }
}
