import type { ContainerEngine } from "../../model/target.ts";
import type { MarkBook } from "../../ports/mark-book.ts";
import { simulatedHints, type SimulatedHints } from "../simulated-hints.ts";
import type { SimulatedClock } from "../simulated-clock.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { Manner } from "./manner.ts";
import { SimulatedEngine, type SimulatedContainer } from "./simulated-containers.ts";
import { SimulatedDisk, type DiskParts } from "./simulated-files.ts";
import { simulatedMarkBook } from "./simulated-mark-book.ts";
import { SimulatedNetwork } from "./simulated-network.ts";
import { SimulatedProcesses, type SimulatedProcess } from "./simulated-processes.ts";
import { SimulatedThings } from "./simulated-things.ts";

/** What a simulated world is made of. */
export interface WorldParts extends Omit<DiskParts, "clock"> {
  readonly clock: SimulatedClock;
  readonly random: SeededRandom;
}

const ENGINES: readonly ContainerEngine[] = ["docker", "podman", "apple"];
const HINT_DELAY_MS = 30;
const LOCAL = /^(?:localhost|127\.[\d.]+|::1|0\.0\.0\.0|::)$/u;

/** A world that exists only in the simulation: whatever is deployed into it does what it should, until a fault keeps it from that. */
export class SimulatedWorld {
  readonly clock: SimulatedClock;
  readonly hints: SimulatedHints = simulatedHints();
  readonly network: SimulatedNetwork;
  readonly processes: SimulatedProcesses;
  readonly disk: SimulatedDisk;
  readonly things: SimulatedThings;
  readonly book: MarkBook = simulatedMarkBook();
  readonly #engines: ReadonlyMap<ContainerEngine, SimulatedEngine>;
  readonly #owners = new Map<string, string>();
  readonly #parts: WorldParts;

  /**
   * Makes a world in which nothing is deployed.
   *
   * @param parts - What it is made of.
   */
  constructor(parts: WorldParts) {
    const { clock, random } = parts;
    this.#parts = parts;
    this.clock = clock;
    this.disk = new SimulatedDisk(parts);
    this.things = new SimulatedThings(clock);
    this.processes = new SimulatedProcesses({
      clock,
      onEnd: ({ marks }, reason) => {
        this.#hint(marks.resource, reason);
      },
    });
    this.#engines = new Map(
      ENGINES.map((engine) => {
        const onEvent = ({ labels }: SimulatedContainer, reason: string): void => {
          const resource = labels["clockwork.resource"];
          if (resource !== undefined) this.#hint(resource, reason);
        };
        return [engine, new SimulatedEngine({ engine, clock, onEvent })];
      }),
    );
    const listenerAt = (host: string, port: number): Manner | null => this.listenerAt(host, port);
    this.network = new SimulatedNetwork({ clock, random: random.part("network"), listenerAt });
  }

  /**
   * One engine.
   *
   * @param name - Which.
   * @returns It.
   * @throws {@link RangeError} When there is none of that name.
   */
  engine(name: ContainerEngine): SimulatedEngine {
    const engine = this.#engines.get(name);
    if (engine === undefined) throw new RangeError(`there is no engine ${name}`);
    return engine;
  }

  /**
   * All engines.
   *
   * @returns Them.
   */
  get engines(): readonly SimulatedEngine[] {
    return [...this.#engines.values()];
  }

  /**
   * Says who listens somewhere, where that cannot be known from what is deployed.
   *
   * @param host - A name or an address.
   * @param port - The port.
   * @param resource - Whose it is: it listens as long as that lives.
   */
  assign(host: string, port: number, resource: string): void {
    const key = placeOf(host, port);
    if (!this.#owners.has(key)) this.#owners.set(key, resource);
  }

  /**
   * Lets something go wrong with everything, or ends that.
   *
   * @param what - `engine`: no engine answers; `disk`: nothing can be written; `dns`: no name server answers. Anything else is
   *   none of its concern.
   * @param isWrong - Whether it goes wrong from now on.
   */
  suffer(what: string, isWrong: boolean): void {
    if (what === "engine") for (const engine of this.engines) engine.isReachable = !isWrong;
    if (what === "disk") this.disk.isFull = isWrong;
    if (what === "dns") this.network.hasNoNames = isWrong;
  }

  /**
   * Tells how whoever listens somewhere behaves.
   *
   * @param host - A name or an address.
   * @param port - The port.
   * @returns Null when nobody does.
   */
  listenerAt(host: string, port: number): Manner | null {
    for (const engine of this.engines) {
      const container = LOCAL.test(host) ? engine.listenerAt(port, "tcp") : engine.named(host);
      if (container !== null) return container.status === "running" ? container.manner : null;
    }
    const owner = this.#owners.get(placeOf(host, port));
    return owner === undefined ? null : this.mannerOf(owner);
  }

  /**
   * Tells how a resource behaves.
   *
   * @param resource - Its name.
   * @returns Null when it does not run, or is not there.
   */
  mannerOf(resource: string): Manner | null {
    const container = this.containerOf(resource);
    if (container !== null) return container.status === "running" ? container.manner : null;
    const process = this.processOf(resource);
    if (process !== null) return process.manner;
    const thing = this.things.all.get(resource);
    return thing?.isRunning === true ? thing.manner : null;
  }

  /**
   * Finds the container that was made for a resource, one that was set aside left out.
   *
   * @param resource - Its name.
   * @returns Null when there is none.
   */
  containerOf(resource: string): SimulatedContainer | null {
    const found = this.engines
      .flatMap((engine) => [...engine.containers.values()])
      .filter(({ labels }) => labels["clockwork.resource"] === resource);
    return found.find(({ status }) => status === "running") ?? found.at(-1) ?? null;
  }

  /**
   * Finds the engine of a container.
   *
   * @param container - The container.
   * @returns Null when it is gone.
   */
  engineOf({ id }: SimulatedContainer): SimulatedEngine | null {
    return this.engines.find(({ containers }) => containers.has(id)) ?? null;
  }

  /**
   * Finds the process that was started for a resource.
   *
   * @param resource - Its name.
   * @returns Null when none runs.
   */
  processOf(resource: string): SimulatedProcess | null {
    return this.processes.of(resource);
  }

  // Events take a moment.
  #hint(resource: string, reason: string): void {
    this.#parts.clock.after(HINT_DELAY_MS, () => {
      this.hints.give({ resource, reason });
    });
  }
}

function placeOf(host: string, port: number): string {
  return `${LOCAL.test(host) ? "localhost" : host.toLowerCase()}:${String(port)}`;
}
