import { ObservationError } from "../../model/errors.ts";

/** Which output of a process. */
export type OutputName = "stdout" | "stderr";

/** Takes the two outputs of a process apart that came over one connection. */
export interface Demultiplexer {
  /** Takes the next bytes; they may end anywhere. */
  readonly push: (chunk: Buffer) => void;
  /** Checks that nothing was left open. */
  readonly end: () => void;
}

const HEADER_BYTES = 8;
/** An error of the engine itself, rather than of the process. */
const SYSTEM_ERROR = 3;
const MESSAGE_LIMIT_BYTES = 300;

/**
 * Takes apart what an engine sends for a process without a terminal: frames of a header, whose first byte names the output
 * and whose last four hold the length, and a payload. Nothing is kept but a header: a frame may claim 4 GiB.
 *
 * @param onPayload - Gets each piece of a payload, which is valid during the call only.
 * @returns What takes the bytes; it throws an {@link ObservationError} when they are no such frames.
 * @see Docker Engine API, "Attach to a container", stream format.
 */
export function demultiplexer(
  onPayload: (output: OutputName, bytes: Buffer) => void,
): Demultiplexer {
  const header = Buffer.alloc(HEADER_BYTES);
  let headerBytes = 0;
  let payloadBytes = 0;
  let systemError: string | null = null;

  const takeHeader = (chunk: Buffer): number => {
    const taken = chunk.copy(header, headerBytes, 0, HEADER_BYTES - headerBytes);
    headerBytes += taken;
    if (headerBytes < HEADER_BYTES) return taken;
    const [kind = 0, ...padding] = header.subarray(0, 4);
    if (kind > SYSTEM_ERROR || padding.some((byte) => byte !== 0)) {
      throw new ObservationError("the container engine sent output that is not in frames");
    }
    payloadBytes = header.readUInt32BE(4);
    if (kind === SYSTEM_ERROR) systemError ??= "";
    if (payloadBytes === 0) headerBytes = 0;
    return taken;
  };
  const takePayload = (chunk: Buffer): number => {
    const payload = chunk.subarray(0, payloadBytes);
    payloadBytes -= payload.length;
    const kind = header[0];
    if (payloadBytes === 0) headerBytes = 0;
    if (kind === SYSTEM_ERROR) {
      const text = payload.subarray(0, MESSAGE_LIMIT_BYTES).toString("utf8");
      systemError = ((systemError ?? "") + text).slice(0, MESSAGE_LIMIT_BYTES);
    } else onPayload(kind === 2 ? "stderr" : "stdout", payload);
    return payload.length;
  };
  return {
    push: (chunk) => {
      let rest = chunk;
      while (rest.length > 0) {
        const taken = headerBytes < HEADER_BYTES ? takeHeader(rest) : takePayload(rest);
        rest = rest.subarray(taken);
      }
    },
    end: () => {
      if (systemError !== null) {
        throw new ObservationError(
          `the container engine failed while it sent output: ${systemError}`,
        );
      }
      if (headerBytes > 0)
        throw new ObservationError("the container engine broke off in its output");
    },
  };
}
