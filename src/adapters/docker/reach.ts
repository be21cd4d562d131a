import { isIP } from "node:net";
import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { quoted } from "../../model/wording.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CommandOutcome, Commands } from "../../ports/commands.ts";
import type { Reach } from "../../ports/containers.ts";
import type { Inspected } from "./container-state.ts";
import type { Engine } from "./engine.ts";
import { isProcessOf } from "./local-process.ts";
import { reachFromNamespace } from "./reach-from-namespace.ts";
import { reachWithTools } from "./reach-with-tools.ts";

/** What looking from inside a container takes. */
export interface ReachMeans {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly commands: Commands;
  /** Whether this process may enter the network of another one. */
  readonly mayEnterNamespaces: boolean;
}

/** A probe ends by itself; Node needs some time to start on a machine that has much to do. */
const PROBE_GRACE_MS = 10_000;
const OUTPUT_LIMIT_BYTES = 16 * 1024;

/** Networks in which an engine gives containers no names. */
const NAMELESS_NETWORKS: ReadonlySet<string> = new Set(["bridge", "podman", "host", "none"]);
const HOST = /^[\w:][\w.:-]{0,254}$/u;

/**
 * Tries to reach an address from inside a container's network.
 *
 * @param means - Engine, time, programs.
 * @param from - The container's name.
 * @param to - What to reach. In Docker's default network a container has no name; there, a host that is the name of a container
 *   is taken for its address.
 * @returns Null when it was reached; otherwise why not.
 * @throws {@link ObservationError} When we cannot look from there.
 */
export async function reach(means: ReachMeans, from: string, to: Reach): Promise<string | null> {
  const { signal } = to;
  signal.throwIfAborted();
  if (!HOST.test(to.host)) throw new ObservationError(`${quoted(to.host)} is no name of a host`);
  const source = await means.engine.inspect(from, signal);
  if (source === null) throw new ObservationError(`there is no container ${from} to look from`);
  const { id, pid, status } = source.state;
  if (status !== "running") {
    throw new ObservationError(`nothing can be reached from container ${from}: it is ${status}`);
  }
  const addresses = await knownAddresses(means.engine, source, to);
  let obstacle: string | null = null;
  if (means.mayEnterNamespaces && pid !== null && isProcessOf(pid, id)) {
    const found = await viaNamespace(means, { pid, addresses, to });
    if (!(found instanceof ObservationError)) return found;
    obstacle = found.message;
  }
  const host = addresses[0] ?? to.host;
  return await viaTools(means, { from, obstacle }, { ...to, host });
}

async function knownAddresses(
  engine: Engine,
  source: Inspected,
  { host, signal }: Reach,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const networks = [...source.networks.keys()];
  // One that shares the network of another container has none of its own here, and looks up names as that one does.
  const isNameless = networks.length > 0 && networks.every((name) => NAMELESS_NETWORKS.has(name));
  if (!isNameless || host.toLowerCase() === "localhost") return [];
  const target = await engine.inspect(host, signal);
  if (target?.state.name !== host) return [];
  const shared = networks.flatMap((name) => target.networks.get(name) ?? []);
  return shared.length > 0 ? shared : target.state.addresses;
}

interface NamespaceTry {
  readonly pid: number;
  readonly addresses: readonly string[];
  readonly to: Reach;
}

// The error when this way is closed; root within a container, for example, may not enter other networks.
async function viaNamespace(
  { clock, commands }: ReachMeans,
  { pid, addresses, to }: NamespaceTry,
): Promise<string | null | ObservationError> {
  const request = to.protocol === "http" ? requestText(to) : null;
  const limitMs = to.timeoutMs + PROBE_GRACE_MS;
  const finding = await within(clock, limitMs, to.signal, async (signal) => {
    try {
      return await reachFromNamespace(to, { commands, pid, addresses, request, signal });
    } catch (error) {
      if (error instanceof ObservationError) return error;
      throw error;
    }
  });
  return finding === undefined ? new ObservationError("the probe did not end in time") : finding;
}

async function viaTools(
  { engine, clock }: ReachMeans,
  { from, obstacle }: { readonly from: string; readonly obstacle: string | null },
  to: Reach,
): Promise<string | null> {
  const url = urlOf(to).href;
  const finding = await within(clock, to.timeoutMs, to.signal, (signal) => {
    const options = { signal, limitBytes: OUTPUT_LIMIT_BYTES };
    const run = (command: readonly string[]): Promise<CommandOutcome> =>
      engine.run(from, command, options);
    return reachWithTools(to, { url, run, obstacle });
  });
  return finding === undefined ? `no answer within ${String(to.timeoutMs)} ms` : finding;
}

// Undefined when the time was up.
async function within<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const own = new AbortController();
  const cancel = clock.after(timeoutMs, () => {
    own.abort();
  });
  const onAbort = (): void => {
    own.abort(abortReason(signal));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await work(own.signal);
  } catch (error) {
    if (own.signal.aborted && !signal.aborted) return undefined;
    throw error;
  } finally {
    cancel();
    signal.removeEventListener("abort", onAbort);
  }
}

// What a URL makes of a path has no space or line break in it.
function urlOf({ host, port, path }: Reach): URL {
  const literal = isIP(host) === 6 ? `[${host}]` : host;
  const url = new URL(`http://${literal}:${String(port)}/`);
  const [pathname = "", ...query] = path.split("?");
  url.pathname = pathname;
  url.search = query.join("?");
  return url;
}

function requestText(to: Reach): string {
  const { pathname, search, host } = urlOf(to);
  const headers = `Host: ${host}\r\nUser-Agent: clockwork\r\nAccept: */*\r\nConnection: close`;
  return `GET ${pathname}${search} HTTP/1.1\r\n${headers}\r\n\r\n`;
}
