/**
 * The simulated world: checks without a network, in time that passes as fast as the work allows.
 *
 * @module
 */
export { simulatedTransport, type SimulatedTransportOptions } from "./app/simulated-transport.ts";
export type { Clock } from "./ports/clock.ts";
export type { Random } from "./ports/random.ts";
export type { Transport } from "./ports/transport.ts";
export {
  simulatedClock,
  type SimulatedClock,
  type SimulatedClockOptions,
} from "./testing/simulated-clock.ts";
