import { systemClock } from "../adapters/system/clock.ts";
import { systemRandom } from "../adapters/system/random.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { Transport } from "../ports/transport.ts";
import { SimulatedTransport } from "../testing/simulated-transport.ts";

/** What a simulated transport runs on. */
export interface SimulatedTransportOptions {
  /** What the delays go by; the system's clock by default. */
  readonly clock?: Clock;
  /** Draws the delays of healthy services; the system's chance by default. */
  readonly random?: Random;
}

/**
 * Makes a transport without a network. A word in the URL tells what a service answers, the first of these that stands there:
 * `unreachable` refuses at once; `slow` answers 200 `OK (eventually)` after 15 s; `unhealthy` answers 500
 * `Internal Server Error` after 0.1 s; any other URL answers 200 `OK` after 0.3 to 0.7 s.
 *
 * @param options - Clock and chance.
 * @returns A transport to be disposed with `await using`; whatever checks with it opens it.
 * @example
 * ```ts
 * import { checkService } from "clockwork";
 * import { simulatedClock, simulatedTransport } from "clockwork/testing";
 *
 * const clock = simulatedClock();
 * await using transport = simulatedTransport({ clock });
 * const result = await checkService({ name: "shop", url: "http://shop.test/unhealthy" }, { transport, clock });
 * console.log(result.error); // Expected 200, got 500
 * ```
 */
export function simulatedTransport(options: SimulatedTransportOptions = {}): Transport {
  return new SimulatedTransport(options.clock ?? systemClock, options.random ?? systemRandom);
}
