/**
 * Keeps the one Docker Engine that all tests share, and all runs of the tests on this machine: started for the first who asks,
 * ended when the last has gone. Who needs it holds a connection, which the kernel closes also for those who are killed.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEngine, KEEPER_ADDRESS } from "./docker.ts";
import { needProgram } from "./programs.ts";
import { startServer, type Server } from "./server.ts";

/** The next test file may need it. */
const IDLE_MS = 10_000;
/** How long those who end a run wait for others that are just leaving. */
const LEAVING_MS = 2_000;

const users = new Set<Socket>();
const folder = mkdtempSync(join(tmpdir(), "cw-docker-"));
let idleMs = IDLE_MS;
let idle: NodeJS.Timeout | undefined;
let isStopping = false;
let engine: Promise<Server> | null = null;

const keeper = createServer((socket) => {
  if (isStopping) socket.destroy();
  else void serve(socket);
});
// Another keeper was quicker.
keeper.on("error", () => {
  rmSync(folder, { recursive: true });
});
keeper.listen(KEEPER_ADDRESS, () => {
  engine = start();
  engine.then(
    ({ ended }) => void ended.then(stop),
    () => undefined,
  );
});

async function serve(socket: Socket): Promise<void> {
  users.add(socket);
  clearTimeout(idle);
  socket.on("error", () => undefined);
  socket.on("close", () => {
    leave(socket);
  });
  socket.on("data", () => {
    // Only the end of a run says anything, and goes when the engine is gone or when others still need it.
    idleMs = 0;
    setTimeout(() => socket.destroy(), LEAVING_MS).unref();
    leave(socket);
  });
  try {
    await engine;
    idleMs = IDLE_MS;
    socket.write(`${JSON.stringify({ socketPath: join(folder, "sock") })}\n`);
  } catch (error) {
    socket.end(`${JSON.stringify({ error: String(error) })}\n`);
  }
}

function leave(socket: Socket): void {
  users.delete(socket);
  clearTimeout(idle);
  if (users.size === 0) idle = setTimeout(() => void stop(), idleMs);
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  const server = await engine?.catch(() => null);
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

async function start(): Promise<Server> {
  const other = otherEngine();
  if (other !== null) {
    throw new Error(`process ${other} is a dockerd already: name its socket in DOCKER_HOST`);
  }
  const socketPath = join(folder, "sock");
  const [data, state] = [join(folder, "data"), join(folder, "run")];
  mkdirSync(data);
  mkdirSync(state);
  return await startServer({
    command: [
      ...([needProgram("dockerd"), "--data-root", data, "--exec-root", state] as const),
      ...["--pidfile", join(folder, "pid"), "--host", `unix://${socketPath}`],
      // Where whoever runs the tests may not raise limits, the engine's own defaults fail.
      ...["--default-ulimit", "nofile=1024:1024", "--default-ulimit", "nproc=4096:4096"],
      ...["--shutdown-timeout", "3", "--log-level", "warn"],
    ],
    stopTimeoutMs: 15_000,
    isReady: () => isEngine(socketPath),
  });
}

// Two in one network namespace take each other's bridge away.
function otherEngine(): string | null {
  const isDockerd = (pid: string): boolean => {
    try {
      if (readFileSync(`/proc/${pid}/comm`, "utf8") !== "dockerd\n") return false;
      return readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync("/proc/self/ns/net");
    } catch {
      return false;
    }
  };
  return readdirSync("/proc").find((name) => /^\d+$/u.test(name) && isDockerd(name)) ?? null;
}
