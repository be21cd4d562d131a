import type { Marks } from "../model/marks.ts";

/** Something that the book knows. */
export interface BookEntry {
  /** What it is, such as `path:/etc/motd`. */
  readonly claim: string;
  readonly marks: Marks;
  /** The kind of resource that made it; left out where whoever wrote it did not say. */
  readonly kind?: string;
}

/** How marks are written. */
export interface MarkOptions {
  /** True when nothing may carry marks under this claim yet; false by default. */
  readonly isNew?: boolean;
}

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
   * Writes the marks of a thing, durably. Those who write at once share the work.
   *
   * @param claim - What it is.
   * @param marks - Whose it is.
   * @param kind - The kind of resource, for those who list only their own.
   * @param options - Whether it must be new.
   * @throws {@link DeployError} When they cannot be written, or it is not as new as it should be (`resource-foreign`).
   */
  readonly write: (
    claim: string,
    marks: Marks,
    kind?: string,
    options?: MarkOptions,
  ) => Promise<void>;
  /**
   * Takes them away, if they are those of the same instance; durably.
   *
   * @throws {@link DeployError} When they cannot be taken away.
   */
  readonly erase: (claim: string, marks: Marks) => Promise<void>;
  /**
   * Lists the things of a project, in the order of their claims.
   *
   * @throws {@link ObservationError} When we may not look.
   */
  readonly list: (project: string) => Promise<readonly BookEntry[]>;
}
