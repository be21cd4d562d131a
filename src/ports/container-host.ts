import type { Marks } from "../model/marks.ts";
import type { ContainerEngine, PublishedPort } from "../model/target.ts";
import type { VolumeMount } from "../model/volume-mount.ts";

/** What is asked of a container that is to be made. */
export interface ContainerRequest {
  readonly name: string;
  readonly image: string;
  /** Null for what the image says. */
  readonly command: readonly string[] | null;
  /** With the secrets in it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
  readonly mounts: readonly MountRequest[];
  /** The first one it is made in; none for that of its engine. */
  readonly networks: readonly string[];
  readonly policy: ContainerPolicy;
}

/** Something that a container sees: a path of this machine, absolute, or a volume of its engine by name. */
export interface MountRequest extends VolumeMount {
  readonly type: "bind" | "volume";
}

/** What of a container can be changed while it runs. */
export interface ContainerPolicy {
  /** Null for no limit of its own. */
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
  readonly restart: string;
}

/** A container, with everything that can be compared with what was asked for. */
export interface MadeContainer {
  readonly id: string;
  readonly name: string;
  /** As it was asked for. */
  readonly image: string;
  /** The very image; null when that is not told. */
  readonly imageId: string | null;
  readonly status: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  /** Null while it runs, before it ever did, and where the engine does not tell. */
  readonly exitCode: number | null;
  readonly isOutOfMemory: boolean;
  /** What the engine says went wrong; null when nothing did. */
  readonly error: string | null;
  /** In milliseconds since 1970-01-01 UTC; null when it is not told. */
  readonly createdAt: number | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** What it runs. */
  readonly command: readonly string[];
  /** True when the entry point of the image stands before that, as the engine does not keep them apart. */
  readonly hasEntrypoint: boolean;
  /** As they were asked for: `host` may be 0, also where the engine has chosen one by now. */
  readonly ports: readonly PublishedPort[];
  /** Without those that have no name and came with the image. */
  readonly mounts: readonly MountRequest[];
  readonly networks: readonly string[];
  readonly policy: ContainerPolicy;
  /** Limits that are as good as none: all there is, or what everybody gets; null where there are none such. */
  readonly asGoodAsNone: Omit<ContainerPolicy, "restart">;
}

/** What a list tells of a container. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Ports that this machine passes on to it now. */
  readonly ports: readonly PublishedPort[];
}

/** What an image brings along. */
export interface ImageConfig {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** How something is fetched. */
export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Hears how far it has come, about once a second. */
  readonly onProgress: (text: string) => void;
}

/**
 * One engine, as those see it who make containers. Each effect is done once it returns, and does nothing where it was done
 * before.
 */
export interface EngineHost {
  /**
   * Looks at a container.
   *
   * @param name - Its name or its whole id.
   * @returns Null when there is none.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  readonly find: (name: string, signal: AbortSignal) => Promise<MadeContainer | null>;
  /**
   * Lists containers, running or not. Those who ask at one moment share one answer.
   *
   * @param project - Of one project; null for all.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  readonly list: (
    project: string | null,
    signal: AbortSignal,
  ) => Promise<readonly ListedContainer[]>;
  /** Whether no such engine is on this machine at all, which is not the same as one that does not answer. */
  readonly isAbsent: (signal: AbortSignal) => Promise<boolean>;
  /** Whether what it does, it does on this machine. */
  readonly isLocal: boolean;
  /** How this engine calls the network that containers are in when nobody says otherwise. */
  readonly defaultNetworks: ReadonlySet<string>;
  /**
   * Tells what an image brings along.
   *
   * @param imageId - As {@link MadeContainer.imageId} has it.
   * @returns Null when that is not known any more, or not told.
   */
  readonly imageConfig: (imageId: string, signal: AbortSignal) => Promise<ImageConfig | null>;
  /**
   * Tells why an image could not be had.
   *
   * @returns What was tried; null when it is here, could be fetched, or that cannot be known before.
   */
  readonly imageProblem: (image: string, signal: AbortSignal) => Promise<string | null>;
  /**
   * Fetches an image that is not here.
   *
   * @throws {@link DeployError} `image-missing` when that fails.
   */
  readonly fetchImage: (image: string, options: FetchOptions) => Promise<void>;
  /** Those of some networks that do not exist. */
  readonly missingNetworks: (
    names: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /**
   * Makes a volume, with marks; one that is there stays as it is.
   *
   * @throws {@link DeployError} When it cannot be made.
   */
  readonly createVolume: (name: string, marks: Marks, signal: AbortSignal) => Promise<void>;
  /**
   * Removes a volume if it was made with the marks of the same instance and no container uses it.
   *
   * @throws {@link DeployError} When it cannot be removed.
   */
  readonly removeVolume: (name: string, marks: Marks, signal: AbortSignal) => Promise<void>;
  /**
   * Makes a container, and does not start it.
   *
   * @returns Its id.
   * @throws {@link DeployError} When it cannot be made: `resource-foreign` when its name is taken, `image-missing`.
   */
  readonly create: (request: ContainerRequest, signal: AbortSignal) => Promise<string>;
  /** Puts a container into one more network. */
  readonly connect: (id: string, network: string, signal: AbortSignal) => Promise<void>;
  /**
   * Starts a container; one that is paused goes on.
   *
   * @throws {@link DeployError} When it does not start: `claim-taken` when a port is taken.
   */
  readonly start: (container: MadeContainer, signal: AbortSignal) => Promise<void>;
  /** Stops a container, within the time that it takes for itself, at most 10 s. */
  readonly stop: (id: string, signal: AbortSignal) => Promise<void>;
  /**
   * Gives a container another name; one that waits to be started again may be stopped for it. Null where the engine cannot:
   * there, what replaces a container can only come after it.
   */
  readonly rename: ((id: string, name: string, signal: AbortSignal) => Promise<void>) | null;
  /** Changes a container while it runs; null where the engine cannot. */
  readonly changePolicy:
    | ((container: MadeContainer, policy: ContainerPolicy, signal: AbortSignal) => Promise<void>)
    | null;
  /** Removes a container, running or not. Volumes without a name go with it only when asked for. */
  readonly remove: (
    id: string,
    options: { readonly withVolumes: boolean; readonly signal: AbortSignal },
  ) => Promise<void>;
}

/** Container engines of this machine, as those see them who make containers. */
export interface ContainerHost extends AsyncDisposable {
  /** One engine. It is met when it is first asked. */
  readonly engine: (name: ContainerEngine) => EngineHost;
  /**
   * Finds the process of this machine that listens on a port.
   *
   * @returns Such as `nginx, pid 7`, `another process`; null when nobody does, or that cannot be learned here.
   */
  readonly portHolder: (port: PublishedPort, signal: AbortSignal) => Promise<string | null>;
}
