import { Cancellation } from "../../engine/cancellation.ts";
import { withinTimeout } from "../../engine/within-timeout.ts";
import { ObservationError, TransportError } from "../../model/errors.ts";
import { quoted } from "../../model/wording.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ProbeAsked, ProbeOutcome, Prober } from "../../ports/served.ts";
import { once } from "../world.ts";
import type { ProbeModule, ProbeModules } from "./probe-module.ts";
import { Gauges } from "./prober-metrics.ts";
import { ProbeTargets, type TargetForms } from "./prober-targets.ts";
import { trustFiles, type OpenTools, type ProbeTools, type Probing } from "./prober-tools.ts";
import { Turns } from "./prober-turns.ts";

/** What a prober works with. */
export interface ProberOptions {
  /** URLs, `host:port`s and hosts that may be probed; asked for at each probe. */
  readonly targets: () => readonly string[];
  /** As `readProbeModules` gives them, the usual ones included. */
  readonly modules: ProbeModules;
  readonly clock: Clock;
  /** Probes at once; 200 by default. */
  readonly limit?: number;
}

const RUNNING_LIMIT = 200;
const WAITING_LIMIT = 5_000;
/** What blackbox_exporter leaves for its answer to arrive. */
const MARGIN_MS = 500;
/** When nobody says how long they wait. */
const PATIENCE_MS = 120_000;
const NOTES_LIMIT = 200;
const LAST_WORDS_MS = 100;
const MS = 1_000;

/** What each prober takes as a target. */
const FORMS: Readonly<Record<ProbeModule["prober"], keyof TargetForms>> = {
  http: "url",
  tcp: "endpoint",
  icmp: "host",
};

/**
 * Makes what probes targets as blackbox_exporter does. Nothing is opened or loaded before the first probe.
 *
 * @param options - What may be probed, and how.
 * @returns The prober; to be disposed.
 */
export function createProber(options: ProberOptions): Prober & AsyncDisposable {
  const { modules, clock, limit = RUNNING_LIMIT } = options;
  const targets = new ProbeTargets(options.targets);
  const turns = new Turns({ running: limit, waiting: WAITING_LIMIT });
  let opened: OpenTools | null = null;
  const tools = once(async () => {
    const { openProbeTools } = await import("./prober-opening.ts");
    opened = openProbeTools(clock);
    return opened;
  });
  return {
    probe: async (asked, signal) => {
      const module = modules.get(asked.module);
      if (module === undefined) {
        return { type: "no-module", message: `There is no module ${quoted(asked.module)}.` };
      }
      const target = targets.find(asked.target, FORMS[module.prober]);
      if (target === null) {
        const says = "The target is none of those that are watched or configured.";
        return { type: "forbidden", message: says };
      }
      const order = { asked, module, target, timeoutMs: timeoutOf(module, asked) };
      return await carryOut(order, signal, { clock, turns, tools });
    },
    [Symbol.asyncDispose]: async () => {
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

interface Order {
  readonly asked: ProbeAsked;
  readonly module: ProbeModule;
  readonly target: string;
  readonly timeoutMs: number;
}

interface Means {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly tools: () => Promise<ProbeTools>;
}

function timeoutOf({ timeoutMs }: ProbeModule, { patienceMs }: ProbeAsked): number {
  const patience = patienceMs === null || patienceMs <= 0 ? PATIENCE_MS : patienceMs;
  const left = patience > MARGIN_MS ? patience - MARGIN_MS : patience;
  return timeoutMs === null ? left : Math.min(left, timeoutMs);
}

async function carryOut(order: Order, signal: AbortSignal, means: Means): Promise<ProbeOutcome> {
  const { asked, module, target } = order;
  const { clock } = means;
  const tools = await means.tools();
  if (speaksTls(module, target)) await tools.trust.prepare(trustFiles(module.tls));
  const gauges = new Gauges();
  const startedMs = clock.elapsedMs();
  const notes = new Notes(() => clock.elapsedMs() - startedMs);
  const seconds = String(order.timeoutMs / MS);
  notes.add(`probes ${quoted(asked.target)} with ${module.name}, within ${seconds} s`);
  const probing = { gauges, note: notes.add, hostname: asked.hostname };
  const end = await limited(order, { ...means, signal, probing, tools });
  if (end === "busy") return { type: "busy", message: "Too many probes wait already." };
  notes.add(end);
  gauges.set("probe_duration_seconds", (clock.elapsedMs() - startedMs) / MS);
  gauges.set("probe_success", end === "succeeded" ? 1 : 0);
  const text = asked.isDebug ? debugText(notes, gauges, module) : gauges.text();
  return { type: "metrics", text };
}

type End = "succeeded" | "failed" | "busy";

interface Limited {
  readonly signal: AbortSignal;
  readonly probing: Omit<Probing, "signal">;
  readonly tools: ProbeTools;
  readonly clock: Clock;
  readonly turns: Turns;
}

// Waiting for a turn counts: whoever asks does not wait longer for that.
async function limited(
  order: Order,
  { signal, probing, tools, clock, turns }: Limited,
): Promise<End> {
  const { client } = order.asked;
  using cancellation = new Cancellation(signal);
  const timeoutError = (): Error => new TransportError("the time is over");
  let ended: Promise<unknown> = Promise.resolve();
  const inTurn = async (within: AbortSignal): Promise<End> => {
    if (!(await turns.enter(client, within))) return within.aborted ? "failed" : "busy";
    try {
      return await probeWith(order, { ...probing, signal: within }, tools);
    } finally {
      turns.leave(client);
    }
  };
  try {
    const limit = { clock, cancellation, timeoutMs: order.timeoutMs, timeoutError };
    return await withinTimeout(limit, (within) => {
      const end = inTurn(within);
      ended = end.catch(() => undefined);
      return end;
    });
  } catch (error) {
    if (signal.aborted || !isFailure(error)) throw error;
    probing.note(error.message);
    // What it measured by then comes with its end, which is at once for all but what hangs.
    await Promise.race([ended, clock.sleep(LAST_WORDS_MS)]);
    return "failed";
  }
}

function isFailure(error: unknown): error is Error {
  return error instanceof TransportError || error instanceof ObservationError;
}

async function probeWith(
  { module, target }: Order,
  probing: Probing,
  tools: ProbeTools,
): Promise<End> {
  const isSuccess = await proberOf(module)(target, probing, tools);
  return isSuccess ? "succeeded" : "failed";
}

type Probe = (target: string, probing: Probing, tools: ProbeTools) => Promise<boolean>;

function proberOf(module: ProbeModule): Probe {
  return async (...args) => {
    if (module.prober === "http") {
      const { probeHttp } = await import("./prober-http.ts");
      return await probeHttp(module, ...args);
    }
    if (module.prober === "tcp") {
      const { probeTcp } = await import("./prober-tcp.ts");
      return await probeTcp(module, ...args);
    }
    const { probeIcmp } = await import("./prober-icmp.ts");
    return await probeIcmp(module, ...args);
  };
}

function speaksTls(
  module: ProbeModule,
  target: string,
): module is Exclude<ProbeModule, { readonly prober: "icmp" }> {
  if (module.prober === "icmp") return false;
  return module.prober === "tcp" ? module.speaksTls : target.startsWith("https:");
}

/** What happened, by seconds. */
class Notes {
  readonly #lines: string[] = [];
  readonly #sinceMs: () => number;

  constructor(sinceMs: () => number) {
    this.#sinceMs = sinceMs;
  }

  readonly add = (text: string): void => {
    const at = (this.#sinceMs() / MS).toFixed(6);
    if (this.#lines.length < NOTES_LIMIT) this.#lines.push(`${at} ${text}`);
  };

  lines(): readonly string[] {
    return this.#lines;
  }
}

function debugText(notes: Notes, gauges: Gauges, module: ProbeModule): string {
  const { name, prober, timeoutMs } = module;
  const timeout = timeoutMs === null ? "as long as the scrape" : `${String(timeoutMs / MS)} s`;
  return [
    "What happened, by seconds:",
    ...notes.lines(),
    "",
    "What would have been given:",
    gauges.text(),
    `The module: ${name}, prober ${prober}, timeout ${timeout}`,
    "",
  ].join("\n");
}
