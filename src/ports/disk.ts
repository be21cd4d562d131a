import type { FileStatus } from "./files.ts";

/** What stands under a name, itself: a link is a link. */
export interface DiskEntry extends Omit<FileStatus, "modifiedAt"> {
  /** Which thing it is, whatever it is called: two names of one file share it. */
  readonly identity: string;
}

/** Who may do what with a file or directory. What is null stays as it is, or as the system makes it. */
export interface Access {
  /** 0 to 0o7777. */
  readonly mode: number | null;
  readonly userId: number | null;
  readonly groupId: number | null;
}

/** Where a path leads. */
export interface Whereabouts {
  /** The deepest folder on the way that is there: absolute, without links. */
  readonly folder: string;
  /** What is missing below it, outermost first, the name itself at the end; just that name when its folder is there. */
  readonly rest: readonly string[];
  /** The first link on the way that belongs to neither root nor us; null when there is none. */
  readonly distrusted: { readonly path: string; readonly userId: number } | null;
}

/** An account of this machine. */
export interface Account {
  readonly userId: number;
  /** Null when it is not known. */
  readonly groupId: number | null;
}

/**
 * A folder that is held: whatever happens to the path that led to it, all that is done happens in this one. Nothing follows a
 * link. Names are single components.
 *
 * Looks throw an {@link ObservationError} when we may not look, effects a {@link DeployError} when they cannot be done; all of
 * them the signal's reason once that was given.
 */
export interface Folder extends AsyncDisposable {
  /** Absolute, without links. */
  readonly path: string;
  /**
   * Looks at what has a name.
   *
   * @returns Null when nothing has.
   */
  readonly look: (name: string) => Promise<DiskEntry | null>;
  /**
   * Reads a file.
   *
   * @returns Its first bytes; null when no file has that name.
   */
  readonly read: (name: string, limitBytes: number) => Promise<Uint8Array | null>;
  /**
   * Sums up a file.
   *
   * @returns The SHA-256 of its content, in lower-case hexadecimal; null when no file has that name.
   */
  readonly sha256: (name: string) => Promise<string | null>;
  /**
   * Lists what is in a folder in this one.
   *
   * @returns Names, no more than asked for; none when there is no such folder.
   */
  readonly names: (name: string, limit: number) => Promise<readonly string[]>;
  /** Writes a new file, whole and durable or not at all. Fails when something has that name. */
  readonly write: (name: string, bytes: Uint8Array, access: Access) => Promise<void>;
  /**
   * Gives a file another name, if nobody has that; the old one may stay.
   *
   * @returns False when somebody has.
   */
  readonly giveName: (from: string, to: string) => Promise<boolean>;
  /** Puts one in the place of another, at once. */
  readonly replace: (from: string, to: string) => Promise<void>;
  /** Takes away a file or link; does nothing when nothing has that name. */
  readonly remove: (name: string) => Promise<void>;
  /** Makes a folder. Fails when something has that name. */
  readonly makeFolder: (name: string, access: Access) => Promise<void>;
  /**
   * Takes away an empty folder; does nothing when nothing has that name.
   *
   * @returns False when it is not empty.
   */
  readonly removeFolder: (name: string) => Promise<boolean>;
  /** Takes away a folder with everything in it. */
  readonly removeTree: (name: string) => Promise<void>;
  /** Changes who may do what with a folder. */
  readonly setAccess: (name: string, access: Access) => Promise<void>;
  /** Makes names durable: what was given, replaced and taken away. Those who ask at once share the work. */
  readonly sync: () => Promise<void>;
}

/** The disk of this machine, as those see it who write to it. */
export interface Disk {
  /**
   * Finds where a path leads, links on the way followed, its last component not.
   *
   * @param path - Absolute, without `..`.
   * @throws {@link ObservationError} When we may not look.
   */
  readonly locate: (path: string, signal: AbortSignal) => Promise<Whereabouts>;
  /**
   * Takes hold of a folder.
   *
   * @param path - Absolute, and without links.
   * @returns Null when there is no such folder.
   * @throws {@link ObservationError} When we may not look, or a link has come to be on the way.
   */
  readonly open: (path: string, signal: AbortSignal) => Promise<Folder | null>;
  /**
   * Finds a user.
   *
   * @param name - A name, or a number.
   * @returns Null when there is no such user; whoever is a number always exists.
   * @throws {@link ObservationError} When we could not look.
   */
  readonly account: (name: string) => Promise<Account | null>;
  /**
   * Finds a group.
   *
   * @param name - A name, or a number.
   * @returns Its number; null when there is no such group.
   * @throws {@link ObservationError} When we could not look.
   */
  readonly group: (name: string) => Promise<number | null>;
}
