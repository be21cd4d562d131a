import { ConfigurationError } from "../../model/diagnostic.ts";
import type { Fault } from "../fault.ts";
import type { Manner } from "./manner.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

/** What faults are let loose on. */
export interface Injection {
  readonly world: SimulatedWorld;
  /** What a resource is on the disk; null when it is nothing there. */
  readonly pathOf: (resource: string) => string | null;
  /** Told when one begins, and when it is over. */
  readonly onFault: (fault: Fault, words: string) => void;
  /** Kills whoever watches, and lets it begin again after so long, in milliseconds. */
  readonly onKill: (awayMs: number) => void;
}

/** Whatever lasts is seen to so often: what was repaired meanwhile goes wrong again. */
const AGAIN_MS = 500;
const AWAY_MS = 5_000;

const MANNERS: Readonly<Partial<Record<Fault["kind"], Manner>>> = {
  hangs: "hanging",
  slow: "slow",
  "answers-500": "failing",
};

/** What a file or directory can have. */
const OF_FILES: ReadonlySet<Fault["kind"]> = new Set(["removed", "drifts"]);

/**
 * Refuses a fault that its resource cannot have.
 *
 * @param fault - The fault.
 * @param pathOf - What a resource is on the disk.
 * @throws {@link ConfigurationError} When it cannot: a file does not hang.
 */
export function refuseImpossible(fault: Fault, pathOf: Injection["pathOf"]): void {
  const { resource, kind, text } = fault;
  if (resource === null || pathOf(resource) === null || OF_FILES.has(kind)) return;
  const place = { file: "", line: null, column: null, property: "--fault" };
  const message = `${resource} is nothing that runs: got ${JSON.stringify(text)}`;
  const hint = `such as: ${resource} is removed at 10m, ${resource} drifts at 10m`;
  throw new ConfigurationError([{ ...place, code: "usage-invalid", message, hint }]);
}

/**
 * Lets something go wrong when its time has come.
 *
 * @param fault - What, and when.
 * @param injection - What it is let loose on.
 */
export function inject(fault: Fault, injection: Injection): void {
  const { clock } = injection.world;
  clock.after(fault.atMs, () => {
    injection.onFault(fault, "begins");
    begin(fault, injection);
    if (fault.forMs === null) return;
    clock.after(fault.forMs, () => {
      end(fault, injection);
      injection.onFault(fault, "is over");
    });
  });
}

function begin(fault: Fault, { world, pathOf, onKill }: Injection): void {
  const { kind, resource, forMs, byMs } = fault;
  world.suffer(kind, true);
  if (kind === "clock") world.clock.jump(byMs);
  if (kind === "killed") onKill(forMs ?? AWAY_MS);
  if (resource === null) return;
  const strike = (): void => {
    strikeResource(kind, resource, { world, path: pathOf(resource) });
  };
  strike();
  if (forMs !== null) again(world, world.clock.elapsedMs() + forMs, strike);
}

// What lasts comes over whatever takes its place meanwhile.
function again(world: SimulatedWorld, untilMs: number, strike: () => void): void {
  const { clock } = world;
  clock.after(AGAIN_MS, () => {
    if (clock.elapsedMs() >= untilMs) return;
    strike();
    again(world, untilMs, strike);
  });
}

interface Struck {
  readonly world: SimulatedWorld;
  readonly path: string | null;
}

function strikeResource(kind: Fault["kind"], resource: string, { world, path }: Struck): void {
  const manner = MANNERS[kind];
  if (manner !== undefined) setManner(world, resource, manner);
  if (kind === "dies") die(world, resource);
  if (kind === "removed") remove(world, resource, path);
  if (kind === "drifts") drift(world, resource, path);
}

function end({ kind, resource }: Fault, { world }: Injection): void {
  world.suffer(kind, false);
  if (resource === null) return;
  if (MANNERS[kind] !== undefined) setManner(world, resource, "normal");
  if (kind === "dies") world.things.recover(resource);
}

function setManner(world: SimulatedWorld, resource: string, manner: Manner): void {
  const found = world.containerOf(resource) ?? world.processOf(resource);
  const thing = found ?? world.things.all.get(resource);
  if (thing !== undefined) thing.manner = manner;
}

function die(world: SimulatedWorld, resource: string): void {
  const container = world.containerOf(resource);
  const process = world.processOf(resource);
  const thing = world.things.all.get(resource);
  if (container !== null) world.engineOf(container)?.die(container);
  if (process !== null) world.processes.die(process);
  if (thing !== undefined) thing.isRunning = false;
}

function remove(world: SimulatedWorld, resource: string, path: string | null): void {
  const container = world.containerOf(resource);
  const process = world.processOf(resource);
  if (path !== null) world.disk.removeTree(world.disk.absolute(path));
  if (container !== null) world.engineOf(container)?.lose(container);
  if (process !== null) world.processes.die(process);
  world.things.all.delete(resource);
}

function drift(world: SimulatedWorld, resource: string, path: string | null): void {
  const container = world.containerOf(resource);
  const process = world.processOf(resource);
  const thing = world.things.all.get(resource);
  const node = path === null ? undefined : world.disk.nodes.get(world.disk.absolute(path));
  if (container !== null) container.policy = { ...container.policy, memoryBytes: DRIFTED_BYTES };
  if (process !== null) world.processes.change(process);
  if (thing !== undefined) thing.isDrifted = true;
  if (node?.type === "file") node.bytes = new TextEncoder().encode("somebody was here\n");
  if (node?.type === "directory") node.mode = 0o700;
}

const DRIFTED_BYTES = 64 * 1024 * 1024;
