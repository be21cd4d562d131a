import { ObservationError } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";
import type { Commands } from "../../ports/commands.ts";
import type { Reach } from "../../ports/containers.ts";
import { lookUpAsContainer } from "./container-names.ts";
import { probeProgram, type ProbeTask } from "./reach-probe.ts";

/** From where. */
export interface NamespaceProbe {
  readonly commands: Commands;
  /** The container's first process, on this machine. */
  readonly pid: number;
  /** Where the host is known to be; empty when its name is to be looked up. */
  readonly addresses: readonly string[];
  /** What to send; null when a connection is enough. */
  readonly request: string | null;
  /** Ends it for good, later than the probe would end by itself. */
  readonly signal: AbortSignal;
}

const OUTPUT_LIMIT_BYTES = 16 * 1024;
const REASON_LIMIT_CHARACTERS = 500;

/**
 * Tries to reach an address with a tool of our own that is started in a container's network. Only the network is the
 * container's: the program and its files are this machine's, so the image needs nothing.
 *
 * @param to - What to reach.
 * @param probe - From where.
 * @returns Null when it was reached; otherwise why not.
 * @throws {@link ObservationError} When this process may not enter that network, or there is no `nsenter`.
 */
export async function reachFromNamespace(to: Reach, probe: NamespaceProbe): Promise<string | null> {
  const { pid, addresses, request } = probe;
  const known = { addresses, names: [], servers: [] };
  const lookup =
    addresses.length > 0 ? known : await lookUpAsContainer(to.host, `/proc/${String(pid)}/root`);
  const task: ProbeTask = { ...lookup, port: to.port, request, timeoutMs: to.timeoutMs };
  const network = `--net=/proc/${String(pid)}/ns/net`;
  const { stdout, stderr } = await probe.commands.run(
    ["nsenter", network, "--", process.execPath, "-"],
    { signal: probe.signal, limitBytes: OUTPUT_LIMIT_BYTES, input: probeProgram(task) },
  );
  const result = parseResult(stdout);
  if (result !== undefined) return result;
  const [said = ""] = stderr.trim().split("\n");
  throw new ObservationError(`nsenter cannot enter the container's network: ${said.slice(0, 300)}`);
}

function parseResult(text: string): string | null | undefined {
  try {
    const result: unknown = JSON.parse(text);
    const failure = isRecord(result) ? result["failure"] : undefined;
    if (failure === null) return null;
    return typeof failure === "string" ? failure.slice(0, REASON_LIMIT_CHARACTERS) : undefined;
  } catch {
    return undefined;
  }
}
