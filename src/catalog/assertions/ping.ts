import { assertion } from "../../model/assertion.ts";
import { ObservationError } from "../../model/errors.ts";
import { excerpt } from "../../model/excerpt.ts";
import { shownNumber } from "../../model/figures.ts";
import { integer, number, text } from "../../model/option-types.ts";
import { pingFailure, readPingStatistics, type PingStatistics } from "../../model/ping-output.ts";
import type { World } from "../../ports/world.ts";

/** Twenty packets at most print less. */
const LIMIT_BYTES = 16 * 1024;

/** As close as `ping` lets everybody send them, so that twenty fit into the default timeout. */
const INTERVAL_SECONDS = "0.2";

type Observation = PingStatistics | { readonly reason: string };

interface Limits {
  readonly maxMs: number | null;
  readonly maxLossPercent: number;
}

/**
 * A host answers to `ping`, the system's own.
 *
 * @example
 * ```ts
 * new PingAssert({ host: "192.0.2.1", count: 5, maxMs: 50, maxLossPercent: 20 });
 * ```
 */
export class PingAssert extends assertion({
  kind: "ping",
  name: "PingAssert",
  summary: "A host answers to the system's `ping`.",
  uses: ["commands"],
  fields: {
    host: text({
      most: 253,
      like: /^[\p{L}\p{N}_:][\p{L}\p{M}\p{N}_:.%-]*$/u,
      label: "host name or IP address",
    }).required("A name or an address."),
    count: integer(1, 20).or(1, "How many packets are sent, 0.2 s apart."),
    maxMs: number({ least: 0.001, most: 3_600_000 }).optional(
      "How long a round trip may take on average, in milliseconds.",
    ),
    maxLossPercent: number({ most: 100 }).or(0, "How many of the packets may be lost, in percent."),
  },
  claim: (parameters) => {
    const { host, count, maxMs } = parameters;
    const loss = count === 1 ? "" : `, ${shownLoss(parameters)}`;
    return `${host} answers ping${maxMs === null ? "" : ` within ${String(maxMs)} ms`}${loss}`;
  },
  subject: ({ host }) => host,
  probe: async ({ host, count }, world: World, { signal }): Promise<Observation> => {
    const commands = await world.commands();
    const interval = count === 1 ? [] : ["-i", INTERVAL_SECONDS];
    // No waiting time is set: `-W` is in seconds on Linux and in milliseconds on macOS. The check's own timeout ends it.
    const command = ["ping", "-n", "-c", String(count), ...interval, host];
    const options = { signal, limitBytes: LIMIT_BYTES, env: { LC_ALL: "C" } };
    const { stdout, stderr } = await commands.run(command, options);
    const statistics = readPingStatistics(stdout);
    if (statistics !== null && statistics.received > 0) return statistics;
    return withoutAnswer(statistics, stderr);
  },
  judge: (observation, parameters) => {
    const { maxMs } = parameters;
    const expected = [
      shownLoss(parameters),
      ...(maxMs === null ? [] : [`${String(maxMs)} ms`]),
    ].join(", at most ");
    if ("reason" in observation) return { verdict: "fail", expected, actual: observation.reason };
    const { sent, received, meanMs } = observation;
    const lossPercent = (100 * (sent - received)) / sent;
    const time =
      meanMs === null ? "" : `, ${shownNumber(meanMs, maxMs === null ? [] : [maxMs])} ms`;
    return {
      verdict: isWithin({ lossPercent, meanMs }, parameters) ? "pass" : "fail",
      expected,
      actual: `${String(received)} of ${String(sent)} answered${time}`,
      metrics: { lossPercent, ...(meanMs === null ? {} : { responseTimeMs: meanMs }) },
    };
  },
  samples: [
    {
      options: { host: "192.0.2.1" },
      observation: { sent: 1, received: 1, meanMs: 0.66 },
      verdict: "pass",
    },
    {
      options: { host: "192.0.2.1", count: 5, maxMs: 50, maxLossPercent: 20 },
      observation: { sent: 5, received: 3, meanMs: 12.1 },
      verdict: "fail",
    },
    {
      options: { host: "gone.example.com" },
      observation: { reason: "ping: gone.example.com: Name or service not known" },
      verdict: "fail",
    },
  ],
}) {}

// What kept packets from being sent is our own affair, also where they are then counted as lost.
function withoutAnswer(statistics: PingStatistics | null, stderr: string): Observation {
  const said = excerpt(stderr);
  const failure = pingFailure(stderr);
  if (failure === "not-permitted") {
    throw new ObservationError(`ping may not be used here: ${said}`);
  }
  if (failure === "no-name-server") throw new ObservationError(said);
  if (failure === "unknown" || failure === "unreachable") return { reason: said };
  if (statistics !== null && statistics.sent > 0) return statistics;
  throw new ObservationError(said === "" ? "ping said nothing" : `ping did not work: ${said}`);
}

function isWithin(
  { lossPercent, meanMs }: { readonly lossPercent: number; readonly meanMs: number | null },
  { maxLossPercent, maxMs }: Limits,
): boolean {
  return lossPercent <= maxLossPercent && (maxMs === null || (meanMs !== null && meanMs <= maxMs));
}

function shownLoss({ maxLossPercent }: Pick<Limits, "maxLossPercent">): string {
  return maxLossPercent === 0 ? "no loss" : `at most ${String(maxLossPercent)} % loss`;
}
