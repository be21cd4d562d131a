import { Resolver, type RecordWithTtl } from "node:dns";
import { abortReason } from "../../model/abort.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Address } from "../../ports/resolver.ts";
import { isNegative, type DnsFailure } from "./dns-failure.ts";

/** The addresses of a name, and how long they may be kept. */
export interface DnsAnswer {
  /** One or more, IPv4 before IPv6. */
  readonly addresses: readonly Address[];
  /** Seconds, 0 or more. */
  readonly ttlSeconds: number;
}

/** One question to one name server. */
export interface DnsQuestion {
  /** A full name, without a dot at its end. */
  readonly name: string;
  /** Such as `127.0.0.1:5353`; null for whatever the system is configured with. */
  readonly server: string | null;
  /** How long to wait for the answer, in milliseconds, up to 30,000. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** Once there are IPv4 addresses, IPv6 ones are waited for this long: the "resolution delay" of RFC 8305. */
const IPV6_WAIT_MS = 50;
/** An answer without the addresses of one family is kept this long at most. */
const PARTIAL_TTL_SECONDS = 5;
const ADDRESSES_PER_FAMILY_LIMIT = 64;
/** What c-ares is told to wait; the clock is ours, so this must only be longer than any wait of ours. */
const CARES_TIMEOUT_MS = 60_000;

type Half = readonly RecordWithTtl[] | DnsFailure;

/**
 * Asks one name server for the addresses of a name, IPv4 and IPv6 at once.
 *
 * IPv4 addresses come first: they work from nearly every machine, whereas IPv6 is often configured and leads nowhere. The
 * order only decides who gets the head start: whoever connects tries the next address 250 ms later, and earlier ones stay in
 * the race. For the same reason IPv4 addresses are waited for to the end, even when IPv6 ones are there: alone they would
 * make a target look down from a machine without IPv6.
 *
 * Each question gets a `Resolver` of its own, for some 50 µs: only a whole one can be cancelled, and one that is used again
 * gives up early, after five times the usual latency (nodejs/node#57839). While it waits it holds one UDP socket.
 *
 * @param question - Whom to ask for what, and for how long.
 * @returns The addresses, or why there are none.
 * @throws The signal's reason.
 */
export function askNameServer(question: DnsQuestion): Promise<DnsAnswer | DnsFailure> {
  const { name, server, timeoutMs, clock, signal } = question;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    const resolver = openResolver(server);
    if (!(resolver instanceof Resolver)) {
      resolve(resolver);
      return;
    }
    let isDone = false;
    let ipv4: Half | null = null;
    let ipv6: Half | null = null;
    let cancelWait: (() => void) | null = null;
    const stop = (): void => {
      isDone = true;
      signal.removeEventListener("abort", onAbort);
      cancelTimeout();
      cancelWait?.();
      resolver.cancel();
    };
    const finish = (): void => {
      stop();
      resolve(combined(ipv4 ?? SILENCE, ipv6 ?? SILENCE));
    };
    const onAbort = (): void => {
      stop();
      reject(abortReason(signal));
    };
    const onHalf = (): void => {
      if (isDone) return;
      if (ipv4 !== null && ipv6 !== null) finish();
      else if (isFound(ipv4)) cancelWait = clock.after(IPV6_WAIT_MS, finish);
    };
    const cancelTimeout = clock.after(timeoutMs, finish);
    signal.addEventListener("abort", onAbort, { once: true });
    resolver.resolve4(name, { ttl: true }, (error, records) => {
      ipv4 = halfOf(error, records);
      onHalf();
    });
    resolver.resolve6(name, { ttl: true }, (error, records) => {
      ipv6 = halfOf(error, records);
      onHalf();
    });
  });
}

/**
 * Tells addresses from the lack of them.
 *
 * @param result - What became of a question.
 * @returns True for addresses.
 */
export function isAnswer(result: DnsAnswer | DnsFailure): result is DnsAnswer {
  return "addresses" in result;
}

const SILENCE: DnsFailure = { code: "ETIMEOUT", cause: null };

// It reads the configuration of the system, for which files or memory may be wanting.
function openResolver(server: string | null): Resolver | DnsFailure {
  try {
    const timeoutMs = CARES_TIMEOUT_MS;
    const resolver = new Resolver({ timeout: timeoutMs, maxTimeout: timeoutMs, tries: 1 });
    if (server !== null) resolver.setServers([server]);
    return resolver;
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): DnsFailure {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return { code, cause: error };
}

function halfOf(error: Error | null, records: readonly RecordWithTtl[]): Half {
  return error === null ? records.slice(0, ADDRESSES_PER_FAMILY_LIMIT) : failureOf(error);
}

function isFound(half: Half | null): half is readonly RecordWithTtl[] {
  return half !== null && !("code" in half);
}

function combined(ipv4: Half, ipv6: Half): DnsAnswer | DnsFailure {
  if (!isFound(ipv4) && !isFound(ipv6)) return graver(ipv4, ipv6);
  const records = [...recordsOf(ipv4, 4), ...recordsOf(ipv6, 6)];
  if (records.length === 0) return { code: "ENODATA", cause: null };
  const ttlSeconds = Math.min(...records.map(({ ttl }) => ttl), limitOf(ipv4), limitOf(ipv6));
  const addresses = records.map(({ address, family }) => ({ address, family }));
  return { addresses, ttlSeconds };
}

// A server that fails at one of the two has not said that there is nothing, nor has one without such records denied the name.
function graver(ipv4: DnsFailure, ipv6: DnsFailure): DnsFailure {
  if (!isNegative(ipv4)) return ipv4;
  return !isNegative(ipv6) || ipv6.code === "ENODATA" ? ipv6 : ipv4;
}

function recordsOf<F extends 4 | 6>(half: Half, family: F): (RecordWithTtl & { family: F })[] {
  return isFound(half) ? half.map((record) => ({ ...record, family })) : [];
}

function limitOf(half: Half): number {
  return isFound(half) || isNegative(half) ? Infinity : PARTIAL_TTL_SECONDS;
}
