import { ObservationError } from "../../model/errors.ts";
import type { ContainerLog } from "../../ports/containers.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import type { OutputName } from "./frames.ts";

/** Collects the last lines of what a container printed. */
export interface LogTail {
  readonly push: (output: OutputName, bytes: Buffer) => void;
  /** All that is kept, oldest first. */
  readonly log: () => ContainerLog;
}

const KEPT_LIMIT_CHARACTERS = 4 * 1024 * 1024;
/** Of a longer line the beginning is kept. */
const LINE_LIMIT_BYTES = 1024 * 1024;
/** An engine that goes on for ever is told from one with long lines here. */
const READ_LIMIT_BYTES = 64 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * Collects lines of both outputs. What one output prints while a line of the other is still open does not end up within that
 * line; a line counts as printed when it ends.
 *
 * @param limit - How many lines to keep, the last ones; of them at most the last 4 Mi characters.
 * @returns What takes the bytes; it throws an {@link ObservationError} once it gets more than 64 MiB.
 */
export function logTail(limit: number): LogTail {
  const open = {
    stdout: new ByteBuffer(LINE_LIMIT_BYTES),
    stderr: new ByteBuffer(LINE_LIMIT_BYTES),
  };
  const kept: string[] = [];
  let [keptCharacters, readBytes, dropped] = [0, 0, 0];
  // Lines are counted from 1; the last one that was too long.
  let [ended, cut] = [0, 0];
  const isCut = { stdout: false, stderr: false };

  // Taking from the front of a list costs its length, so that is done once in a while.
  const close = (output: OutputName): void => {
    const text = open[output].text().replace(/\r$/u, "");
    open[output].clear();
    ended += 1;
    if (isCut[output]) cut = ended;
    isCut[output] = false;
    kept.push(text);
    keptCharacters += text.length;
    while (kept.length - dropped > limit || keptCharacters > KEPT_LIMIT_CHARACTERS) {
      keptCharacters -= kept[dropped]?.length ?? 0;
      dropped += 1;
    }
    if (dropped < 1_024 || dropped * 2 < kept.length) return;
    kept.splice(0, dropped);
    dropped = 0;
  };
  const append = (output: OutputName, bytes: Buffer): void => {
    if (!open[output].append(bytes)) isCut[output] = true;
  };
  const push = (output: OutputName, bytes: Buffer): void => {
    readBytes += bytes.length;
    if (readBytes > READ_LIMIT_BYTES) {
      throw new ObservationError("the container engine sends more than 64 MiB for the last lines");
    }
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      append(output, bytes.subarray(start, end));
      close(output);
      start = end + 1;
    }
    append(output, bytes.subarray(start));
  };
  const log = (): ContainerLog => {
    for (const output of ["stdout", "stderr"] as const) if (open[output].length > 0) close(output);
    const lines = kept.slice(dropped);
    const isMissing = lines.length < Math.min(ended, limit);
    return { lines, isTruncated: isMissing || cut > ended - lines.length };
  };
  return { push, log };
}
