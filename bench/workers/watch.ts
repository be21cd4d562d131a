/** Watches many services with the monitor and a store on disk, as `clockwork up` does, and measures. */
import { setTimeout as sleep } from "node:timers/promises";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { keepHeapSteady } from "../../src/adapters/system/steady-heap.ts";
import { systemRandom } from "../../src/adapters/system/random.ts";
import { openDeployWorld } from "../../src/app/deploy-world.ts";
import { catalogKinds } from "../../src/app/kinds.ts";
import { simulatedTransport } from "../../src/app/simulated-transport.ts";
import { watchedServices } from "../../src/app/watching/service-subjects.ts";
import { Cancellation } from "../../src/engine/cancellation.ts";
import { httpClient } from "../../src/engine/http-client.ts";
import { planRunner } from "../../src/engine/run-plans.ts";
import { Monitor } from "../../src/engine/watch/monitor.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";
import type { Channel } from "../../src/ports/channel.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import type { Store } from "../../src/ports/store.ts";
import { testFolder } from "../../test/support/folder.ts";
import { serve } from "../child.ts";

/** Services that are watched. */
export interface WatchedGroup {
  /** Service number `i` gets the URL number `i` of these, over and over. */
  readonly urls: readonly string[];
  readonly count: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** True to count how late these are looked at. */
  readonly isMeasured: boolean;
}

/** What to watch, and for how long. */
export interface WatchJob {
  readonly groups: readonly WatchedGroup[];
  /** Without a network, or over it, a new connection for each look. */
  readonly transport: "simulated" | "network";
  /** So long nothing is measured, then so long. */
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** So long each commit takes longer than it does. */
  readonly commitDelayMs?: number;
  /** Whether messages arrive, or the channel never answers. */
  readonly channel?: "well" | "hanging";
  /** True to count what is stored in the end. */
  readonly isCounted: boolean;
}

/** What was measured, all of it in this process. */
export interface WatchOutcome {
  /** Looks at those that are measured, and how late they began. */
  readonly looks: number;
  readonly lateP50Ms: number;
  readonly lateP99Ms: number;
  readonly lateMostMs: number;
  /** Of all looks of the measured time, the store's thread included. */
  readonly looksPerSecond: number;
  readonly cpuMsPerLook: number;
  /** The share of the time in which the thread that checks was busy, 0 to 1. */
  readonly utilization: number;
  /** The most memory that this process has held until the end of the measured time. */
  readonly peakRssBytes: number;
  /** Looks that passed, of all since the start. */
  readonly passed: number;
  readonly seen: number;
  /** Results in the state, as read back; null when nobody counted. */
  readonly stored: number | null;
  readonly lost: number;
  readonly commits: number;
  readonly messages: number;
  readonly problem: string | null;
}

/** As many as `clockwork up` has. */
const LOOKS_AT_ONCE = 20_000;
const READ_AT_ONCE = 500;
const HOUR_MS = 3_600_000;

keepHeapSteady();
serve(async (job: WatchJob): Promise<WatchOutcome> => {
  using folder = testFolder();
  await using store = sqliteStore({ folder: folder.path });
  await using network = openDeployWorld({ root: folder.path });
  await using transport = simulatedTransport();
  await transport.open();
  const client = httpClient({ transport, clock: systemClock });
  const world: DeployWorld =
    job.transport === "network" ? network : { ...network, http: () => Promise.resolve(client) };
  return await new Measured(job, store, { world, folder: folder.path }).run();
});

interface Place {
  readonly world: DeployWorld;
  readonly folder: string;
}

class Measured {
  readonly #job: WatchJob;
  readonly #store: Store;
  readonly #place: Place;
  /** They are few: all others are. */
  readonly #notMeasured = new Set<string>();
  readonly #names: string[] = [];
  readonly #late: number[] = [];
  #isMeasuring = false;
  #looks = 0;
  #passed = 0;
  #seen = 0;
  #commits = 0;
  #messages = 0;
  #problem: string | null = null;

  constructor(job: WatchJob, store: Store, place: Place) {
    this.#job = job;
    this.#store = store;
    this.#place = place;
  }

  async run(): Promise<WatchOutcome> {
    const { warmUpMs, measureMs, isCounted } = this.#job;
    const controller = new AbortController();
    const monitor = this.#monitor();
    await monitor.start(await this.#subjects(controller.signal));
    await sleep(warmUpMs);
    this.#isMeasuring = true;
    const [cpu, loop, startedMs] = [
      process.cpuUsage(),
      performance.eventLoopUtilization(),
      performance.now(),
    ];
    await sleep(measureMs);
    this.#isMeasuring = false;
    const seconds = (performance.now() - startedMs) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const { utilization } = performance.eventLoopUtilization(loop);
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    await monitor.stop();
    controller.abort();
    const late = this.#late.toSorted((a, b) => a - b);
    const share = (of: number): number => late[Math.ceil(late.length * of) - 1] ?? Number.NaN;
    return {
      looks: late.length,
      lateP50Ms: share(0.5),
      lateP99Ms: share(0.99),
      lateMostMs: share(1),
      looksPerSecond: this.#looks / seconds,
      cpuMsPerLook: (user + system) / 1_000 / this.#looks,
      utilization,
      peakRssBytes,
      passed: this.#passed,
      seen: this.#seen,
      stored: isCounted ? await this.#countBack() : null,
      lost: this.#store.lostResults(),
      commits: this.#commits,
      messages: this.#messages,
      problem: this.#problem,
    };
  }

  #monitor(): Monitor {
    const { commitDelayMs = 0 } = this.#job;
    const store = this.#store;
    return new Monitor({
      project: "bench",
      subjects: [],
      store: {
        watching: store.watching,
        record: store.record,
        flush: store.flush,
        fold: store.fold,
        commit: async (changes) => {
          this.#commits += 1;
          if (commitDelayMs > 0) await sleep(commitDelayMs);
          return await store.commit(changes);
        },
      },
      clock: systemClock,
      random: systemRandom,
      channels: [this.#channel()],
      onEvent: () => undefined,
      onStoreFailure: (error) => {
        this.#problem ??= `the state cannot be written: ${String(error)}`;
      },
      onLook: ({ subject: { name } }, { verdict, findings }, lateMs) => {
        this.#seen += 1;
        if (verdict === "pass") this.#passed += 1;
        else if (!this.#notMeasured.has(name)) this.#problem ??= String(findings[0]?.actual);
        if (!this.#isMeasuring) return;
        this.#looks += 1;
        if (!this.#notMeasured.has(name)) this.#late.push(lateMs);
      },
    });
  }

  #channel(): Channel {
    return {
      name: "log",
      deliver: (_, signal) => {
        this.#messages += 1;
        if (this.#job.channel !== "hanging") return Promise.resolve();
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            reject(new Error("gave up"));
          });
        });
      },
    };
  }

  // As those of a services file.
  async #subjects(signal: AbortSignal): Promise<readonly Subject[]> {
    const { world, folder } = this.#place;
    const runPlan = planRunner({
      kinds: catalogKinds,
      world,
      cancellation: new Cancellation(signal),
      concurrency: LOOKS_AT_ONCE,
    });
    const context = { project: "bench", root: folder, world, clock: systemClock, runPlan, signal };
    const subjects: Subject[] = [];
    for (const { urls, count, intervalSeconds, timeoutSeconds, isMeasured } of this.#job.groups) {
      const services = Array.from({ length: count }, (_, index) => {
        const name = `service-${String(subjects.length + index)}`;
        this.#names.push(name);
        if (!isMeasured) this.#notMeasured.add(name);
        const url = urls[index % urls.length] ?? "";
        return { name, url, timeout: timeoutSeconds };
      });
      const watched = await watchedServices(services, "bench", { ...context, intervalSeconds });
      for (const { subject } of watched) subjects.push(subject);
    }
    return subjects;
  }

  // By what anybody can ask: all is folded, then the hours of each are read.
  async #countBack(): Promise<number> {
    await this.#store.flush();
    const now = systemClock.now();
    await this.#store.fold({ now: now + HOUR_MS });
    let stored = 0;
    for (let from = 0; from < this.#names.length; from += READ_AT_ONCE) {
      const counts = await Promise.all(
        this.#names.slice(from, from + READ_AT_ONCE).map(async (resource) => {
          const span = { from: now - 24 * HOUR_MS, to: now + 24 * HOUR_MS };
          const hours = await this.#store.rollUps({ resource, ...span, resolution: "hour" });
          return hours.reduce((sum, each) => sum + each.passes + each.failures + each.errors, 0);
        }),
      );
      stored += counts.reduce((sum, count) => sum + count, 0);
    }
    return stored;
  }
}
