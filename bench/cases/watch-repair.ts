import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { connectControl, type ControlClient } from "../../src/app/control/connect-control.ts";
import type { WatchEvent } from "../../src/model/watch-event.ts";
import { dockerEngine, mayHaveDocker } from "../../test/support/docker.ts";
import { testFolder } from "../../test/support/folder.ts";
import { image } from "../../test/support/images.ts";
import { freePort } from "../../test/support/ports.ts";
import { findProgram } from "../../test/support/programs.ts";
import { pidsWith } from "../../test/support/up-lab.ts";
import { adopt, end } from "../child.ts";
import { endsWith } from "../deploys.ts";
import { outcomeOf, shown, summarize, type Benchmark, type Row } from "../harness.ts";
import { ensureBuilt, PROGRAM, runClockwork, type Env } from "../program.ts";

/** Each is killed once: what breaks again soon has to wait. */
const ROUNDS = 12;
const CONTAINER_LIMITS = { seenMs: 100, repairedMs: 1_500 };
const PROCESS_LIMITS = { seenMs: 100, repairedMs: 300 };
const START_LIMIT_MS = 60_000;
const SETTLE_MS = 2_000;
const REPAIR_LIMIT_MS = 30_000;
const POLL_MS = 50;

/** From the moment at which a container or a process is killed until it runs and is verified again. */
export const watchRepair: Benchmark = {
  name: "watch-repair",
  run: async (note) => {
    ensureBuilt(note);
    const containers =
      mayHaveDocker() && findProgram("busybox") !== null
        ? rowsOf("a container", await containerRepairs(), CONTAINER_LIMITS)
        : [notInstalled()];
    return [...containers, ...rowsOf("a process", await processRepairs(), PROCESS_LIMITS)];
  },
};

async function containerRepairs(): Promise<readonly Repair[]> {
  const engine = await dockerEngine();
  const run = `${process.pid.toString(36)}-${Date.now().toString(36)}`;
  const main = containerProject(run, await image(engine, "busybox"), await freePorts());
  return await repairs(main, { DOCKER_HOST: engine.host }, async (index) => {
    await engine.request("POST", `/containers/bench-${run}-${String(index)}/kill`);
  });
}

async function freePorts(): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < ROUNDS) ports.add(await freePort());
  return [...ports];
}

async function processRepairs(): Promise<readonly Repair[]> {
  // By its duration each is found among all others.
  const first = 1_000_000 + process.pid * 100;
  const durations = Array.from({ length: ROUNDS }, (_, index) => String(first + index));
  return await repairs(processProject(durations), {}, async (index) => {
    const pids = pidsWith(durations[index] ?? "");
    if (pids.length !== 1) throw new Error(`${String(pids.length)} processes have that duration`);
    for (const pid of pids) process.kill(pid, "SIGKILL");
  });
}

/** Milliseconds from the moment at which the kill was asked for. */
interface Repair {
  /** Whoever asked was told that it is done. */
  readonly killedMs: number;
  readonly seenMs: number;
  readonly repairedMs: number;
}

/** Kills the one with that number. */
type Kill = (index: number) => Promise<void>;

// Each resource is called `web-N`, with its number.
async function repairs(main: string, env: Env, kill: Kill): Promise<readonly Repair[]> {
  using folder = testFolder();
  folder.write("main.ts", main);
  const own = { ...env, CW_MARKS_DIR: join(folder.path, "marks") };
  const child = adopt(
    spawn(process.execPath, [PROGRAM, "up", folder.path], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...own },
    }),
  );
  let told = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (told += text));
  try {
    await using control = await untilWell(join(folder.path, ".clockwork"));
    using followed = new Followed(control);
    await sleep(SETTLE_MS);
    const measured: Repair[] = [];
    while (measured.length < ROUNDS) {
      const index = measured.length;
      measured.push(await followed.repair(`web-${String(index)}`, () => kill(index)));
    }
    child.kill("SIGTERM");
    await once(child, "exit");
    return measured;
  } catch (error) {
    throw new Error(`clockwork up told: ${told}`, { cause: error });
  } finally {
    await end(child);
    await endsWith(runClockwork(["destroy", "--yes", "--project", folder.path], own), 0);
  }
}

async function untilWell(folder: string): Promise<ControlClient> {
  const giveUpMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const control = await connectControl(folder);
    if (control !== null) {
      const { resources } = await control.status();
      const isWell = resources.every(({ state }) => state.health === "healthy");
      if (isWell && resources.length === ROUNDS) return control;
      await control[Symbol.asyncDispose]();
    }
    if (performance.now() > giveUpMs) throw new Error("clockwork up did not find all of it well");
    await sleep(POLL_MS);
  }
}

/** What happens, as whoever follows the events hears of it. */
class Followed implements Disposable {
  readonly #ending = new AbortController();
  #onEvent: (event: WatchEvent) => void = () => undefined;

  constructor(control: ControlClient) {
    const follow = { after: null, signal: this.#ending.signal };
    const following = control.follow(follow, (event) => {
      this.#onEvent(event);
    });
    following.catch(() => null);
  }

  async repair(resource: string, kill: () => Promise<void>): Promise<Repair> {
    const { promise, resolve, reject } = Promise.withResolvers<Omit<Repair, "killedMs">>();
    const startedMs = performance.now();
    let seenMs: number | null = null;
    this.#onEvent = ({ type, data, text, ...event }) => {
      if (event.resource !== resource) return;
      const afterMs = performance.now() - startedMs;
      if (type === "health_changed" && data["to"] === "unhealthy") seenMs ??= afterMs;
      // Once it is done, and once more when it is known whether it helped.
      if (type !== "repair_ended" || data["outcome"] === "acted") return;
      if (data["outcome"] !== "repaired" || seenMs === null) reject(new Error(text));
      else resolve({ seenMs, repairedMs: afterMs });
    };
    const timer = setTimeout(() => {
      reject(new Error(`${resource} was not repaired within ${String(REPAIR_LIMIT_MS)} ms`));
    }, REPAIR_LIMIT_MS);
    await kill();
    const killedMs = performance.now() - startedMs;
    const times = await promise.finally(() => {
      clearTimeout(timer);
    });
    return { killedMs, ...times };
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
  }
}

const SERVE = `mkdir -p /www; echo ok > /www/health; httpd -p 80 -h /www; sleep 86400 & wait`;

function containerProject(run: string, busybox: string, ports: readonly number[]): string {
  const containers = ports.map((number, index) => {
    const port = String(number);
    return `new DockerResource({
  name: "web-${String(index)}",
  containerName: "bench-${run}-${String(index)}",
  image: ${JSON.stringify(busybox)},
  command: ["/bin/sh", "-c", ${JSON.stringify(SERVE)}],
  ports: ["127.0.0.1:${port}:80"],
  reconcile: true,
  assertions: [
    new ContainerRunningAssert(),
    new HealthcheckAssert({ url: "http://127.0.0.1:${port}/health" }),
  ],
});
`;
  });
  return `import { DockerResource } from "clockwork/resources";
import { ContainerRunningAssert, HealthcheckAssert } from "clockwork/assertions";
${containers.join("")}`;
}

function processProject(durations: readonly string[]): string {
  const processes = durations.map((duration, index) => {
    const command = ["/bin/sleep", duration];
    const options = { name: `web-${String(index)}`, command, reconcile: true };
    return `new ProcessResource(${JSON.stringify(options)});\n`;
  });
  return `import { ProcessResource } from "clockwork/resources";\n${processes.join("")}`;
}

function rowsOf(
  what: string,
  measured: readonly Repair[],
  limits: { readonly seenMs: number; readonly repairedMs: number },
): Row[] {
  // The engine tells of the end of a container before it has answered who killed it, and answers no other about it until then.
  const seenMs = measured.map((repair) => Math.max(0, repair.seenMs - repair.killedMs));
  const killed = summarize(measured.map(({ killedMs }) => killedMs));
  const row = (until: string, times: readonly number[], limitMs: number, beside: string): Row => {
    const time = summarize(times);
    return {
      what: `from the kill of ${what} until ${until}`,
      figure: shown(time, " ms"),
      beside,
      ratio: "",
      target: `below ${String(limitMs)} ms`,
      outcome: outcomeOf(time.median < limitMs),
    };
  };
  const asked = `the kill itself: ${shown(killed, " ms")}`;
  const repairedMs = measured.map((repair) => repair.repairedMs);
  return [
    row("it is noticed, once it is done", seenMs, limits.seenMs, asked),
    row("it runs and is verified, all in all", repairedMs, limits.repairedMs, ""),
  ];
}

function notInstalled(): Row {
  return {
    what: "from the kill of a container until it runs and is verified",
    figure: "",
    beside: "",
    ratio: "",
    target: `below ${String(CONTAINER_LIMITS.repairedMs)} ms`,
    outcome:
      "not measured: no Docker Engine, or none of the Debian packages docker.io, iptables and busybox-static",
  };
}
