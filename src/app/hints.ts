import { systemClock } from "../adapters/system/clock.ts";
import { systemRandom } from "../adapters/system/random.ts";
import type { Target } from "../model/target.ts";
import type { Hint, HintSource, HintSubscription, HintTarget } from "../ports/hints.ts";
import type { SupervisorAddress } from "../ports/supervisor.ts";
import type { World } from "../ports/world.ts";

/** What hints come from. */
export interface SystemHintOptions {
  /** The folder of the project: what relative paths are relative to. */
  readonly root: string;
  /** Where addresses of engines come from; `process.env` by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where supervisord is asked. It stays open. */
  readonly world: Pick<World, "supervisor">;
  /** Says which supervisord a program is under; by default the one that its own configuration names. */
  readonly supervisorOf?: (target: Target) => SupervisorAddress;
}

/** One source, and what it is about. */
interface SourcePart {
  readonly isWanted: (target: HintTarget) => boolean;
  readonly load: () => Promise<HintSource>;
}

/**
 * All that tells early that something changed on this machine: events of Docker and podman, changes of files, ends of processes,
 * states under supervisord. Each is loaded when there is first something to be watched by it. What has no such events, as units
 * of systemd and containers of Apple's engine, is left to looking.
 *
 * @param options - The project and the world.
 * @returns The source; to be disposed, which ends all that it watches.
 */
export function systemHints(options: SystemHintOptions): HintSource & AsyncDisposable {
  const parts = systemParts(options);
  const open = new Set<HintSubscription>();
  return {
    watch: (targets, onHint) => {
      const all = parts.map((part) => new LazySubscription(part, onHint));
      const subscription: HintSubscription = {
        update: (now) => {
          for (const each of all) each.update(now);
        },
        [Symbol.asyncDispose]: async () => {
          open.delete(subscription);
          await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
        },
      };
      subscription.update(targets);
      open.add(subscription);
      return subscription;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open].map((each) => each[Symbol.asyncDispose]()));
    },
  };
}

function systemParts(options: SystemHintOptions): readonly SourcePart[] {
  const { root, env = process.env, world, supervisorOf } = options;
  const [clock, random] = [systemClock, systemRandom];
  return [
    {
      isWanted: ({ target }) => target.container !== null,
      load: async () => {
        const { containerHints } = await import("../adapters/docker/container-events-hints.ts");
        return containerHints({ env, clock, random });
      },
    },
    {
      isWanted: ({ target }) => target.path !== null,
      load: async () => {
        const { fileHints } = await import("../adapters/system/file-hints.ts");
        return fileHints({ root, clock });
      },
    },
    {
      isWanted: ({ target, physical }) => target.command !== null && physical !== null,
      load: async () => {
        const { processHints } = await import("../adapters/system/process-hints.ts");
        return processHints({ clock });
      },
    },
    {
      isWanted: ({ target }) => target.program !== null,
      load: async () => {
        const { stateHints } = await import("../adapters/supervisor/state-hints.ts");
        const addressOf = supervisorOf === undefined ? {} : { addressOf: supervisorOf };
        return stateHints({ supervisor: await world.supervisor(), clock, random, ...addressOf });
      },
    },
  ];
}

/** A subscription to a source that is loaded when there is first something for it. */
class LazySubscription implements HintSubscription {
  readonly #part: SourcePart;
  readonly #onHint: (hint: Hint) => void;
  #targets: readonly HintTarget[] = [];
  #loading: Promise<void> | null = null;
  #subscription: HintSubscription | null = null;
  #isClosed = false;

  constructor(part: SourcePart, onHint: (hint: Hint) => void) {
    this.#part = part;
    this.#onHint = onHint;
  }

  readonly update = (targets: readonly HintTarget[]): void => {
    if (this.#isClosed) return;
    this.#targets = targets.filter(this.#part.isWanted);
    if (this.#subscription !== null) this.#subscription.update(this.#targets);
    else if (this.#targets.length > 0) this.#loading ??= this.#load();
  };

  readonly [Symbol.asyncDispose] = async (): Promise<void> => {
    this.#isClosed = true;
    await this.#loading;
    await this.#subscription?.[Symbol.asyncDispose]();
    this.#subscription = null;
  };

  // What cannot be loaded is left to looking, and tried again with the next update.
  async #load(): Promise<void> {
    try {
      const source = await this.#part.load();
      if (!this.#isClosed) this.#subscription = source.watch(this.#targets, this.#onHint);
    } catch {
      this.#loading = null;
    }
  }
}
