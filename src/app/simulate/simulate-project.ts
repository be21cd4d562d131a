import { readFileSync } from "node:fs";
import type { Fault } from "../../testing/fault.ts";
import { parseFault } from "../../testing/fault.ts";
import { abortReason } from "../../model/abort.ts";
import { seededRandom, type SeededRandom } from "../../testing/seeded-random.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { inject, refuseImpossible } from "../../testing/world/inject.ts";
import { SimulatedWorld } from "../../testing/world/simulated-world.ts";
import { actions } from "../../catalog/actions.ts";
import { catalogKinds } from "../kinds.ts";
import type { LoadOptions } from "../project/load-project.ts";
import { openProject, type Project } from "../project/open-project.ts";
import { sha256 } from "../project/sha256.ts";
import { AssumingKinds, type Assumption } from "./assumptions.ts";
import { furnish, pathOf } from "./furnish.ts";
import { Narrator, type SimulationLine, type ToldResource } from "./narrator.ts";
import { Rehearsal } from "./rehearsal.ts";

/** What is simulated. */
export interface SimulateOptions extends LoadOptions {
  /** What goes wrong, and when: `nginx-web dies at 10m`. */
  readonly faults?: readonly string[];
  /** How long it is watched, in milliseconds; 1 hour by default. */
  readonly forMs?: number;
  /** The same one gives the same simulation; 1 by default. */
  readonly seed?: number;
  /** Told of each line, as it happens. */
  readonly onLine?: (line: SimulationLine) => void;
}

/** What a simulation came to. */
export interface SimulatedProject {
  readonly project: string;
  readonly seed: number;
  readonly forMs: number;
  readonly faults: readonly string[];
  readonly lines: readonly SimulationLine[];
  /** In the order of declaration. */
  readonly resources: readonly ToldResource[];
  readonly looks: number;
  readonly messages: number;
  /** What the simulation cannot know, and took to be so. */
  readonly assumed: readonly Assumption[];
  /** True when everything could be deployed, and is well in the end. */
  readonly isWell: boolean;
}

const HOUR_MS = 3_600_000;
const STEP_MS = 1_000;
const START = Date.UTC(2030, 0, 1);
/** What any ladder may hold: loading it must take no simulated time. */
const LIMIT_SOURCE_BYTES = 64 * 1_024 * 1_024;

/**
 * Shows what Clockwork would do with a project when something goes wrong: deploys it into a simulated world, watches it in
 * simulated time, and lets faults loose. Nothing of the real world is touched but read: the project's own files.
 *
 * @param path - A folder with a `main.ts`, or such a file; the current folder by default.
 * @param options - What goes wrong, for how long it is watched, and who hears of it.
 * @returns What happened.
 * @throws {@link ConfigurationError} With everything that is wrong with the project, or with a fault.
 */
export async function simulateProject(
  path?: string,
  options: SimulateOptions = {},
): Promise<SimulatedProject> {
  const project = await openProject(path, options);
  const names = project.resources.map(({ name }) => name);
  const faults = (options.faults ?? []).map((text) => parseFault(text, names));
  for (const fault of faults) refuseImpossible(fault, (name) => pathOf(project.plans, name));
  await preload(project);
  return await new Simulation(project, faults, options).run();
}

// What is loaded lazily would come late: simulated time does not wait for real files.
async function preload({ plans }: Project): Promise<void> {
  const checks = plans.flatMap((plan) => plan.checks);
  await Promise.all([
    // A plan also looks for what is not declared any more, of whatever kind.
    ...catalogKinds.resourceNames.map((kind) => catalogKinds.resource(kind)),
    ...checks.map(({ kind }) => catalogKinds.assertion(kind)),
    ...Object.keys(actions).map((kind) => catalogKinds.action(kind)),
  ]);
}

class Simulation {
  readonly #project: Project;
  readonly #faults: readonly Fault[];
  readonly #options: SimulateOptions;
  readonly #random: SeededRandom;
  readonly #world: SimulatedWorld;
  readonly #kinds: AssumingKinds;
  readonly #rehearsal: Rehearsal;
  readonly #narrator: Narrator;

  constructor(project: Project, faults: readonly Fault[], options: SimulateOptions) {
    this.#project = project;
    this.#faults = faults;
    this.#options = options;
    this.#random = seededRandom(options.seed ?? 1);
    const clock = simulatedClock({ auto: false, startMs: START });
    this.#world = new SimulatedWorld({
      clock,
      random: this.#random.part("world"),
      root: project.folder,
      sha256,
      outside: outsideOf(project),
    });
    this.#kinds = new AssumingKinds(catalogKinds, this.#world, (name) => this.#works(name));
    this.#narrator = new Narrator(clock, options.onLine ?? ignore);
    this.#rehearsal = new Rehearsal({
      root: project.folder,
      name: project.name,
      declared: project,
      world: this.#world,
      kinds: this.#kinds,
      random: this.#random,
      onEvent: this.#narrator.event,
      onLook: this.#narrator.look,
      onMessage: this.#narrator.message,
      onTrouble: (words) => {
        this.#narrator.tell(null, "trouble", words);
      },
    });
  }

  async run(): Promise<SimulatedProject> {
    const { forMs = HOUR_MS } = this.#options;
    await furnish(this.#project, this.#kinds, this.#world);
    const isDeployed = await this.#deploy();
    if (isDeployed) await this.#watch(forMs);
    const resources = this.#resources();
    return {
      project: this.#project.name,
      seed: this.#options.seed ?? 1,
      forMs,
      faults: this.#faults.map(({ text }) => text),
      lines: this.#narrator.lines,
      resources,
      looks: this.#narrator.looks,
      messages: this.#narrator.messages,
      assumed: this.#kinds.assumptions,
      isWell: isDeployed && resources.every(({ isWell }) => isWell),
    };
  }

  async #deploy(): Promise<boolean> {
    const { status, results } = await this.#rehearsal.deploy();
    for (const { resource, action, outcome, problems } of results) {
      const why = problems.length === 0 ? "" : `: ${problems.join("; ")}`;
      this.#narrator.tell(resource, "deploy", `${action}: ${outcome}${why}`);
    }
    const isDeployed = status === "deployed" || status === "unchanged";
    this.#narrator.tell(null, "deploy", isDeployed ? "everything is deployed" : status);
    return isDeployed;
  }

  async #watch(forMs: number): Promise<void> {
    const { signal } = this.#options;
    const { clock } = this.#world;
    this.#narrator.start();
    await this.#rehearsal.begin();
    for (const fault of this.#faults) {
      inject(fault, {
        world: this.#world,
        pathOf: (name) => pathOf(this.#project.plans, name),
        onFault: (each, words) => {
          this.#narrator.tell(each.resource, "fault", `FAULT ${words}: ${each.text}`);
        },
        onKill: (awayMs) => {
          this.#rehearsal.kill(awayMs);
        },
      });
    }
    for (let passedMs = 0; passedMs < forMs; passedMs += STEP_MS) {
      if (signal?.aborted === true) throw abortReason(signal);
      await clock.advance(Math.min(STEP_MS, forMs - passedMs));
    }
    this.#narrator.end(this.#rehearsal.entries);
    await this.#rehearsal.stop();
  }

  #resources(): readonly ToldResource[] {
    return this.#project.resources.map(({ name, policy }) =>
      this.#narrator.resource(name, policy.reconcile),
    );
  }

  #works(name: string): boolean {
    const path = pathOf(this.#project.plans, name);
    if (path !== null) return this.#world.disk.nodes.has(this.#world.disk.absolute(path));
    const manner = this.#world.mannerOf(name);
    return manner === "normal" || manner === "slow";
  }
}

// Sources of files are read where they are; what the project itself would make is not there yet.
function outsideOf({ plans, folder }: Project): (path: string) => Uint8Array | null {
  const made = new Set(
    plans.flatMap(({ target }) => {
      if (target.path === null) return [];
      return [target.path.startsWith("/") ? target.path : `${folder}/${target.path}`];
    }),
  );
  return (path) => {
    if (made.has(path)) return null;
    try {
      const bytes = readFileSync(path);
      return bytes.length > LIMIT_SOURCE_BYTES ? null : bytes;
    } catch {
      // What cannot be read is not there, as far as a simulation goes.
      return null;
    }
  };
}

function ignore(): void {
  // Everything is told in the end, too.
}
