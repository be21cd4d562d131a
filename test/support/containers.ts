import { randomUUID } from "node:crypto";
import { dockerEngine, type DockerEngine } from "./docker.ts";
import { image, type ImageName } from "./images.ts";
import { freePort } from "./ports.ts";

/** How a container is to be. */
export interface ContainerOptions {
  readonly image: ImageName;
  /** `clockwork-test-` and a random end by default. */
  readonly name?: string;
  /** What it runs instead of what the image says. */
  readonly command?: readonly string[];
  /** Its ports over TCP that are published on loopback. */
  readonly ports?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly healthcheck?: {
    /** For its shell: 0 is healthy. */
    readonly command: string;
    /** 200 by default. */
    readonly intervalMs?: number;
    /** 2,000 by default. */
    readonly timeoutMs?: number;
    /** Failures until it is unhealthy; 1 by default. */
    readonly retries?: number;
  };
}

/** A container that has been started. */
export interface Container extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  /** The port of loopback at which one of its ports is published. The same for life, also after a stop. */
  readonly hostPort: (port: number) => number;
  /** What the engine says of it. */
  readonly inspect: () => Promise<ContainerState>;
  readonly start: () => Promise<void>;
  /** Stops it; one that does not obey is killed after a second. */
  readonly stop: () => Promise<void>;
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
  /** Removes it, running or not; more than once does no harm. */
  readonly remove: () => Promise<void>;
}

/** The part of an inspection that tests look at. */
export interface ContainerState {
  readonly State: {
    readonly Status: string;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
  readonly NetworkSettings: { readonly IPAddress: string };
}

const NANOSECONDS_PER_MS = 1_000_000;

/**
 * Makes and starts a container. What is in it may still be starting.
 *
 * @param options - What it is like.
 * @returns The container. Disposing it removes it.
 */
export async function runContainer(options: ContainerOptions): Promise<Container> {
  const engine = await dockerEngine();
  const { name = `clockwork-test-${randomUUID().slice(0, 8)}`, ports = [] } = options;
  const hostPorts = new Map<number, number>();
  for (const port of ports) hostPorts.set(port, await freePort());
  const settings = await settingsOf(engine, options, hostPorts);
  const created = await engine.request("POST", `/containers/create?name=${name}`, settings);
  const id = (created as { Id: string }).Id;
  const container = containerAt(engine, id, name, hostPorts);
  try {
    await container.start();
    return container;
  } catch (error) {
    await container.remove();
    throw error;
  }
}

function containerAt(
  engine: DockerEngine,
  id: string,
  name: string,
  hostPorts: ReadonlyMap<number, number>,
): Container {
  const post = async (action: string): Promise<void> => {
    await engine.request("POST", `/containers/${id}/${action}`);
  };
  const remove = async (): Promise<void> => {
    await engine.request("DELETE", `/containers/${id}?force=1&v=1`).catch((error: unknown) => {
      if (!/: (?:404|409) /u.test(String(error))) throw error;
    });
  };
  return {
    id,
    name,
    hostPort: (port) => {
      const found = hostPorts.get(port);
      if (found === undefined) throw new Error(`port ${String(port)} of ${name} is not published`);
      return found;
    },
    inspect: async () => (await engine.request("GET", `/containers/${id}/json`)) as ContainerState,
    start: () => post("start"),
    stop: () => post("stop?t=1"),
    kill: (signal = "SIGKILL") => post(`kill?signal=${signal}`),
    remove,
    [Symbol.asyncDispose]: remove,
  };
}

async function settingsOf(
  engine: DockerEngine,
  { image: imageName, command, env = {}, labels = {}, healthcheck }: ContainerOptions,
  hostPorts: ReadonlyMap<number, number>,
): Promise<unknown> {
  const published = [...hostPorts].map(([port, hostPort]) => [
    `${String(port)}/tcp`,
    [{ HostIp: "127.0.0.1", HostPort: String(hostPort) }],
  ]);
  const bindings = Object.fromEntries(published) as Record<string, unknown>;
  return {
    Image: await image(engine, imageName),
    Cmd: command,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: { "clockwork-test": "", ...labels },
    StopTimeout: 1,
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((port) => [port, {}])),
    HostConfig: { PortBindings: bindings },
    Healthcheck: healthcheck === undefined ? undefined : healthcheckOf(healthcheck),
  };
}

function healthcheckOf({
  command,
  intervalMs = 200,
  timeoutMs = 2_000,
  retries = 1,
}: NonNullable<ContainerOptions["healthcheck"]>): unknown {
  return {
    Test: ["CMD-SHELL", command],
    Interval: intervalMs * NANOSECONDS_PER_MS,
    Timeout: timeoutMs * NANOSECONDS_PER_MS,
    Retries: retries,
  };
}
