import { endianness } from "node:os";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import type { ListeningPort } from "../../ports/machine.ts";
import { readTable } from "./kernel-table.ts";
import { parseNetLine } from "./proc-net.ts";
import { asObservationError, isAbsent } from "./system-failure.ts";

/** Some million connections. */
const LIMIT_BYTES = 256 * 1024 * 1024;

const TABLES = [
  { name: "tcp", protocol: "tcp" },
  { name: "tcp6", protocol: "tcp" },
  { name: "udp", protocol: "udp" },
  { name: "udp6", protocol: "udp" },
] as const;

/**
 * Lists who listens on this machine, in the network that this process sees.
 *
 * @param signal - Ends the reading.
 * @returns Each port of an address once, however many processes share it.
 * @throws {@link ObservationError} When the tables of the kernel cannot be read.
 * @throws The signal's reason.
 */
export async function listListeningPorts(signal: AbortSignal): Promise<readonly ListeningPort[]> {
  const found = new Map<string, ListeningPort>();
  for (const { name, protocol } of TABLES) {
    for await (const line of linesOf(`/proc/net/${name}`, signal)) {
      const port = parseNetLine(line, { protocol, endianness: endianness() });
      if (port !== null) found.set(`${protocol} ${port.address} ${String(port.port)}`, port);
    }
  }
  return [...found.values()];
}

async function* linesOf(path: string, signal: AbortSignal): AsyncGenerator<string> {
  let rest = "";
  let sizeBytes = 0;
  try {
    signal.throwIfAborted();
    for await (const { bytes } of readTable(path)) {
      signal.throwIfAborted();
      sizeBytes += bytes.length;
      if (sizeBytes > LIMIT_BYTES) throw new ObservationError(`${path} is larger than 256 MiB`);
      const lines = (rest + Buffer.from(bytes).toString("latin1")).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    if (signal.aborted) throw abortReason(signal);
    // A machine without IPv6 has no such table.
    if (path.endsWith("6") && isAbsent(error)) return;
    throw asObservationError(`read ${path}`, error);
  }
}
