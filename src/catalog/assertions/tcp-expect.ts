import { boundedWork } from "../../model/bounded-work.ts";
import { assertion } from "../../model/assertion.ts";
import { excerpt, quotedExcerpt } from "../../model/excerpt.ts";
import { integer, text } from "../../model/option-types.ts";
import { expressionOf, shownPattern } from "../../model/pattern-option.ts";
import type { Pattern } from "../../model/pattern-option.ts";
import { textOrPattern } from "../../model/text-or-pattern.ts";
import type { World } from "../../ports/world.ts";

const LIMIT_BYTES = 64 * 1024;
const LIMIT_SHOWN = 80;

/** Leaves time to connect, and to say what was received instead. */
const WAIT_SHARE = 0.8;

interface Observation {
  /** One character for each byte. */
  readonly received: string;
  readonly end: "satisfied" | "closed" | "limit" | "waited";
}

const SEEN: Readonly<Record<"answer" | "otherProtocol" | "silence", Observation>> = {
  answer: { received: "+PONG\r\n", end: "satisfied" },
  otherProtocol: { received: "HTTP/1.1 400 Bad Request\r\n", end: "closed" },
  silence: { received: "", end: "waited" },
};

const NON_ASCII = /[^\0-\x7F]/u;

/**
 * A server greets, or answers what it is sent, as it should.
 *
 * @example
 * ```ts
 * new TCPExpectAssert({ port: 6379, send: "PING\r\n", expect: "+PONG" });
 * ```
 */
export class TCPExpectAssert extends assertion({
  kind: "tcp-expect",
  name: "TCPExpectAssert",
  summary: "A server greets, or answers what it is sent, as it should.",
  uses: ["sockets"],
  fields: {
    port: integer(1, 65_535).required("The port."),
    host: text({ most: 255 }).or("127.0.0.1", "A name or an address."),
    send: text({ most: 16_384 }).optional(
      "What is sent, as UTF-8, with ends of lines where the protocol wants them; nothing by default.",
    ),
    expect: textOrPattern({ most: 4_096 }).required(
      "Text that must come, or an expression that what comes must match, within its first 64 KiB.",
    ),
  },
  claim: (parameters) => {
    const { send, expect } = parameters;
    const how = send === null ? "greets" : `answers ${quotedExcerpt(send)}`;
    return `${endpointOf(parameters)} ${how} with ${shown(expect)}`;
  },
  subject: (parameters) => endpointOf(parameters),
  probe: async (parameters, world: World, { signal, timeoutMs }): Promise<Observation> => {
    const { host, port, send, expect } = parameters;
    const sockets = await world.sockets();
    const holds = matcherOf(expect);
    const options = {
      send: asBytes(send ?? ""),
      isSatisfied: holds,
      limitBytes: LIMIT_BYTES,
      waitMs: timeoutMs * WAIT_SHARE,
      signal,
    };
    return await sockets.converse({ host, port }, options);
  },
  judge: ({ received, end }, { expect }) => {
    const isThere = matcherOf(expect)(received);
    const what = quotedExcerpt(decoded(received), LIMIT_SHOWN);
    return {
      verdict: isThere ? "pass" : "fail",
      expected: shown(expect),
      actual: isThere ? what : describeEnd(received === "" ? null : what, end),
      ...(isThere || received.length <= LIMIT_SHOWN ? {} : { details: excerpt(decoded(received)) }),
    };
  },
  samples: [
    {
      options: { port: 6379, send: "PING\r\n", expect: "+PONG" },
      observation: SEEN.answer,
      verdict: "pass",
    },
    {
      options: { port: 22, expect: /^SSH-2\.0-/ },
      observation: SEEN.otherProtocol,
      verdict: "fail",
    },
    {
      options: { port: 25, expect: "220 " },
      observation: SEEN.silence,
      verdict: "fail",
    },
  ],
}) {}

// Text is compared by its bytes, an expression with the text that the bytes are, or with one character for each byte.
function matcherOf(expect: string | Pattern): (received: string) => boolean {
  if (typeof expect === "string") {
    const bytes = asBytes(expect);
    return (received) => received.includes(bytes);
  }
  const expression = expressionOf(expect);
  const isFound = (text: string): boolean =>
    boundedWork("searching the answer", () => expression.test(text));
  return (received) =>
    isFound(received) || (NON_ASCII.test(received) && isFound(decoded(received)));
}

function asBytes(value: string): string {
  return Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join("");
}

function decoded(received: string): string {
  return new TextDecoder().decode(Uint8Array.from(received, (byte) => byte.charCodeAt(0)));
}

function shown(expect: string | Pattern): string {
  return typeof expect === "string" ? quotedExcerpt(expect) : shownPattern(expect);
}

function describeEnd(what: string | null, end: Observation["end"]): string {
  if (end === "limit") return `${what ?? "nothing"} and more than 64 KiB without it`;
  if (end === "closed") return what === null ? "closed without a word" : `${what}, then closed`;
  return what ?? "nothing";
}

function endpointOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(":") ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}
