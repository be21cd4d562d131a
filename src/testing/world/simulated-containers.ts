import { DeployError } from "../../model/deploy-errors.ts";
import { ObservationError } from "../../model/errors.ts";
import type { ContainerEngine, PublishedPort } from "../../model/target.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  ContainerPolicy,
  ContainerRequest,
  EngineHost,
  ListedContainer,
  MadeContainer,
} from "../../ports/container-host.ts";
import type { Manner } from "./manner.ts";

/** A container of a simulated engine. */
export type SimulatedContainer = Readonly<ContainerRequest> & {
  readonly id: string;
  readonly createdAt: number;
  name: string;
  networks: readonly string[];
  policy: ContainerPolicy;
  status: "created" | "running" | "restarting" | "exited";
  exitCode: number | null;
  manner: Manner;
};

/** What a simulated engine runs on. */
export interface EngineParts {
  readonly engine: ContainerEngine;
  readonly clock: Clock;
  /** Called when something happened to a container, as events of an engine would tell. */
  readonly onEvent: (container: SimulatedContainer, what: string) => void;
}

const FETCH_MS = 3_000;
const CREATE_MS = 120;
const START_MS = 300;
const STOP_MS = 400;
const STOP_HANGING_MS = 10_000;
const REMOVE_MS = 80;
const RESTART_MS = 1_000;
const KILLED = 137;
/** So that no two engines have a container of one id. */
const PREFIX = { docker: "d", podman: "b", apple: "a" } as const;

/** A container engine that exists only in the simulation. Its containers are as real as their records. */
export class SimulatedEngine implements EngineHost {
  readonly containers = new Map<string, SimulatedContainer>();
  readonly isLocal = true;
  readonly defaultNetworks: ReadonlySet<string> = new Set(["bridge"]);
  /** False while nobody can ask it. */
  isReachable = true;
  readonly #parts: EngineParts;
  readonly #images = new Set<string>();
  #count = 0;

  /**
   * Makes an engine without containers.
   *
   * @param parts - What it runs on.
   */
  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  readonly find: EngineHost["find"] = async (name) => {
    this.ask();
    const container = this.named(name);
    return container === null ? null : madeOf(container);
  };

  readonly list: EngineHost["list"] = async (project) => {
    this.ask();
    return [...this.containers.values()]
      .filter(({ labels }) => project === null || labels["clockwork.project"] === project)
      .map((each): ListedContainer => ({
        id: each.id,
        name: each.name,
        labels: each.labels,
        ports: portsOf(each),
      }));
  };

  readonly isAbsent: EngineHost["isAbsent"] = async () => false;

  readonly imageConfig: EngineHost["imageConfig"] = async () => {
    this.ask();
    return { command: [], environment: {}, labels: {} };
  };

  readonly imageProblem: EngineHost["imageProblem"] = async () => {
    this.ask();
    return null;
  };

  readonly fetchImage: EngineHost["fetchImage"] = async (image, { signal }) => {
    this.ask();
    if (this.#images.has(image)) return;
    await this.#parts.clock.sleep(FETCH_MS, signal);
    this.ask();
    this.#images.add(image);
  };

  readonly missingNetworks: EngineHost["missingNetworks"] = async () => [];

  readonly createVolume: EngineHost["createVolume"] = async () => {
    this.ask();
  };

  readonly removeVolume: EngineHost["removeVolume"] = async () => {
    this.ask();
  };

  readonly create: EngineHost["create"] = async (request, signal) => {
    await this.#take(CREATE_MS, signal);
    if (this.named(request.name) !== null) {
      throw new DeployError(`the name ${request.name} is taken`, { code: "resource-foreign" });
    }
    this.#count += 1;
    const id = `${PREFIX[this.#parts.engine]}${this.#count.toString(16).padStart(63, "0")}`;
    const createdAt = this.#parts.clock.now();
    const fresh = { status: "created", exitCode: null, manner: "normal" } as const;
    this.containers.set(id, { ...request, id, createdAt, ...fresh });
    return id;
  };

  readonly connect: EngineHost["connect"] = async (id, network, signal) => {
    await this.#take(0, signal);
    const container = this.#get(id);
    container.networks = [...container.networks, network];
  };

  readonly start: EngineHost["start"] = async ({ id }, signal) => {
    await this.#take(START_MS, signal);
    const container = this.#get(id);
    if (container.status === "running") return;
    const taken = container.ports.find(
      ({ host, protocol }) => host !== 0 && this.listenerAt(host, protocol) !== null,
    );
    if (taken !== undefined) {
      const message = `port ${String(taken.host)} is taken`;
      throw new DeployError(message, { code: "claim-taken" });
    }
    Object.assign(container, { status: "running", exitCode: null, manner: "normal" });
    this.#parts.onEvent(container, "started");
  };

  readonly stop: EngineHost["stop"] = async (id, signal) => {
    const hangs = this.named(id)?.manner === "hanging";
    await this.#take(hangs ? STOP_HANGING_MS : STOP_MS, signal);
    const container = this.#get(id);
    if (container.status === "running") {
      Object.assign(container, { status: "exited", exitCode: hangs ? KILLED : 0 });
    }
  };

  readonly rename: EngineHost["rename"] = async (id, name, signal) => {
    await this.#take(0, signal);
    this.#get(id).name = name;
  };

  readonly changePolicy: EngineHost["changePolicy"] = async ({ id }, policy, signal) => {
    await this.#take(0, signal);
    this.#get(id).policy = policy;
  };

  readonly remove: EngineHost["remove"] = async (id, { signal }) => {
    await this.#take(REMOVE_MS, signal);
    this.containers.delete(id);
  };

  /**
   * Finds a container.
   *
   * @param name - Its name or its id.
   * @returns Null when there is none.
   */
  named(name: string): SimulatedContainer | null {
    const byId = this.containers.get(name);
    if (byId !== undefined) return byId;
    return [...this.containers.values()].find((each) => each.name === name) ?? null;
  }

  /**
   * Finds who listens on a port of this machine.
   *
   * @param port - The port.
   * @param protocol - Of which protocol.
   * @returns Null when no container does.
   */
  listenerAt(port: number, protocol: PublishedPort["protocol"]): SimulatedContainer | null {
    const listens = (each: SimulatedContainer): boolean =>
      portsOf(each).some((held) => held.host === port && held.protocol === protocol);
    return [...this.containers.values()].find(listens) ?? null;
  }

  /**
   * Lets a container die; what its policy says starts it again.
   *
   * @param container - The container.
   * @param exitCode - How its process ended.
   */
  die(container: SimulatedContainer, exitCode = KILLED): void {
    if (container.status !== "running") return;
    const { restart } = container.policy;
    const isStartedAgain = restart !== "no" && !(restart === "on-failure" && exitCode === 0);
    Object.assign(container, { status: isStartedAgain ? "restarting" : "exited", exitCode });
    this.#parts.onEvent(container, `container exited with ${String(exitCode)}`);
    if (!isStartedAgain) return;
    this.#parts.clock.after(RESTART_MS, () => {
      if (container.status !== "restarting") return;
      Object.assign(container, { status: "running", exitCode: null, manner: "normal" });
      this.#parts.onEvent(container, "started");
    });
  }

  /**
   * Takes a container away, behind everybody's back.
   *
   * @param container - The container.
   */
  lose(container: SimulatedContainer): void {
    this.containers.delete(container.id);
    this.#parts.onEvent(container, "container removed");
  }

  /**
   * Goes on only when it can be asked.
   *
   * @throws {@link ObservationError} When it cannot.
   */
  ask(): void {
    if (this.isReachable) return;
    throw new ObservationError(`${this.#parts.engine} cannot be asked: it does not answer`);
  }

  async #take(durationMs: number, signal: AbortSignal): Promise<void> {
    this.ask();
    await this.#parts.clock.sleep(durationMs, signal);
    this.ask();
  }

  #get(id: string): SimulatedContainer {
    const container = this.named(id);
    if (container === null) throw new DeployError(`there is no container ${id}`);
    return container;
  }
}

/**
 * Tells which ports of this machine lead to a container now.
 *
 * @param container - The container.
 * @returns None while it does not run.
 */
export function portsOf({ status, ports }: SimulatedContainer): readonly PublishedPort[] {
  return status === "running" ? ports : [];
}

function madeOf(container: SimulatedContainer): MadeContainer {
  const { id, name, image, status, exitCode, createdAt, labels, environment } = container;
  const { command, ports, mounts, networks, policy } = container;
  return {
    ...{ id, name, image, status, exitCode, createdAt, labels, environment, ports, mounts, policy },
    imageId: `sha256:${image}`,
    isOutOfMemory: false,
    error: null,
    command: command ?? [],
    hasEntrypoint: false,
    networks: networks.length === 0 ? ["bridge"] : networks,
    asGoodAsNone: { memoryBytes: null, cpus: null },
  };
}
