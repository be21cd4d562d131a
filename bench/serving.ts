import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../test/support/ports.ts";
import { adopt, end } from "./child.ts";
import { PROGRAM } from "./program.ts";

/** What is watched and served. */
export interface ServedProject {
  /** Service number `i` is checked at the URL number `i` of these, over and over. */
  readonly urls: readonly string[];
  readonly count: number;
  readonly intervalSeconds: number;
}

/** A `clockwork up` that serves what it watches. */
export interface Serving extends AsyncDisposable {
  /** `http://127.0.0.1:5000`. */
  readonly origin: string;
  readonly project: string;
  readonly pid: number;
}

const START_LIMIT_MS = 60_000;
const POLL_MS = 100;

/**
 * Starts the built `clockwork up --listen` with a services file, and waits until each service was checked.
 *
 * @param project - What it watches.
 * @returns It; dispose it to end it.
 * @throws When it does not come to serve.
 */
export async function startServing(project: ServedProject): Promise<Serving> {
  const folder = mkdtempSync(join(tmpdir(), "clockwork-bench-"));
  const { urls, count, intervalSeconds } = project;
  const services = Array.from({ length: count }, (_, index) => ({
    name: `service-${String(index).padStart(5, "0")}`,
    url: urls[index % urls.length],
    expected_status: 200,
    timeout: 5,
  }));
  writeFileSync(join(folder, "services.json"), JSON.stringify(services));
  writeFileSync(join(folder, "clockwork.yaml"), "name: bench\n");
  const origin = `http://127.0.0.1:${String(await freePort())}`;
  const listen = ["--listen", new URL(origin).host, "--interval", `${String(intervalSeconds)}s`];
  const child = adopt(
    spawn(process.execPath, [PROGRAM, "up", "services.json", ...listen], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  const dispose = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilChecked(origin, count);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { origin, project: "bench", pid: child.pid ?? 0, [Symbol.asyncDispose]: dispose };
}

/**
 * Asks for JSON.
 *
 * @param url - Where.
 * @param init - How.
 * @returns What came, unchecked: it is our own server's.
 * @throws When the status is another than 2xx.
 */
export async function askJson(
  url: string,
  init: RequestInit = {},
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${String(response.status)} ${await response.text()}`);
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

/**
 * Tells how much memory a process holds.
 *
 * @param pid - The process.
 * @returns Its resident memory, in bytes; null where nobody tells.
 */
export function residentBytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/mu.exec(
      readFileSync(`/proc/${String(pid)}/status`, "utf8"),
    )?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

async function untilChecked(origin: string, count: number): Promise<void> {
  const giveUpMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const health = await healthOf(origin);
    if (health["healthy"] === count) return;
    if (performance.now() > giveUpMs) {
      throw new Error(`not all are healthy: ${JSON.stringify(health)}`);
    }
    await sleep(POLL_MS);
  }
}

async function healthOf(origin: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { health } = await askJson(`${origin}/api/status`);
    return (health ?? {}) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return { problem: String(error) };
  }
}
