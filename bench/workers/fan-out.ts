/** Lets what many depend on fail, all of them with it, and measures what becomes of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { sqliteStore } from "../../src/adapters/sqlite/store.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { systemRandom } from "../../src/adapters/system/random.ts";
import { Monitor } from "../../src/engine/watch/monitor.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";
import type { Look } from "../../src/model/watch-state.ts";
import { testFolder } from "../../test/support/folder.ts";
import { failing, look, policy, subject } from "../../test/support/watch-lab.ts";
import { serve } from "../child.ts";

/** How many depend on one. */
export interface FanOutJob {
  readonly dependents: number;
}

/** What became of it. */
export interface FanOutOutcome {
  /** From the failure until each was judged, and its cause known. */
  readonly judgedMs: number;
  readonly cpuMs: number;
  /** Looks at what they depend on until then. */
  readonly rootLooks: number;
  /** From the failure until all is quiet. */
  readonly incidents: number;
  readonly messages: number;
}

const ROOT = "database";
const LOOK_MS = 5;
const INTERVAL_MS = 30_000;
const SETTLE_MS = 3_000;
const POLL_MS = 5;
const LIMIT_MS = 60_000;

serve(async ({ dependents }: FanOutJob): Promise<FanOutOutcome> => {
  using folder = testFolder();
  await using store = sqliteStore({ folder: folder.path });
  const state = { isBroken: false, rootLooks: 0, messages: 0 };
  const see = async (): Promise<Look> => {
    await sleep(LOOK_MS);
    const at = { at: systemClock.now() };
    return state.isBroken ? failing(at) : look(at);
  };
  const watched = { intervalMs: INTERVAL_MS, failureThreshold: 1, isReconciled: false };
  const subjects: readonly Subject[] = [
    subject({
      name: ROOT,
      policy: policy(watched),
      look: () => {
        state.rootLooks += 1;
        return see();
      },
    }),
    ...Array.from({ length: dependents }, (_, index) =>
      subject({
        name: `service-${String(index)}`,
        policy: policy(watched),
        dependsOn: [ROOT],
        look: see,
      }),
    ),
  ];
  const deliver = (): Promise<void> => {
    state.messages += 1;
    return Promise.resolve();
  };
  const monitor = new Monitor({
    project: "bench",
    subjects,
    store,
    clock: systemClock,
    random: systemRandom,
    channels: [{ name: "log", deliver }],
    onEvent: () => undefined,
    onStoreFailure: (error) => {
      throw error;
    },
  });
  await monitor.start();
  const are = async (isSo: (state: Subject["name"]) => boolean): Promise<void> => {
    const giveUpMs = performance.now() + LIMIT_MS;
    while (!subjects.every(({ name }) => isSo(name))) {
      if (performance.now() > giveUpMs) throw new Error("they were not judged");
      await sleep(POLL_MS);
    }
  };
  await are((name) => monitor.entries.get(name)?.state.health === "healthy");
  Object.assign(state, { isBroken: true, rootLooks: 0 });
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  for (const { name } of subjects) if (name !== ROOT) monitor.hint(name);
  await are((name) => {
    const { health, causedBy } = monitor.entries.get(name)?.state ?? {};
    return health === "unhealthy" && causedBy === (name === ROOT ? null : ROOT);
  });
  const judgedMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const { rootLooks } = state;
  await sleep(SETTLE_MS);
  await monitor.stop();
  const incidents = await store.incidents({ limit: 10_000 });
  return {
    judgedMs,
    cpuMs: (user + system) / 1_000,
    rootLooks,
    incidents: incidents.length,
    messages: state.messages,
  };
});
