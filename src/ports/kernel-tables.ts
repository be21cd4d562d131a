/** A piece of a table of the kernel. */
export interface TableSlice {
  readonly bytes: Uint8Array;
  /** What reading it took of this thread, in milliseconds. */
  readonly busyMs: number;
}

/**
 * Reads a table of the kernel, such as `/proc/net/tcp`, in slices between which others are served.
 *
 * @throws Whatever the system says when it cannot be read.
 */
export type ReadTable = (path: string) => AsyncIterable<TableSlice>;
