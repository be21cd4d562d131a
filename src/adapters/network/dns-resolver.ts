import { Resolver as CaresResolver } from "node:dns";
import { join } from "node:path";
import { abortReason } from "../../model/abort.ts";
import { TransportClosedError, TransportError } from "../../model/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Address, Resolver } from "../../ports/resolver.ts";
import { DnsCache } from "./dns-cache.ts";
import { describeDnsFailure, isNegative, type DnsFailure } from "./dns-failure.ts";
import { isAnswer, type DnsAnswer } from "./dns-query.ts";
import { literalAddress, malformedName, nameProblem } from "./host-name.ts";
import { parseHosts, type Hosts } from "./hosts-file.ts";
import { NameServers } from "./name-servers.ts";
import { candidateNames, parseResolvConf, type ResolvConf } from "./resolv-conf.ts";
import { SharedWork } from "./shared-work.ts";
import { WatchedFile } from "./watched-file.ts";

/** Where names are looked up, and how much is remembered. */
export interface DnsResolverOptions {
  /** Keeps the waits and the time to live of what is remembered. */
  readonly clock: Clock;
  /** Name servers to ask instead of the system's, such as `127.0.0.1:5353`. */
  readonly servers?: readonly string[];
  /** The hosts file; the system's by default. */
  readonly hostsPath?: string;
  /** Where search domains are configured; `/etc/resolv.conf` by default. */
  readonly resolvConfPath?: string;
  /** How many questions to name servers may be open at once, each with one socket; 25,000 by default. */
  readonly questionsLimit?: number;
  /** How many names are remembered; 100,000 by default. */
  readonly rememberedLimit?: number;
}

/** As many as checks under way by default: names that no server answers must use up other limits first, and delay nobody. */
const QUESTIONS_LIMIT = 25_000;
const REMEMBERED_LIMIT = 100_000;
const SHORTEST_TTL_SECONDS = 1;
const LONGEST_TTL_SECONDS = 300;
const NEGATIVE_TTL_SECONDS = 5;

const LOOPBACK: readonly Address[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

/** With these answers, glibc goes on to the next search domain. */
const GOES_ON: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA", "ESERVFAIL"]);

/**
 * Looks names up without blocking: literals, then the hosts file, then DNS.
 *
 * It knows what most machines are configured with: `/etc/hosts`, and name servers and search domains in `/etc/resolv.conf`,
 * each read again when it has changed. Other sources that a system may have, such as mDNS or NIS, only
 * {@link systemResolver} asks. A question that several wait for is asked once, and cancelled when nobody waits any more.
 * Answers are kept for as long as they say, within 1 s and 300 s; that there is no address, for 5 s; failures not at all.
 *
 * @param options - The clock, and where the defaults do not fit.
 * @returns A resolver that has asked and read nothing yet.
 * @throws {@link TypeError} When a server is no IP address, with or without a port.
 */
export function dnsResolver(options: DnsResolverOptions): Resolver {
  return new DnsResolver(options);
}

class DnsResolver implements Resolver {
  readonly #hosts: WatchedFile<Hosts>;
  readonly #conf: WatchedFile<ResolvConf>;
  readonly #cache: DnsCache;
  readonly #nameServers: NameServers;
  readonly #questions = new SharedWork<readonly Address[]>();
  #isClosed = false;

  constructor(options: DnsResolverOptions) {
    const { clock, servers } = options;
    if (servers !== undefined) new CaresResolver().setServers(servers);
    const conf = options.resolvConfPath ?? "/etc/resolv.conf";
    this.#hosts = new WatchedFile(options.hostsPath ?? systemHostsPath(), parseHosts, clock);
    this.#conf = new WatchedFile(conf, parseResolvConf, clock);
    this.#cache = new DnsCache(clock, options.rememberedLimit ?? REMEMBERED_LIMIT);
    this.#nameServers = new NameServers({
      servers: servers ?? null,
      questionsLimit: options.questionsLimit ?? QUESTIONS_LIMIT,
      clock,
    });
  }

  readonly lookup = (hostname: string): readonly Address[] | null => {
    const literal = literalAddress(hostname);
    if (literal !== null) return [literal];
    const name = hostname.toLowerCase();
    const bare = name.endsWith(".") ? name.slice(0, -1) : name;
    const inHosts = this.#hosts.value.get(bare);
    if (inHosts !== undefined) return inHosts;
    // Names of this machine itself, by RFC 6761; no name server has a say in them.
    if (bare === "localhost" || bare.endsWith(".localhost")) return LOOPBACK;
    const known = this.#cache.get(name);
    return known instanceof TransportError ? null : known;
  };

  readonly resolve = async (hostname: string, signal: AbortSignal): Promise<readonly Address[]> => {
    if (this.#isClosed) throw new TransportClosedError("the resolver is closed");
    if (signal.aborted) throw abortReason(signal);
    const addresses = this.lookup(hostname);
    if (addresses !== null) return addresses;
    const problem = nameProblem(hostname);
    if (problem !== null) throw malformedName(hostname, problem);
    const name = hostname.toLowerCase();
    // RFC 6761 promises that nobody ever has such a name, and asks not to bother name servers with it.
    if (/(?:^|\.)invalid\.?$/u.test(name)) throw describeDnsFailure(NOT_FOUND, hostname);
    const known = this.#cache.get(name);
    if (known instanceof TransportError) throw known;
    return await this.#questions.join(name, signal, (stop) => this.#find(name, stop));
  };

  /** Cancels every question under way, and rejects whoever waits for one. Nothing is left open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const reason = "the resolver was closed while the name was being looked up";
    await this.#questions.stopAll(new TransportError(reason, { blame: "ourselves" }));
    this.#cache.clear();
  }

  async #find(name: string, signal: AbortSignal): Promise<readonly Address[]> {
    const result = await this.#askForCandidates(name, signal);
    if (isAnswer(result)) {
      const { addresses, ttlSeconds } = result;
      this.#cache.set(
        name,
        addresses,
        Math.min(Math.max(ttlSeconds, SHORTEST_TTL_SECONDS), LONGEST_TTL_SECONDS),
      );
      return addresses;
    }
    const error = describeDnsFailure(result, name);
    if (isNegative(result)) this.#cache.set(name, error, NEGATIVE_TTL_SECONDS);
    throw error;
  }

  async #askForCandidates(name: string, signal: AbortSignal): Promise<DnsAnswer | DnsFailure> {
    const conf = this.#conf.value;
    const failures: DnsFailure[] = [];
    const candidates = candidateNames(name, conf);
    for (const candidate of candidates) {
      const result = await this.#nameServers.ask(candidate, conf, signal);
      if (isAnswer(result) || !GOES_ON.has(result.code)) return result;
      failures.push(result);
    }
    return candidates[0] === name ? (failures[0] ?? NOT_FOUND) : mostTelling(failures);
  }
}

const NOT_FOUND: DnsFailure = { code: "ENOTFOUND", cause: null };

// As glibc: what is said of the name as it stands counts most; otherwise that a name exists, or may exist.
function mostTelling(failures: readonly DnsFailure[]): DnsFailure {
  const byCode = (code: string): DnsFailure | undefined =>
    failures.find((failure) => failure.code === code);
  return byCode("ENODATA") ?? byCode("ESERVFAIL") ?? failures.at(-1) ?? NOT_FOUND;
}

function systemHostsPath(): string {
  if (process.platform !== "win32") return "/etc/hosts";
  return join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "drivers", "etc", "hosts");
}
