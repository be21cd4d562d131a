import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { TransportError } from "../../model/errors.ts";

/** Why a question to a name server had no address for an answer. */
export interface DnsFailure {
  /** As Node names it: `ENOTFOUND`. */
  readonly code: string;
  readonly cause: unknown;
}

/** What stands before the name, and the code as DNS knows it. */
type Wording = readonly [says: string, code: string];

/** That there is no address is an answer as well. */
const NEGATIVE: ReadonlyMap<string, Wording> = new Map<string, Wording>([
  ["ENOTFOUND", ["name not found: no address for", "NXDOMAIN"]],
  ["ENODATA", ["name without an address: no A or AAAA record for", "NODATA"]],
]);

/** The name server was asked, and did not do its part. Whoever needs the name cannot reach the target either. */
const UNHELPFUL: ReadonlyMap<string, Wording> = new Map<string, Wording>([
  ["ESERVFAIL", ["name server failed to look up", "SERVFAIL"]],
  ["EREFUSED", ["name server refused to look up", "REFUSED"]],
  ["EFORMERR", ["name server did not understand the question for", "FORMERR"]],
  ["ENOTIMP", ["name server cannot look up", "NOTIMP"]],
  ["EBADRESP", ["name server sent a malformed answer for", "EBADRESP"]],
  ["EOF", ["name server closed the connection when asked for", "EOF"]],
  ["ETIMEOUT", ["name server gave no answer for", "ETIMEOUT"]],
  ["EAI_FAIL", ["name server failed to look up", "EAI_FAIL"]],
]);

/** What getaddrinfo says of a silent server as well as of want of files. */
const TRY_AGAIN = "EAI_AGAIN";

const OUT_OF_MEMORY = new Set(["ENOMEM", "EAI_MEMORY"]);
const OUT_OF_FILES: ReadonlyMap<string, string> = new Map([
  ["EMFILE", "this process has too many files open"],
  ["ENFILE", "this machine has too many files open"],
]);

/**
 * Tells whether a failure is an answer: that there is no address.
 *
 * @param failure - What became of a question.
 * @returns True when asking elsewhere would tell the same.
 */
export function isNegative(failure: DnsFailure): boolean {
  return NEGATIVE.has(failure.code);
}

/**
 * Tells whether a failure is what a name server said, rather than silence or that it could not be asked.
 *
 * @param failure - What became of a question.
 * @returns True when a message came from the server.
 */
export function isFromServer(failure: DnsFailure): boolean {
  return telling(failure) === 2;
}

/**
 * Picks the failure that says more, when several name servers were asked for one name in vain.
 *
 * @param first - The failure so far; null for none.
 * @param second - One more.
 * @returns What a server did, rather than that it was silent, rather than that it could not be asked.
 */
export function tellingFailure(first: DnsFailure | null, second: DnsFailure): DnsFailure {
  return first !== null && telling(first) >= telling(second) ? first : second;
}

/**
 * Says in words why a name has no address, and whose failure that is.
 *
 * @param failure - What became of the question.
 * @param hostname - The name, as it was asked for.
 * @returns The error to throw.
 */
export function describeDnsFailure(failure: DnsFailure, hostname: string): TransportError {
  const { code, cause } = failure;
  const wording = NEGATIVE.get(code) ?? UNHELPFUL.get(code);
  if (wording !== undefined) {
    const [says, dnsCode] = wording;
    return new TransportError(`${says} '${hostname}' (${dnsCode})`, { cause });
  }
  const shortage = shortageOf(code);
  if (code === TRY_AGAIN && shortage === null) {
    return new TransportError(`name server gave no answer for '${hostname}' (${code})`, { cause });
  }
  const why = shortage === null ? ` (${code})` : `: ${shortage}`;
  return new TransportError(`no name server could be asked for '${hostname}'${why}`, {
    blame: "ourselves",
    isExhaustion: shortage !== null,
    cause,
  });
}

function telling({ code }: DnsFailure): number {
  if (code === "ETIMEOUT") return 1;
  return UNHELPFUL.has(code) || NEGATIVE.has(code) ? 2 : 0;
}

function shortageOf(code: string): string | null {
  if (OUT_OF_MEMORY.has(code)) return `this process is out of memory (${code})`;
  const shortage = OUT_OF_FILES.has(code) ? code : missingFiles();
  const words = OUT_OF_FILES.get(shortage);
  return words === undefined ? null : `${words} (${shortage})`;
}

// c-ares does not pass on why it could not open a socket, but one file more fails for the same reason.
function missingFiles(): string {
  try {
    closeSync(openSync(devNull, "r"));
    return "";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "";
  }
}
