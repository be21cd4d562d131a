import { Resolver } from "node:dns";
import type { Clock } from "../../ports/clock.ts";
import { isNegative, tellingFailure, type DnsFailure } from "./dns-failure.ts";
import { askNameServer, isAnswer, type DnsAnswer, type DnsQuestion } from "./dns-query.ts";
import type { ResolvConf } from "./resolv-conf.ts";
import { Slots } from "./slots.ts";

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
/**
 * How many questions may have been sent in the last 250 ms without an answer. With two packets each, they fit into the
 * receive buffer of a socket as Linux makes it: beyond some 270 small packets it drops what comes.
 */
const JUST_SENT_LIMIT = 128;
const JUST_SENT_MS = 250;
const SERVERS_LIMIT = 8;

/** The name servers of this machine: one after the other is asked, until one knows. */
export class NameServers {
  readonly #options: NameServersOptions;
  readonly #slots: Slots;
  readonly #justSent = new Slots(JUST_SENT_LIMIT);
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
   * Asks for the addresses of a name. Questions beyond the limit wait, in order.
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
    conf: Pick<ResolvConf, "timeoutSeconds" | "attempts">,
    signal: AbortSignal,
  ): Promise<DnsAnswer | DnsFailure> {
    await this.#slots.take(signal);
    try {
      return await this.#askInTurn(name, conf, signal);
    } finally {
      this.#slots.give();
    }
  }

  async #askInTurn(
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
        const result = await this.#askOne({ name, server, timeoutMs, signal });
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

  async #askOne(question: Omit<DnsQuestion, "clock">): Promise<DnsAnswer | DnsFailure> {
    const { clock } = this.#options;
    await this.#justSent.take(question.signal);
    let isJustSent = true;
    const onSettled = (): void => {
      if (isJustSent) this.#justSent.give();
      isJustSent = false;
    };
    const cancel = clock.after(JUST_SENT_MS, onSettled);
    try {
      return await askNameServer({ ...question, clock });
    } finally {
      cancel();
      onSettled();
    }
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
    }
    return this.#system.servers;
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
