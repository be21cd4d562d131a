import { devNull } from "node:os";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { dnsResolver } from "../../src/adapters/network/dns-resolver.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { checkAllServices } from "../../src/app/check-services.ts";
import type { DnsScript } from "../support/dns-server.ts";
import { loopbackTransport, rawServer, response } from "../support/raw-server.ts";

const HEALTHY = 50;
/** The default of a services file. The server that answers shares our event loop, which may be busy for a second. */
const TIMEOUT_SECONDS = 5;
/** Thousands of checks: some seconds of work on a slow machine. */
const PATIENCE_MS = 60_000;

function names(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${what}-${String(index)}.example`);
}

/** A name server in a thread of its own: in ours it could only read when the checks let it. */
async function startNameServer(
  script: DnsScript,
): Promise<AsyncDisposable & { readonly address: string }> {
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(workerData.module)
      .then(({ dnsServer }) => dnsServer(workerData.script))
      .then(({ address }) => parentPort.postMessage(address));`;
  const module = new URL("../support/dns-server.ts", import.meta.url).href;
  const worker = new Worker(code, { eval: true, workerData: { module, script } });
  const address = await new Promise<string>((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });
  return {
    address,
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}

it.each([1_500, 3_000])(
  "checkAllServices() finds healthy services behind %d names that the name server is silent about",
  async (silentCount) => {
    const silent = names("silent", silentCount);
    const healthy = names("healthy", HEALTHY);
    await using nameServer = await startNameServer({
      ...Object.fromEntries(silent.map((name) => [name, { A: "silence", AAAA: "silence" }])),
      ...Object.fromEntries(healthy.map((name) => [name, { A: { addresses: ["127.0.0.1"] } }])),
    });
    await using server = await rawServer({ onRequest: (socket) => socket.end(response(200)) });
    const resolver = dnsResolver({
      clock: systemClock,
      servers: [nameServer.address],
      hostsPath: devNull,
      resolvConfPath: devNull,
    });
    await using transport = loopbackTransport({ resolver });
    const origin = (name: string): string => `http://${name}:${String(server.port)}/`;
    const results = await checkAllServices(
      [...silent, ...healthy].map((name) => ({
        name,
        url: origin(name),
        timeout: TIMEOUT_SECONDS,
      })),
      { transport },
    );

    const failed = results.slice(silentCount).filter(({ isHealthy }) => !isHealthy);
    expect(failed).toEqual([]);
    const errors = results.slice(0, silentCount).map(({ error }) => error ?? "none");
    expect(
      errors.filter(
        (error) => !error.includes(`timed out after ${String(TIMEOUT_SECONDS)} seconds`),
      ),
    ).toEqual([]);
  },
  PATIENCE_MS,
);
