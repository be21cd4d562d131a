import { collectDefaultMetrics, Registry } from "prom-client";

/** Most of these list every open connection, one by one; the last one is a sum under the name of a counter. */
const LEFT_OUT = [
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

/** What is told of the event loop before anything was measured: no number, or the greatest one. */
const UNMEASURED = /^nodejs_eventloop_lag_\w+ (?:Nan|9223372036\.854776)\n/gmu;

/** A family without samples. */
const EMPTY = /# HELP [^\n]*\n# TYPE [^\n]*\n(?=#|$)/gu;

/** Of this process: there is one of it. */
let registry: Registry | null = null;

/**
 * Tells how this process is: processor, memory, open files, garbage collection, how late its event loop is. The first call begins
 * to measure.
 *
 * @returns Metrics in the text format of Prometheus.
 */
export async function processMetrics(): Promise<string> {
  registry ??= measured();
  const text = await registry.metrics();
  return text.replaceAll("\n\n", "\n").replaceAll(UNMEASURED, "").replaceAll(EMPTY, "");
}

function measured(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  for (const name of LEFT_OUT) register.removeSingleMetric(name);
  return register;
}
