import type { CommandOutcome } from "../../ports/commands.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import type { OutputName } from "./frames.ts";

/** Collects what a command prints. */
export interface Outputs {
  readonly push: (output: OutputName, bytes: Buffer) => void;
  readonly outcome: (exitCode: number) => CommandOutcome;
}

/**
 * Collects both outputs of a command, each up to a limit; the rest is read and dropped, so that the command comes to its end.
 *
 * @param limitBytes - How much of each is kept, from its beginning.
 * @returns What takes the bytes.
 */
export function outputs(limitBytes: number): Outputs {
  const kept = { stdout: new ByteBuffer(limitBytes), stderr: new ByteBuffer(limitBytes) };
  let isTruncated = false;
  return {
    push: (output, bytes) => {
      if (!kept[output].append(bytes)) isTruncated = true;
    },
    outcome: (exitCode) => ({
      exitCode,
      exitSignal: null,
      stdout: kept.stdout.text(),
      stderr: kept.stderr.text(),
      isTruncated,
    }),
  };
}
