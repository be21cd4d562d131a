import type { Clock } from "../../ports/clock.ts";
import type { Hint, HintSource, HintSubscription, HintTarget } from "../../ports/hints.ts";
import type { Random } from "../../ports/random.ts";
import type { ContainerChange } from "./container-events-known.ts";
import { EventStream } from "./container-events-stream.ts";
import type { ApiEngine, Environment } from "./engine-addresses.ts";

/** What listening to engines takes. */
export interface ContainerHintOptions {
  /** Where engines listen: `DOCKER_HOST`, `CONTAINER_HOST`, `HOME`, `XDG_RUNTIME_DIR`. */
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
}

/** Apple's engine tells no events: its containers are left to looking. */
const ENGINES: readonly ApiEngine[] = ["docker", "podman"];

/** What may be the beginning of an id. */
const ID = /^[0-9a-f]{12,64}$/u;

/**
 * Hints from the events of Docker and podman, over one connection for each engine that has a container to be watched. An engine
 * that is not there, or goes away, is quietly tried again.
 *
 * @param options - Environment, time, chance.
 * @returns The source.
 */
export function containerHints(options: ContainerHintOptions): HintSource {
  return {
    watch: (targets, onHint) => {
      const watches = ENGINES.map((engine) => new EngineWatch(engine, options, onHint));
      const update = (now: readonly HintTarget[]): void => {
        for (const watch of watches) watch.update(now);
      };
      update(targets);
      return {
        update,
        [Symbol.asyncDispose]: async () => {
          await Promise.all(watches.map((watch) => watch[Symbol.asyncDispose]()));
        },
      };
    },
  };
}

class EngineWatch implements HintSubscription {
  readonly #engine: ApiEngine;
  readonly #options: ContainerHintOptions;
  readonly #onHint: (hint: Hint) => void;
  #byName: ReadonlyMap<string, readonly string[]> = new Map();
  #ids: readonly string[] = [];
  #stream: EventStream | null = null;
  readonly #ending = new Set<Promise<void>>();
  #isClosed = false;

  constructor(engine: ApiEngine, options: ContainerHintOptions, onHint: (hint: Hint) => void) {
    this.#engine = engine;
    this.#options = options;
    this.#onHint = onHint;
  }

  readonly update = (targets: readonly HintTarget[]): void => {
    if (this.#isClosed) return;
    const byName = new Map<string, string[]>();
    for (const { target } of targets) {
      if (target.container?.engine !== this.#engine) continue;
      const { name } = target.container;
      const resources = byName.get(name) ?? [];
      resources.push(target.resource);
      byName.set(name, resources);
    }
    this.#byName = byName;
    this.#ids = [...byName.keys()].filter((name) => ID.test(name));
    if (byName.size === 0) this.#stop();
    else this.#stream ??= this.#listen();
  };

  readonly [Symbol.asyncDispose] = async (): Promise<void> => {
    this.#isClosed = true;
    this.#stop();
    await Promise.all(this.#ending);
  };

  #listen(): EventStream {
    return new EventStream({
      ...this.#options,
      engine: this.#engine,
      onChange: (change) => {
        this.#tell(change);
      },
    });
  }

  #stop(): void {
    const stream = this.#stream;
    this.#stream = null;
    if (stream === null) return;
    const ending = stream[Symbol.asyncDispose]().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #tell({ id, names, reason }: ContainerChange): void {
    const called = new Set([...names, ...this.#ids.filter((own) => id.startsWith(own))]);
    const resources = [...called].flatMap((name) => this.#byName.get(name) ?? []);
    for (const resource of resources) this.#onHint({ resource, reason });
  }
}
