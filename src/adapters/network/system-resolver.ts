import { lookup, type LookupAddress } from "node:dns";
import { abortReason } from "../../model/abort.ts";
import { TransportClosedError, TransportError } from "../../model/errors.ts";
import type { Address, Resolver } from "../../ports/resolver.ts";
import { describeDnsFailure } from "./dns-failure.ts";
import { literalAddress, malformedName, nameProblem } from "./host-name.ts";

/**
 * Looks names up as the system does, by getaddrinfo, with every source that the system is configured with.
 *
 * That has its price, so it is used only when asked for. Each question blocks one of four threads, which files and
 * compression need as well: four names with a silent server keep all others waiting, `localhost` too, often for 10 s and
 * more. It cannot be cancelled: who gives up is told at once, but the thread goes on, and holds up the end of the process.
 * Nothing is remembered.
 *
 * @returns A resolver that has asked nothing yet.
 */
export function systemResolver(): Resolver {
  return new SystemResolver();
}

class SystemResolver implements Resolver {
  /** Also those that nobody waits for any more: to ask again would block one more thread. */
  readonly #questions = new Map<string, Promise<readonly Address[]>>();
  readonly #closing = new AbortController();

  readonly lookup = (hostname: string): readonly Address[] | null => {
    const literal = literalAddress(hostname);
    return literal === null ? null : [literal];
  };

  readonly resolve = async (hostname: string, signal: AbortSignal): Promise<readonly Address[]> => {
    if (this.#closing.signal.aborted) throw new TransportClosedError("the resolver is closed");
    if (signal.aborted) throw abortReason(signal);
    const literal = this.lookup(hostname);
    if (literal !== null) return literal;
    const problem = nameProblem(hostname);
    if (problem !== null) throw malformedName(hostname, problem);
    const name = hostname.toLowerCase();
    const answer = this.#questions.get(name) ?? this.#ask(name);
    return await unlessAborted(answer, AbortSignal.any([signal, this.#closing.signal]));
  };

  /** Rejects whoever waits. Threads that are blocked stay so until the system gives up. */
  async [Symbol.asyncDispose](): Promise<void> {
    const reason = "the resolver was closed while the name was being looked up";
    this.#closing.abort(new TransportError(reason, { blame: "ourselves" }));
  }

  #ask(name: string): Promise<readonly Address[]> {
    const answer = askSystem(name);
    this.#questions.set(name, answer);
    const end = (): void => {
      this.#questions.delete(name);
    };
    answer.then(end, end);
    return answer;
  }
}

function askSystem(name: string): Promise<readonly Address[]> {
  return new Promise((resolve, reject) => {
    lookup(name, { all: true, order: "ipv4first" }, (error, found) => {
      if (error === null) resolve(found.map(addressOf));
      else reject(describeDnsFailure({ code: error.code ?? error.message, cause: error }, name));
    });
  });
}

function addressOf({ address, family }: LookupAddress): Address {
  return { address, family: family === 6 ? 6 : 4 };
}

function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(abortReason(signal));
    };
    const leave = (): void => {
      signal.removeEventListener("abort", onAbort);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    answer.then(resolve, reject).finally(leave);
  });
}
