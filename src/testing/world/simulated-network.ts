import { TransportError } from "../../model/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HttpAnswer, HttpClient } from "../../ports/http.ts";
import type { Names } from "../../ports/names.ts";
import type { Sockets } from "../../ports/sockets.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { neverAnswered, SLOW_MS, type Manner } from "./manner.ts";

/** What a simulated network runs on. */
export interface NetworkParts {
  readonly clock: Clock;
  readonly random: SeededRandom;
  /** How whoever listens there behaves; null when nobody does. */
  readonly listenerAt: (host: string, port: number) => Manner | null;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };
const ADDRESS = /^[\d.]+$|:|^localhost$/u;
const FASTEST_MS = 2;
const SLOWEST_MS = 25;

/** A network that exists only in the simulation. */
export class SimulatedNetwork {
  /** True while no name server answers. */
  hasNoNames = false;
  readonly #parts: NetworkParts;

  /**
   * Makes a network.
   *
   * @param parts - What it runs on.
   */
  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  readonly http: HttpClient = {
    request: async ({ url, signal }): Promise<HttpAnswer> => {
      const port = url.port === "" ? (DEFAULT_PORTS[url.protocol] ?? 80) : Number(url.port);
      const startedMs = this.#parts.clock.elapsedMs();
      const manner = await this.#connect(url.hostname.replace(/^\[|\]$/gu, ""), port, signal);
      const durationMs = this.#parts.clock.elapsedMs() - startedMs;
      const status = manner === "failing" ? 500 : 200;
      return {
        url,
        status,
        headers: { "content-type": "text/plain" },
        body: status === 200 ? "OK" : "Internal Server Error",
        isTruncated: false,
        durationMs,
        phases: { ...NO_TIME, firstByteMs: durationMs },
      };
    },
  };

  readonly sockets: Sockets = {
    connect: async ({ host, port }, signal) => {
      signal.throwIfAborted();
      this.#listener(host, port);
    },
    datagram: async ({ host, port }) => {
      this.#listener(host, port);
      return "silent";
    },
    converse: async ({ host, port }, { signal, waitMs, isSatisfied }) => {
      const manner = this.#listener(host, port);
      if (manner === "hanging") await this.#parts.clock.sleep(waitMs, signal);
      return { received: "", end: isSatisfied("") ? "satisfied" : "closed" };
    },
    tls: async ({ host, port }, { signal }) => {
      await this.#connect(host, port, signal);
      throw new TransportError("no certificate is simulated", { blame: "ourselves" });
    },
  };

  readonly names: Names = {
    records: async (name, { type }) => {
      this.#resolve(name);
      return type === "A" ? ["192.0.2.1"] : [];
    },
  };

  async #connect(host: string, port: number, signal: AbortSignal): Promise<Manner> {
    const { clock, random } = this.#parts;
    const manner = this.#listener(host, port);
    if (manner === "hanging") return await neverAnswered(clock, signal);
    const tookMs = manner === "slow" ? SLOW_MS : random.between(FASTEST_MS, SLOWEST_MS);
    await clock.sleep(Math.round(tookMs), signal);
    return manner;
  }

  #listener(host: string, port: number): Manner {
    this.#resolve(host);
    const manner = this.#parts.listenerAt(host, port);
    if (manner !== null) return manner;
    throw new TransportError(`connection refused (${host}:${String(port)}, ECONNREFUSED)`);
  }

  #resolve(host: string): void {
    if (!this.hasNoNames || ADDRESS.test(host)) return;
    throw new TransportError(`no name server answers for ${host}`, { blame: "ourselves" });
  }
}

const NO_TIME = { resolveMs: 0, connectMs: 0, tlsMs: null, firstByteMs: 0, transferMs: 0 } as const;
