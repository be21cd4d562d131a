import type { Marks } from "../model/marks.ts";

/** Marks of what cannot carry any itself: files, directories, whatever commands make. Kept by this machine, outside of projects. */
export interface MarkBook {
  /**
   * Reads the marks of a thing.
   *
   * @param claim - What it is, such as `path:/etc/motd`.
   * @returns Null when it has none.
   * @throws {@link ObservationError} When we may not look.
   */
  readonly find: (claim: string) => Promise<Marks | null>;
  /**
   * Writes the marks of a thing, durably.
   *
   * @throws {@link DeployError} When they cannot be written.
   */
  readonly write: (claim: string, marks: Marks) => Promise<void>;
  /** Takes them away, if they are those of the same instance; durably. */
  readonly erase: (claim: string, marks: Marks) => Promise<void>;
  /** Lists the things of a project. */
  readonly list: (
    project: string,
  ) => Promise<readonly { readonly claim: string; readonly marks: Marks }[]>;
}
