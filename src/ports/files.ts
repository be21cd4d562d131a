/** What a path of the file system names. */
export type FileType = "file" | "directory" | "link" | "socket" | "fifo" | "device";

/** What is known of a path without reading it. */
export interface FileStatus {
  readonly type: FileType;
  readonly sizeBytes: number;
  /** The permission bits with set-user-id, set-group-id and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly userId: number;
  readonly groupId: number;
  /** When its content last changed, in milliseconds since 1970-01-01 UTC. */
  readonly modifiedAt: number;
}

/** Room on the file system that holds a path. */
export interface DiskSpace {
  readonly totalBytes: number;
  /** Free for everybody, without what is reserved for root. */
  readonly availableBytes: number;
  readonly usedBytes: number;
}

/** Files and directories of this machine. A path that is relative is relative to the project. */
export interface Files {
  /**
   * Looks at a path; links are followed.
   *
   * @returns Null when nothing is there, a link that leads nowhere included.
   * @throws {@link ObservationError} When we may not look.
   */
  readonly status: (path: string, signal: AbortSignal) => Promise<FileStatus | null>;
  /**
   * Reads a file.
   *
   * @returns The first bytes of it, and whether there are more; null when it is not there.
   * @throws {@link ObservationError} When we may not read it, or it is no file.
   */
  readonly read: (
    path: string,
    options: { readonly limitBytes: number; readonly signal: AbortSignal },
  ) => Promise<{ readonly bytes: Uint8Array; readonly isTruncated: boolean } | null>;
  /**
   * Sums up a file, of any size.
   *
   * @returns The SHA-256 of its content, in lower-case hexadecimal; null when it is not there.
   * @throws {@link ObservationError} When we may not read it, or it is no file.
   */
  readonly sha256: (path: string, signal: AbortSignal) => Promise<string | null>;
  /**
   * Measures the room on the file system that holds a path.
   *
   * @returns Null when nothing is there.
   * @throws {@link ObservationError} When we may not look.
   */
  readonly diskSpace: (path: string, signal: AbortSignal) => Promise<DiskSpace | null>;
  /**
   * Adds up what a file or directory takes on the disk, links not followed, other file systems left out.
   *
   * @returns Bytes; null when nothing is there.
   * @throws {@link ObservationError} When a part of it cannot be read, or it holds more entries than can be counted.
   */
  readonly diskUsageBytes: (path: string, signal: AbortSignal) => Promise<number | null>;
  /**
   * Names a user.
   *
   * @returns Null when no such user is known.
   */
  readonly userName: (userId: number) => Promise<string | null>;
  /**
   * Names a group.
   *
   * @returns Null when no such group is known.
   */
  readonly groupName: (groupId: number) => Promise<string | null>;
}
