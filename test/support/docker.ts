import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findProgram } from "./programs.ts";
import { isRoot } from "./server.ts";

/** A Docker Engine that answers. */
export interface DockerEngine {
  readonly socketPath: string;
  /** What a program is to find in `DOCKER_HOST`: `unix:///var/run/docker.sock`. */
  readonly host: string;
  /**
   * Asks its API.
   *
   * @param method - Such as `GET`.
   * @param path - With its query, and without a version: `/containers/json?all=1`.
   * @param body - A tar as bytes, anything else as JSON.
   * @returns Parsed JSON; text where it is none.
   */
  readonly request: (method: string, path: string, body?: unknown) => Promise<unknown>;
}

/**
 * Where the keeper of the engine listens: a name without a file. The kernel gives it to one process per network namespace,
 * as one Docker Engine per network namespace is possible, and frees it when that process is gone.
 */
export const KEEPER_ADDRESS = "\0clockwork-test-docker";

const KEEPER = fileURLToPath(new URL("docker-keeper.ts", import.meta.url));
const START_WITHIN_MS = 40_000;
const POLL_MS = 50;

let found: Promise<DockerEngine> | null = null;

/**
 * Finds the Docker Engine of this machine, or else, as root, starts one that all tests share and that ends after the last.
 *
 * @returns The engine, the same one for every call.
 */
export function dockerEngine(): Promise<DockerEngine> {
  found ??= findEngine();
  return found;
}

/** Whether there is an engine, or whether one could be started. */
export function mayHaveDocker(): boolean {
  return knownSockets().some((path) => existsSync(path)) || canStart();
}

/** Whether an engine answers at a socket. */
export async function isEngine(socketPath: string): Promise<boolean> {
  return await ask(socketPath, "GET", "/_ping").then(
    () => true,
    () => false,
  );
}

async function findEngine(): Promise<DockerEngine> {
  for (const path of knownSockets()) if (await isEngine(path)) return engineAt(path);
  if (!canStart()) throw new Error("no Docker Engine answers, and none can be started here");
  return engineAt(await borrow());
}

function knownSockets(): string[] {
  const host = process.env["DOCKER_HOST"];
  // Whoever names an engine wants that one and no other.
  if (host !== undefined && host !== "") return host.startsWith("unix://") ? [host.slice(7)] : [];
  return ["/var/run/docker.sock"];
}

function canStart(): boolean {
  const names = ["dockerd", "containerd", "iptables"];
  return (
    isRoot && process.platform === "linux" && names.every((name) => findProgram(name) !== null)
  );
}

// Asks the keeper for its engine, and starts a keeper where there is none. Of two at once, one goes away again.
async function borrow(): Promise<string> {
  const deadlineMs = performance.now() + START_WITHIN_MS;
  let isKeeperRunning = false;
  while (performance.now() < deadlineMs) {
    const answer = await askKeeper();
    if (answer !== null) {
      const { socketPath, error } = JSON.parse(answer) as Record<string, string>;
      if (socketPath !== undefined) return socketPath;
      throw new Error(error);
    }
    if (!isKeeperRunning) {
      isKeeperRunning = true;
      // Its way of ending is to find that nobody needs it any more.
      const keeper = spawn(process.execPath, [KEEPER], { detached: true, stdio: "ignore" });
      keeper.on("exit", () => (isKeeperRunning = false)).unref();
    }
    await sleep(POLL_MS);
  }
  throw new Error(`no Docker Engine within ${String(START_WITHIN_MS)} ms`);
}

// The connection stays: for as long as it does, the keeper keeps the engine. It keeps no process from ending.
function askKeeper(): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(KEEPER_ADDRESS);
    let received = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      received += text;
      if (!received.endsWith("\n")) return;
      socket.unref();
      resolve(received);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(null);
    });
  });
}

function engineAt(socketPath: string): DockerEngine {
  return {
    socketPath,
    host: `unix://${socketPath}`,
    request: (method, path, body) => ask(socketPath, method, path, body),
  };
}

function ask(socketPath: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const isTar = body instanceof Uint8Array;
  const type = isTar ? "application/x-tar" : "application/json";
  const bytes = isTar ? body : JSON.stringify(body ?? {});
  return new Promise((resolve, reject) => {
    const query = request({ socketPath, method, path, agent: false });
    query.setHeader("Content-Type", type).on("error", reject);
    query.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more: string) => (text += more));
      response.on("error", reject).on("end", () => {
        if ((response.statusCode ?? 500) < 400) resolve(parsed(text));
        else reject(new Error(`${method} ${path}: ${String(response.statusCode)} ${text.trim()}`));
      });
    });
    query.end(method === "GET" || method === "DELETE" ? undefined : bytes);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
