import { promises } from "node:dns";
import { abortReason } from "../../model/abort.ts";
import { TransportError } from "../../model/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Names, RecordType } from "../../ports/names.ts";
import { describeDnsFailure, isNegative } from "./dns-failure.ts";
import { askForRecords } from "./dns-records.ts";
import { literalAddress, malformedName, nameProblem } from "./host-name.ts";

/** How name servers are asked. */
export interface DnsNamesOptions {
  readonly clock: Pick<Clock, "after">;
  /** How long an answer is waited for, in milliseconds; 10,000 by default. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** A datagram may get lost, so a question is asked again after this long. */
const ASK_AGAIN_MS = 1_500;
const TRIES = 4;
const DNS_PORT = 53;
const PORT_LIMIT = 65_535;

/** What Node makes of NXDOMAIN. */
const NO_SUCH_NAME = "ENOTFOUND";

/** `127.0.0.1:53`, or `[::1]:53`. */
const WITH_PORT = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/u;

/**
 * Asks name servers for records, past the hosts file and any cache of ours.
 *
 * @param options - The clock, and how long to wait.
 * @returns What asks. A server that is no IP address, with or without a port, is a {@link TypeError}.
 */
export function dnsNames({ clock, timeoutMs = TIMEOUT_MS }: DnsNamesOptions): Names {
  return {
    records: async (name, { type, server, signal }) => {
      const servers = server === null ? null : [serverAddress(server)];
      const problem = nameProblem(name);
      if (problem !== null) throw malformedName(name, problem);
      if (signal.aborted) throw abortReason(signal);
      return await ask({ name, type, server, servers }, { clock, timeoutMs, signal });
    },
  };
}

interface Question {
  readonly name: string;
  readonly type: RecordType;
  /** As it was given; null for the system's. */
  readonly server: string | null;
  /** As Node takes it. */
  readonly servers: readonly string[] | null;
}

interface Patience {
  readonly clock: Pick<Clock, "after">;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

// Rejects when time is up or the signal is aborted, whatever becomes of the question then.
function ask(
  question: Question,
  { clock, timeoutMs, signal }: Patience,
): Promise<readonly string[] | null> {
  return new Promise((resolve, reject) => {
    const resolver = openResolver(question);
    const settle = (): void => {
      stopTimer();
      signal.removeEventListener("abort", onAbort);
      resolver.cancel();
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error instanceof Error ? error : new Error("unknown failure", { cause: error }));
    };
    const onAbort = (): void => {
      fail(abortReason(signal));
    };
    const stopTimer = clock.after(timeoutMs, () => {
      fail(failureOf({ code: "ETIMEOUT" }, question));
    });
    signal.addEventListener("abort", onAbort, { once: true });
    answer(resolver, question).then((records) => {
      settle();
      resolve(records);
    }, fail);
  });
}

// One for each question, since only a whole one can be cancelled. It reads the configuration of the system, for which files or
// memory may be wanting.
function openResolver(question: Question): promises.Resolver {
  try {
    const resolver = new promises.Resolver({ timeout: ASK_AGAIN_MS, tries: TRIES });
    if (question.servers !== null) resolver.setServers(question.servers);
    return resolver;
  } catch (error) {
    throw failureOf(error, question);
  }
}

async function answer(
  resolver: promises.Resolver,
  question: Question,
): Promise<readonly string[] | null> {
  try {
    return await askForRecords(resolver, question.type, question.name);
  } catch (error) {
    if (codeOf(error) === NO_SUCH_NAME) return null;
    if (isNegative({ code: codeOf(error), cause: error })) return [];
    throw failureOf(error, question);
  }
}

// A server that was named is what is looked at, so that nobody listens there is its own failure; that none of the system's
// can be asked is ours.
function failureOf(cause: unknown, { name, type, server }: Question): TransportError {
  const code = codeOf(cause);
  const failure = describeDnsFailure({ code, cause }, name);
  // The same code says that we have no socket to ask with.
  if (server === null || code !== "ECONNREFUSED" || failure.isExhaustion) return failure;
  const reason = `name server ${server} cannot be reached for ${type} '${name}' (${code})`;
  return new TransportError(reason, { cause });
}

function codeOf(error: unknown): string {
  const code: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : String(error);
}

// As Node's `setServers` takes it, which would take some other text as well.
function serverAddress(server: string): string {
  const [, bracketed, digits] = WITH_PORT.exec(server) ?? [];
  const found = literalAddress(bracketed ?? server);
  const port = Number(digits ?? DNS_PORT);
  if (found === null || port < 1 || port > PORT_LIMIT) {
    const wanted = "an IP address with or without a port, such as 127.0.0.1:53 or [::1]:53";
    throw new TypeError(`server must be ${wanted}: got ${JSON.stringify(server.slice(0, 80))}`);
  }
  const host = found.family === 6 ? `[${found.address}]` : found.address;
  return `${host}:${String(port)}`;
}
