import type { Registry } from "prom-client";

/** These list every open connection, one by one: `nodejs_active_resources` counts the same at less cost. */
const LEFT_OUT = [
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
];

/** Of this process: there is one of it. */
let registry: Promise<Registry> | null = null;

/**
 * Tells how this process is: processor, memory, open files, garbage collection, how late its event loop is. The first call begins
 * to measure.
 *
 * @returns Metrics in the text format of Prometheus.
 */
export async function processMetrics(): Promise<string> {
  registry ??= measured();
  return await (await registry).metrics();
}

async function measured(): Promise<Registry> {
  const client = await import("prom-client");
  const register = new client.Registry();
  client.collectDefaultMetrics({ register });
  for (const name of LEFT_OUT) register.removeSingleMetric(name);
  return register;
}
