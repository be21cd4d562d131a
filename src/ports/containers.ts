import type { ContainerReference, PublishedPort } from "../model/target.ts";
import type { CommandOutcome, RunOptions } from "./commands.ts";

export type { ContainerEngine, ContainerReference } from "../model/target.ts";

/** What an engine tells of a container. */
export interface ContainerState {
  readonly id: string;
  readonly name: string;
  /** The image as it was asked for. */
  readonly image: string;
  readonly status: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  /** What the image's own health check says; `none` when it has none. */
  readonly health: "none" | "starting" | "healthy" | "unhealthy";
  /** What the last health check printed, at most 1,024 characters; null when there was none. */
  readonly healthOutput: string | null;
  /** Null while it runs, and before it ever did. */
  readonly exitCode: number | null;
  readonly isOutOfMemory: boolean;
  /** What the engine says went wrong; null when nothing did. */
  readonly error: string | null;
  /** The process id of its first process on this machine; null when it does not run, or runs in another machine. */
  readonly pid: number | null;
  /** Its environment, by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Addresses in its networks, the first one being the one others reach it by. */
  readonly addresses: readonly string[];
  /** Ports that this machine passes on to it; empty while it does not run. */
  readonly ports: readonly PublishedPort[];
}

/** The end of what a container printed. */
export interface ContainerLog {
  /** Oldest first. */
  readonly lines: readonly string[];
  /** True when some of what was asked for is not among them, or not whole: it was more than we read. */
  readonly isTruncated: boolean;
}

/** What a container uses. */
export interface ContainerUsage {
  /** Without what the page cache could give back. */
  readonly memoryBytes: number;
  /** Null when it has no limit of its own. */
  readonly memoryLimitBytes: number | null;
  /** Share of one processor's time over the sampled second: 0 to 100 times the number of processors. */
  readonly cpuPercent: number;
}

/** Container engines of this machine. Looks that are due together share one listing. */
export interface Containers extends AsyncDisposable {
  /**
   * Looks a container up.
   *
   * @returns Null when the engine knows of none.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  readonly find: (
    reference: ContainerReference,
    signal: AbortSignal,
  ) => Promise<ContainerState | null>;
  /**
   * Reads the end of what a container printed, to both its outputs, oldest line first.
   *
   * @returns At most so many lines; null when there is no such container.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  readonly logs: (
    reference: ContainerReference,
    options: { readonly lines: number; readonly signal: AbortSignal },
  ) => Promise<ContainerLog | null>;
  /**
   * Measures what a container uses, which takes about a second.
   *
   * @returns Null when it does not run.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  readonly usage: (
    reference: ContainerReference,
    signal: AbortSignal,
  ) => Promise<ContainerUsage | null>;
  /**
   * Runs a command inside a container.
   *
   * @throws {@link ObservationError} When the engine cannot be asked, the container does not run, or it has no such
   *   command.
   */
  readonly run: (
    reference: ContainerReference,
    command: readonly string[],
    options: Pick<RunOptions, "signal" | "limitBytes">,
  ) => Promise<CommandOutcome>;
  /**
   * Tries to reach an address from inside a container's network, with a tool of our own where we may, otherwise with one of
   * the image.
   *
   * @returns Null when it was reached; otherwise why not, in words.
   * @throws {@link ObservationError} When we cannot look from there; it says what would be needed.
   */
  readonly reach: (from: ContainerReference, to: Reach) => Promise<string | null>;
}

/** What to reach. */
export interface Reach {
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** `http` asks for `path` and takes any answer. */
  readonly protocol: "tcp" | "http";
  readonly path: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}
