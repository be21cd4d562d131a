import { excerpt } from "../../model/excerpt.ts";
import { readPingStatistics } from "../../model/ping-output.ts";
import type { ProbeModule } from "./probe-module.ts";
import { noteAddress, ProbeResolver } from "./prober-address.ts";
import type { ProbeTools, Probing } from "./prober-tools.ts";

type IcmpModule = Extract<ProbeModule, { readonly prober: "icmp" }>;

const LIMIT_BYTES = 16 * 1024;
const HOP_LIMIT = /\b(?:ttl|hlim)=(?<hops>\d{1,3})\b/iu;
const MS = 1_000;

/**
 * Probes a host with the system's own `ping`.
 *
 * @param module - How.
 * @param target - A name or an address.
 * @param probing - Signal, gauges, notes.
 * @param tools - What all probes share.
 * @returns True when a reply came.
 * @throws {@link TransportError} When the name has no address.
 * @throws {@link ObservationError} When there is no `ping` here.
 * @throws The signal's reason.
 */
export async function probeIcmp(
  module: IcmpModule,
  target: string,
  probing: Probing,
  tools: ProbeTools,
): Promise<boolean> {
  const { gauges, signal, note } = probing;
  noteAddress(gauges, null);
  for (const phase of ["resolve", "setup", "rtt"]) {
    gauges.set("probe_icmp_duration_seconds", 0, { phase });
  }
  const { clock } = tools;
  const startedMs = clock.elapsedMs();
  let resolvedMs: number;
  let address: string;
  try {
    const resolver = new ProbeResolver(tools.resolver, module.addressing);
    const found = await resolver.begin(target, signal);
    noteAddress(gauges, found);
    ({ address } = found);
  } finally {
    resolvedMs = clock.elapsedMs();
    gauges.set("probe_dns_lookup_time_seconds", (resolvedMs - startedMs) / MS);
  }
  gauges.set("probe_icmp_duration_seconds", (resolvedMs - startedMs) / MS, { phase: "resolve" });
  const commands = await tools.commands();
  const options = { signal, limitBytes: LIMIT_BYTES, env: { LC_ALL: "C" } };
  const { stdout, stderr } = await commands.run(["ping", "-n", "-c", "1", address], options);
  const wholeMs = clock.elapsedMs() - resolvedMs;
  const statistics = readPingStatistics(stdout);
  if (statistics === null || statistics.received === 0) {
    note(stderr === "" ? "no reply came" : excerpt(stderr));
    return false;
  }
  const rttMs = statistics.meanMs ?? wholeMs;
  gauges.set("probe_icmp_duration_seconds", rttMs / MS, { phase: "rtt" });
  gauges.set("probe_icmp_duration_seconds", (wholeMs - rttMs) / MS, { phase: "setup" });
  const hops = HOP_LIMIT.exec(stdout)?.groups?.["hops"];
  if (hops !== undefined) gauges.set("probe_icmp_reply_hop_limit", Number(hops));
  return true;
}
