import { lineTalk, type TalkStep } from "../../adapters/network/line-talk.ts";
import type { Destination, Security } from "../../adapters/network/open-socket.ts";
import { ObservationError } from "../../model/errors.ts";
import type { ProbeModule, TcpStep } from "./probe-module.ts";
import { noteAddress, ProbeResolver } from "./prober-address.ts";
import { noteTls, trustFiles, type ProbeTools, type Probing } from "./prober-tools.ts";

type TcpModule = Extract<ProbeModule, { readonly prober: "tcp" }>;

const ENDPOINT = /^(?<host>.+):(?<port>\d+)$/su;
const MS = 1_000;

/**
 * Probes a port.
 *
 * @param module - How.
 * @param target - `host:port`, IPv6 in brackets.
 * @param probing - Signal, gauges, notes.
 * @param tools - What all probes share.
 * @returns True when it connects, and says what it should.
 * @throws {@link TransportError} When it does not connect.
 * @throws The signal's reason.
 */
export async function probeTcp(
  module: TcpModule,
  target: string,
  probing: Probing,
  tools: ProbeTools,
): Promise<boolean> {
  const { gauges, signal, note } = probing;
  gauges.set("probe_failed_due_to_regex", 0);
  noteAddress(gauges, null);
  const { host = "", port = "" } = ENDPOINT.exec(target)?.groups ?? {};
  const hostname = host.replace(/^\[|\]$/gu, "");
  const address = await addressOf(hostname, { module, probing, tools });
  note(`connects to ${address.address}, port ${port}`);
  const security = module.speaksTls ? await securityOf(module, probing, tools) : null;
  const destination: Destination = {
    hostname,
    port: Number(port),
    addresses: [address],
    security,
  };
  try {
    const steps = stepsOf(module.steps, { probing, tools });
    const isComplete = await lineTalk(destination, { steps, signal });
    if (isComplete) return true;
    note("it ended before it said what is expected");
  } catch (error) {
    if (!(error instanceof ObservationError)) throw error;
    note(error.message);
  }
  gauges.set("probe_failed_due_to_regex", 1);
  return false;
}

async function addressOf(
  hostname: string,
  {
    module,
    probing: { gauges, signal },
    tools,
  }: { readonly module: TcpModule; readonly probing: Probing; readonly tools: ProbeTools },
): Promise<Destination["addresses"][number]> {
  const startedMs = tools.clock.elapsedMs();
  try {
    const resolver = new ProbeResolver(tools.resolver, module.addressing);
    const address = await resolver.begin(hostname, signal);
    noteAddress(gauges, address);
    return address;
  } finally {
    gauges.set("probe_dns_lookup_time_seconds", (tools.clock.elapsedMs() - startedMs) / MS);
  }
}

async function securityOf(
  { tls }: TcpModule,
  { gauges, hostname }: Probing,
  { trust }: ProbeTools,
): Promise<Security> {
  return await trust.security({
    files: trustFiles(tls),
    skipsVerification: tls.skipsVerification,
    isHttp: false,
    serverName: () => tls.serverName ?? hostname,
    onSecured: (seen) => {
      noteTls(gauges, seen);
    },
  });
}

function stepsOf(
  steps: readonly TcpStep[],
  { probing, tools }: { readonly probing: Probing; readonly tools: ProbeTools },
): readonly TalkStep[] {
  return steps.map(({ expect, send }) => {
    let found: RegExpExecArray | null = null;
    return {
      accepts:
        expect === null
          ? null
          : (line) => {
              found = tools.search.find(expect, utf8(line));
              probing.note(`heard a line that ${found === null ? "does not match" : "matches"}`);
              return found !== null;
            },
      says: send === null ? null : () => latin1(filledIn(send, found)),
    };
  });
}

/** `${1}`, `${name}` or `$1` of what was found; `$$` is a dollar. */
const PLACEHOLDER = /\$(?:\$|\{(?<braced>\w+)\}|(?<bare>\w+))/gu;

function filledIn(send: string, found: RegExpExecArray | null): string {
  if (found === null) return send;
  return send.replaceAll(PLACEHOLDER, (_, braced?: string, bare?: string) => {
    const key = braced ?? bare;
    if (key === undefined) return "$";
    return (/^\d+$/u.test(key) ? found[Number(key)] : found.groups?.[key]) ?? "";
  });
}

function utf8(line: string): string {
  return Buffer.from(line, "latin1").toString("utf8");
}

function latin1(line: string): string {
  return Buffer.from(line, "utf8").toString("latin1");
}
