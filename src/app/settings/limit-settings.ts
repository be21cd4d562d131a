import { integer } from "../../model/option-types.ts";
import { DEFAULT_LIMITS, type ServerLimits } from "../../server/limits.ts";
import { numberSetting, type Setting } from "./setting.ts";
import { size } from "./setting-types.ts";

const KIB = 1_024;
const MIB = KIB * KIB;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MANY = 1_000_000;

/** What a client, and all of them, may use: what the server is given, each with its range. */
export const LIMIT_SETTINGS = {
  bodyBytes: bytes("bodyBytes", 64 * MIB, "The largest body of a request"),
  headerBytes: bytes("headerBytes", MIB, "All headers of a request together, with its first line"),
  urlBytes: bytes("urlBytes", 64 * KIB, "The longest path and query of a request"),
  requestsPerSecond: count(
    "requestsPerSecond",
    0,
    "Requests of one client in a second, on average over ten; 0 for any number. Who runs Clockwork, and asks without a certificate, is not counted.",
  ),
  streams: count("streams", 0, "Event streams at once, of all clients."),
  streamsPerClient: count("streamsPerClient", 0, "Event streams at once, of one client."),
  connections: count("connections", 1, "Connections at once."),
  requestMs: time("requestMs", HOUR_MS, "How long a request may take to arrive whole"),
  idleMs: time("idleMs", DAY_MS, "How long a connection is kept on which nothing is asked"),
  readMs: time("readMs", HOUR_MS, "How long a client may read nothing of what waits for it"),
  answerMs: time("answerMs", DAY_MS, "How long an answer may take"),
  slowAnswerMs: time("slowAnswerMs", DAY_MS, "How long a plan, a repair or a deploy may take"),
  pendingBytes: bytes(
    "pendingBytes",
    KIB * MIB,
    "What of an event stream may wait for a client that does not read",
  ),
  heartbeatMs: time("heartbeatMs", HOUR_MS, "Between two signs of life on an event stream"),
  drainMs: time("drainMs", HOUR_MS, "How long what is under way may take when the server ends", 0),
} satisfies Record<keyof ServerLimits, Setting<number>>;

function bytes(name: keyof ServerLimits, most: number, summary: string): Setting<number> {
  return numberSetting(size(KIB, most).or(DEFAULT_LIMITS[name], `${summary}, in bytes.`));
}

function count(name: keyof ServerLimits, least: number, summary: string): Setting<number> {
  return numberSetting(integer(least, MANY).or(DEFAULT_LIMITS[name], summary));
}

function time(
  name: keyof ServerLimits,
  most: number,
  summary: string,
  least = 100,
): Setting<number> {
  return numberSetting(
    integer(least, most).or(DEFAULT_LIMITS[name], `${summary}, in milliseconds.`),
  );
}
