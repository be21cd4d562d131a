import type { Subject } from "../../model/lifecycle.ts";

/** The options that a file and a directory share, as read. */
// An interface has no index signature, which options as plain data need.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type FileOptions = {
  readonly path: string;
  readonly allowOutside: boolean;
  readonly mode: string | null;
  readonly owner: string | null;
  readonly ownerGroup: string | null;
};

/** A file or directory that should be. */
export type FileSubject = Subject<FileOptions>;
