import { simulatedTransport } from "../../src/app/simulated-transport.ts";
import type { ServiceConfig } from "../../src/model/service.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { simulatedClock, type SimulatedClock } from "../../src/testing/simulated-clock.ts";

/** A simulated clock, and a transport that goes by it. */
export function simulated(): { clock: SimulatedClock; transport: Transport } {
  const clock = simulatedClock();
  return { clock, transport: simulatedTransport({ clock }) };
}

/** A service whose name tells the simulated transport what it answers. */
export function service(name: string, more: Partial<ServiceConfig> = {}): ServiceConfig {
  return { name, url: `http://${name}.test/`, ...more };
}

/** A transport that does what a test says. */
export function scripted(request: Transport["request"]): Transport {
  const transport: Transport = {
    open: () => Promise.resolve(transport),
    request,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return transport;
}
