import { spawn } from "node:child_process";
import { connect } from "node:net";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../test/support/ports.ts";
import { findProgram } from "../test/support/programs.ts";
import { adopt, end } from "./child.ts";
import { startTarget, type Target } from "./target-server.ts";

const START_LIMIT_MS = 5_000;

/**
 * Starts the lightest target there is: an nginx that answers 200 `OK` at `/ok`, or else the target server in plain Node.
 *
 * @param ports - How many ports it listens on; several, so that the client's do not run out.
 * @returns The target, and its name; dispose it to end it.
 * @throws When it does not start.
 */
export async function startLightTarget(ports: number): Promise<Target & { readonly name: string }> {
  const program = findProgram("nginx");
  if (program === null) {
    const { origins, ...target } = await startTarget(ports);
    return { ...target, origins, name: "node:http" };
  }
  const folder = mkdtempSync(join(tmpdir(), "clockwork-bench-"));
  const numbers: number[] = [];
  while (numbers.length < ports) numbers.push(await freePort());
  const configuration = join(folder, "nginx.conf");
  writeFileSync(configuration, configurationOf(numbers));
  const args = ["-e", "stderr", "-p", folder, "-c", configuration];
  const child = adopt(spawn(program, args, { stdio: "ignore" }));
  const dispose = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const port of numbers) await untilOpen(port);
  } catch (error) {
    await dispose();
    throw error;
  }
  const origins = numbers.map((port) => `http://127.0.0.1:${String(port)}`);
  return { origins, name: "nginx", [Symbol.asyncDispose]: dispose };
}

// One process, so that nothing of it is left once that has ended.
function configurationOf(ports: readonly number[]): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${kind};`)
    .join(" ");
  const listen = ports.map((port) => `listen 127.0.0.1:${String(port)} backlog=4096;`).join(" ");
  return `daemon off; master_process off; pid nginx.pid; worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off; default_type text/plain; ${temporary}
  server { ${listen} location = /ok { return 200 "OK\\n"; } }
}
`;
}

async function untilOpen(port: number): Promise<void> {
  const giveUpMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (performance.now() > giveUpMs) throw error;
      await sleep(50);
    } finally {
      socket.destroy();
    }
  }
}
