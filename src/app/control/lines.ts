/** What cuts a stream of bytes into lines. */
export interface LineReader {
  /**
   * Takes what has arrived.
   *
   * @param chunk - The next bytes.
   * @returns The lines that are complete by now, without their ends; null when one is too long: nothing more can be read.
   */
  readonly read: (chunk: Uint8Array) => readonly string[] | null;
}

const NEWLINE = 10;

/** A line is looked at by its first bytes, to know how long it may be. */
const HEAD_BYTES = 256;

/**
 * Cuts a stream of bytes into lines, and keeps no more than may be one.
 *
 * @param limitBytes - How long a line may be that begins so; asked once it is longer than what it begins with.
 * @returns What reads it.
 */
export function lineReader(limitBytes: (head: string) => number): LineReader {
  let parts: Buffer[] = [];
  let keptBytes = 0;
  let limit: number | null = null;
  const take = (part: Buffer): boolean => {
    parts.push(part);
    keptBytes += part.length;
    if (keptBytes <= HEAD_BYTES) return true;
    limit ??= limitBytes(Buffer.concat(parts).subarray(0, HEAD_BYTES).toString("utf8"));
    return keptBytes <= limit;
  };
  const finish = (): string => {
    const line = Buffer.concat(parts).toString("utf8");
    parts = [];
    keptBytes = 0;
    limit = null;
    return line;
  };
  return {
    read: (chunk) => {
      const lines: string[] = [];
      let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
        if (!take(rest.subarray(0, end))) return null;
        lines.push(finish());
        rest = rest.subarray(end + 1);
      }
      return rest.length === 0 || take(rest) ? lines : null;
    },
  };
}
