import { spawn, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { adopt, end } from "./child.ts";

const PROGRAM = "prometheus-blackbox-exporter";
const CONFIGURATION = `modules:
  http_2xx:
    prober: http
    timeout: 5s
    http:
      preferred_ip_protocol: ip4
`;
const START_LIMIT_MS = 5_000;

/** A blackbox_exporter under way. */
export interface Blackbox extends AsyncDisposable {
  /**
   * Where to ask for a probe.
   *
   * @param target - The URL that is probed.
   * @returns The URL of the exporter for it.
   */
  readonly probeUrl: (target: string) => string;
  /** How much CPU time it has used since it started, in seconds. */
  readonly cpuSeconds: () => number;
}

/**
 * Starts a blackbox_exporter of its own, with one module, `http_2xx`.
 *
 * @returns The exporter, to be disposed; null when it is not installed.
 * @throws When it does not start.
 */
export async function startBlackbox(): Promise<Blackbox | null> {
  const folder = mkdtempSync(join(tmpdir(), "clockwork-bench-"));
  const configuration = join(folder, "blackbox.yml");
  writeFileSync(configuration, CONFIGURATION);
  const port = await freePort();
  const address = `127.0.0.1:${String(port)}`;
  const args = [`--config.file=${configuration}`, `--web.listen-address=${address}`];
  const child = adopt(spawn(PROGRAM, [...args, "--log.level=error"], { stdio: "ignore" }));
  const dispose = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await once(child, "spawn");
  } catch (error) {
    await dispose();
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    await waitUntilHealthy(`http://${address}/-/healthy`);
  } catch (error) {
    await dispose();
    throw error;
  }
  const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  return {
    probeUrl: (target) =>
      `http://${address}/probe?module=http_2xx&target=${encodeURIComponent(target)}`,
    cpuSeconds: () => cpuTicks(child.pid ?? 0) / ticksPerSecond,
    [Symbol.asyncDispose]: dispose,
  };
}

// Of user and kernel; the name of the program, in brackets before them, may contain anything.
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function waitUntilHealthy(url: string): Promise<void> {
  const giveUpMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const isHealthy = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isHealthy) return;
    if (performance.now() > giveUpMs) throw new Error(`${PROGRAM} does not answer at ${url}`);
    await sleep(50);
  }
}
