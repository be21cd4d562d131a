import type { Resolver } from "node:dns/promises";

/** What the probe is to try. */
export interface ProbeTask {
  /** Where to connect; empty when `names` are to be looked up first. */
  readonly addresses: readonly string[];
  /** Full names, in the order in which they are tried. */
  readonly names: readonly string[];
  /** Name servers; none for those of this machine. */
  readonly servers: readonly string[];
  readonly port: number;
  /** What to send; any answer in HTTP will do. Null when a connection is enough. */
  readonly request: string | null;
  readonly timeoutMs: number;
}

/** What the probe prints, as one line of JSON. */
export interface ProbeResult {
  /** Null when it was reached; otherwise why not. */
  readonly failure: string | null;
}

/**
 * Writes the program that tries to reach an address from wherever it runs.
 *
 * Node cannot enter another network, only be started in one. The program is the text of the functions below, for `node -`: so
 * there is no file to be found, from source or within a bundle. They use nothing but one another and Node's own modules, got
 * from `process` because an import would be rewritten by a bundler.
 *
 * @param task - What it is to try.
 * @returns A program that prints a {@link ProbeResult}.
 */
export function probeProgram(task: ProbeTask): string {
  const functions = [runProbe, probe, lookUp, resolveAny, tryAddress, codeOf];
  return `${functions.map(String).join("\n")}\n${runProbe.name}(${JSON.stringify(task)});\n`;
}

function runProbe(task: ProbeTask): void {
  const finish = (failure: string | null): void => {
    process.stdout.write(`${JSON.stringify({ failure } satisfies ProbeResult)}\n`, () => {
      process.exit();
    });
  };
  setTimeout(() => {
    finish(`no answer within ${String(task.timeoutMs)} ms`);
  }, task.timeoutMs);
  probe(task).then(finish, (error: unknown) => {
    finish(codeOf(error));
  });
}

// All addresses at once: a container has one or two.
async function probe(task: ProbeTask): Promise<string | null> {
  const addresses = task.addresses.length > 0 ? task.addresses : await lookUp(task);
  if (addresses.length === 0) return "its name has no address";
  const tries = addresses.slice(0, 8).map((address) => tryAddress(address, task));
  return await Promise.any(tries).then(
    () => null,
    (error: unknown) =>
      error instanceof AggregateError ? error.errors.map(codeOf).join("; ") : codeOf(error),
  );
}

async function lookUp(task: ProbeTask): Promise<readonly string[]> {
  const dns = process.getBuiltinModule("node:dns").promises;
  const timeout = Math.max(100, Math.floor(task.timeoutMs / 3));
  const resolver = new dns.Resolver({ timeout, tries: 2 });
  if (task.servers.length > 0) resolver.setServers(task.servers);
  let failure: unknown = new Error("there is nothing to look up");
  for (const name of task.names) {
    const addresses = await resolveAny(resolver, name).catch((error: unknown) => {
      failure = error;
      return [];
    });
    if (addresses.length > 0) return addresses;
  }
  throw new Error(`its name does not resolve: ${codeOf(failure)}`);
}

// The engine passes on what it does not know to a server that may be silent, so the second question waits for the first.
function resolveAny(resolver: Resolver, name: string): Promise<readonly string[]> {
  return resolver.resolve4(name).catch((error: unknown) =>
    resolver.resolve6(name).catch(() => {
      throw error;
    }),
  );
}

function tryAddress(address: string, task: ProbeTask): Promise<void> {
  const { connect } = process.getBuiltinModule("node:net");
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: task.port });
    let received = "";
    socket.on("connect", () => {
      if (task.request === null) resolve();
      else socket.write(task.request);
    });
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (received.startsWith("HTTP/")) resolve();
      else if (received.length > 4) reject(new Error(`${address} does not speak HTTP`));
    });
    socket.on("error", (error) => {
      reject(new Error(`${address}: ${codeOf(error)}`));
    });
    socket.on("end", () => {
      reject(new Error(`${address} closed the connection without an answer`));
    });
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  const words = new Map<unknown, string>([
    ["ECONNREFUSED", "connection refused (ECONNREFUSED)"],
    ["EHOSTUNREACH", "no route to it (EHOSTUNREACH)"],
    ["ENETUNREACH", "no route to its network (ENETUNREACH)"],
    ["ECONNRESET", "connection reset (ECONNRESET)"],
  ]);
  return words.get(code) ?? (typeof code === "string" ? code : error.message);
}
