/**
 * The simulated world: checks without a network, and whole projects with faults, in time that passes as fast as the work allows.
 *
 * @module
 */
export { simulatedTransport, type SimulatedTransportOptions } from "./app/simulated-transport.ts";
export { simulateProject } from "./app/simulate/lazily.ts";
export type { SimulatedProject, SimulateOptions } from "./app/simulate/simulate-project.ts";
export type { Assumption } from "./app/simulate/assumptions.ts";
export type { SimulationLine, ToldResource } from "./app/simulate/narrator.ts";
export type { Clock } from "./ports/clock.ts";
export type { Random } from "./ports/random.ts";
export type { Transport } from "./ports/transport.ts";
export {
  simulatedClock,
  type SimulatedClock,
  type SimulatedClockOptions,
} from "./testing/simulated-clock.ts";
