import { Resolver } from "node:dns";
import type { Clock } from "../../ports/clock.ts";
import { isFromServer, isNegative, tellingFailure, type DnsFailure } from "./dns-failure.ts";
import { askNameServer, isAnswer, type DnsAnswer, type DnsQuestion } from "./dns-query.ts";
import type { ResolvConf } from "./resolv-conf.ts";
import { SendingPace } from "./sending-pace.ts";
import { Slots, type Turn } from "./slots.ts";

/** Which name servers to ask, and how many questions at once. */
export interface NameServersOptions {
  /** Such as `127.0.0.1:5353`; null for those of the system. */
  readonly servers: readonly string[] | null;
  /** How many questions may wait for an answer, each with one open socket. */
  readonly questionsLimit: number;
  readonly clock: Clock;
}

/** The configuration of the system is read again this often. */
const REFRESH_MS = 2_000;
/** After this long, the first name server gets another chance. */
const PREFERENCE_MS = 30_000;
const WAIT_LIMIT_MS = 30_000;
const SERVERS_LIMIT = 8;

/** The name servers of this machine: one after the other is asked, until one knows. */
export class NameServers {
  readonly #options: NameServersOptions;
  readonly #slots: Slots;
  readonly #paces = new Map<string | null, SendingPace>();
  #system: { readonly servers: readonly (string | null)[]; readonly readMs: number } | null = null;
  /** Who answered when the first one did not. */
  #preferred: { readonly server: string | null; readonly untilMs: number } | null = null;

  /**
   * Asks nobody yet.
   *
   * @param options - Servers and limit.
   */
  constructor(options: NameServersOptions) {
    this.#options = options;
    this.#slots = new Slots(options.questionsLimit);
  }

  /**
   * Asks for the addresses of a name.
   *
   * Questions that the limit, or the pace that a server can follow, holds back wait in order, and those that are asked again
   * behind all others: names that a server is silent about delay no others.
   *
   * A server that answers with a failure is passed over; a silent one is asked again, for twice as long, once all others were.
   *
   * @param name - A full name, without a dot at its end.
   * @param conf - For how long and how often to ask.
   * @param signal - Gives up.
   * @returns The addresses, or why there are none.
   * @throws The signal's reason.
   */
  async ask(
    name: string,
    { timeoutSeconds, attempts }: Pick<ResolvConf, "timeoutSeconds" | "attempts">,
    signal: AbortSignal,
  ): Promise<DnsAnswer | DnsFailure> {
    let failure: DnsFailure | null = null;
    let round = this.#inOrder();
    for (let attempt = 0; attempt < attempts && round.length > 0; attempt += 1) {
      const timeoutMs = Math.min(timeoutSeconds * 1_000 * 2 ** attempt, WAIT_LIMIT_MS);
      const silent: (string | null)[] = [];
      for (const server of round) {
        const turn = attempt === 0 ? "first" : "again";
        const result = await this.#askOne({ name, server, timeoutMs, signal }, turn);
        if (isAnswer(result) || isNegative(result)) {
          this.#prefer(server);
          return result;
        }
        failure = tellingFailure(failure, result);
        if (result.code === "ETIMEOUT") silent.push(server);
      }
      round = silent;
    }
    return failure ?? { code: "ENONAME", cause: null };
  }

  async #askOne(question: Omit<DnsQuestion, "clock">, turn: Turn): Promise<DnsAnswer | DnsFailure> {
    const { server, signal } = question;
    await this.#slots.take(signal, turn);
    try {
      const arrived = await this.#paceOf(server).enter(signal, turn);
      let isAnswered = false;
      try {
        const result = await askNameServer({ ...question, clock: this.#options.clock });
        isAnswered = isAnswer(result) || isFromServer(result);
        return result;
      } finally {
        arrived(isAnswered);
      }
    } finally {
      this.#slots.give();
    }
  }

  #paceOf(server: string | null): SendingPace {
    const pace = this.#paces.get(server) ?? new SendingPace(this.#options.clock);
    this.#paces.set(server, pace);
    return pace;
  }

  #inOrder(): readonly (string | null)[] {
    const servers = this.#servers();
    const preferred = this.#preferred;
    if (preferred === null || preferred.untilMs <= this.#options.clock.elapsedMs()) return servers;
    if (!servers.includes(preferred.server)) return servers;
    return [preferred.server, ...servers.filter((server) => server !== preferred.server)];
  }

  #prefer(server: string | null): void {
    const nowMs = this.#options.clock.elapsedMs();
    if (this.#servers()[0] === server) this.#preferred = null;
    else if (this.#preferred?.server !== server || this.#preferred.untilMs <= nowMs) {
      this.#preferred = { server, untilMs: nowMs + PREFERENCE_MS };
    }
  }

  #servers(): readonly (string | null)[] {
    const { servers, clock } = this.#options;
    if (servers !== null) return servers;
    const nowMs = clock.elapsedMs();
    if (this.#system === null || nowMs - this.#system.readMs >= REFRESH_MS) {
      this.#system = { servers: systemServers(), readMs: nowMs };
      this.#forgetAllBut(this.#system.servers);
    }
    return this.#system.servers;
  }

  #forgetAllBut(servers: readonly (string | null)[]): void {
    for (const server of this.#paces.keys()) {
      if (!servers.includes(server)) this.#paces.delete(server);
    }
  }
}

// One server needs no name. That also serves link-local ones, of which Node tells the address but not the interface.
function systemServers(): readonly (string | null)[] {
  try {
    const servers = new Resolver().getServers().filter((server) => !/^\[?fe80:/iu.test(server));
    return servers.length <= 1 ? [null] : servers.slice(0, SERVERS_LIMIT);
  } catch {
    // For want of files or memory, which the question itself will tell.
    return [null];
  }
}
