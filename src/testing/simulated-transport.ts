import { TransportClosedError, TransportError } from "../model/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { Transport, TransportRequest, TransportResponse } from "../ports/transport.ts";

/** What a simulated service does when it is asked. */
interface Behaviour {
  readonly status: number;
  readonly statusText: string;
  readonly delayMs: (random: Random) => number;
}

/** By the first of these words that stands in the URL; `null` refuses the connection. */
const BEHAVIOURS: readonly (readonly [word: string, behaviour: Behaviour | null])[] = [
  ["unreachable", null],
  ["slow", { status: 200, statusText: "OK (eventually)", delayMs: () => 15_000 }],
  ["unhealthy", { status: 500, statusText: "Internal Server Error", delayMs: () => 100 }],
];

const OTHERWISE: Behaviour = {
  status: 200,
  statusText: "OK",
  delayMs: (random) => 300 + 400 * random.next(),
};

/** A transport without a network: what a service answers is told by a word in its URL. */
export class SimulatedTransport implements Transport {
  readonly #clock: Clock;
  readonly #random: Random;
  #state: "new" | "open" | "closed" = "new";

  /**
   * Makes a transport that is not open yet.
   *
   * @param clock - What the services' delays go by.
   * @param random - Draws the delays of healthy services.
   */
  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  readonly open = async (): Promise<this> => {
    if (this.#state === "closed") throw new TransportClosedError("the transport is closed");
    this.#state = "open";
    return this;
  };

  readonly request = async (request: TransportRequest): Promise<TransportResponse> => {
    if (this.#state !== "open") {
      throw new TransportClosedError(
        this.#state === "new"
          ? "the transport is not open: call open() first"
          : "the transport is closed",
      );
    }
    const behaviour = behaviourOf(request.url.href);
    if (behaviour === null) {
      throw new TransportError(`connection refused by ${request.url.host} (simulated)`);
    }
    request.onConnected?.();
    const delayMs = behaviour.delayMs(this.#random);
    await this.#clock.sleep(delayMs, request.signal);
    return {
      status: behaviour.status,
      statusText: behaviour.statusText,
      header: () => null,
      headers: {},
      bodyBytes: 0,
      body: new Uint8Array(),
      isTruncated: false,
      phases: { resolveMs: 0, connectMs: 0, tlsMs: null, firstByteMs: delayMs, transferMs: 0 },
    };
  };

  /** Closes it: every request from now on throws. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = "closed";
  }
}

function behaviourOf(url: string): Behaviour | null {
  const found = BEHAVIOURS.find(([word]) => url.includes(word));
  return found === undefined ? OTHERWISE : found[1];
}
