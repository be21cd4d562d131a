/** What `ping` counted and measured. */
export interface PingStatistics {
  readonly sent: number;
  /** At most as many as were sent: duplicates do not count. */
  readonly received: number;
  /** The mean round trip, in milliseconds; null when nothing came back, or no time was measured. */
  readonly meanMs: number | null;
}

/** `2 packets transmitted, 2 received` of iputils, `2 packets transmitted, 2 packets received` of BusyBox and macOS. */
const COUNTS =
  /^(?<sent>\d{1,9}) packets transmitted, (?<received>\d{1,9}) (?:packets )?received\b/mu;

/** `rtt min/avg/max/mdev = …` of iputils, `round-trip min/avg/max = …` of BusyBox, `…/stddev = …` of macOS. */
const TIMES =
  /^(?:rtt|round-trip) min\/avg\/max(?:\/[a-z]{1,10})? = [\d.]{1,15}\/(?<mean>\d{1,9}(?:\.\d{1,9})?)\//mu;

const NOT_PERMITTED =
  /not permitted|permission denied|lacking privilege|are you root|cap_net_raw/iu;
const NO_NAME_SERVER = /temporary failure in name resolution|try again/iu;
const UNKNOWN_HOST =
  /name or service not known|no address associated|bad address|cannot resolve|unknown host|nodename nor servname|name does not resolve/iu;
const UNREACHABLE = /(?:network|host) is unreachable|no route to host|host is down/iu;

/**
 * Reads the end of what `ping` printed, of iputils, BusyBox or macOS.
 *
 * @param stdout - What it printed.
 * @returns The statistics; null when there are none.
 */
export function readPingStatistics(stdout: string): PingStatistics | null {
  const counts = COUNTS.exec(stdout)?.groups;
  if (counts === undefined) return null;
  const sent = Number(counts["sent"]);
  const received = Math.min(sent, Number(counts["received"]));
  const mean = TIMES.exec(stdout)?.groups?.["mean"];
  return { sent, received, meanMs: mean === undefined || received === 0 ? null : Number(mean) };
}

/**
 * Tells from its complaints why `ping` did not come to an answer.
 *
 * @param complaints - What it printed to standard error.
 * @returns `unknown` and `unreachable` are about the target, all others about ourselves; `other` is anything else, and
 *   nothing at all.
 */
export function pingFailure(
  complaints: string,
): "not-permitted" | "no-name-server" | "unknown" | "unreachable" | "other" {
  if (NOT_PERMITTED.test(complaints)) return "not-permitted";
  if (NO_NAME_SERVER.test(complaints)) return "no-name-server";
  if (UNKNOWN_HOST.test(complaints)) return "unknown";
  return UNREACHABLE.test(complaints) ? "unreachable" : "other";
}
