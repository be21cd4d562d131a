import { createSocket, type RemoteInfo } from "node:dgram";
import { isIP } from "node:net";
import {
  decode,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  type Answer,
  type Packet,
  type Question,
} from "dns-packet";

/** What the server does when it is asked for one type of record of one name. */
export type DnsReply =
  | "silence"
  | {
      /** IPv4 or IPv6, as asked for; none by default. */
      readonly addresses?: readonly string[];
      /** Any records, each as `dns-packet` encodes it, besides the addresses; none by default. */
      readonly answers?: readonly Answer[];
      /** 60 by default. */
      readonly ttlSeconds?: number;
      /** `NOERROR` by default, which without addresses means that there are none. */
      readonly rcode?: keyof typeof RCODES;
      /** How long the reply is held back, in milliseconds; 0 by default. */
      readonly delayMs?: number;
    };

/** What the server says of each name, in lower case. A name that is missing is NXDOMAIN; a type that is missing is empty. */
export type DnsScript = Record<string, Partial<Record<string, DnsReply>>>;

/** A name server for tests, over UDP, on the loopback interface. */
export interface DnsServer extends AsyncDisposable {
  /** Where it listens: `127.0.0.1:49152`. */
  readonly address: string;
  /** What it says; may be changed as it runs. */
  readonly script: DnsScript;
  /** What it was asked, in the order of arrival: `A web.example`. */
  readonly queries: string[];
  /** Waits until it has been asked so many questions in all. */
  readonly received: (count: number) => Promise<void>;
}

const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

/**
 * Starts a name server.
 *
 * @param script - What it says.
 * @returns The server, listening. Disposing it closes the socket and drops replies that are still delayed.
 */
export async function dnsServer(script: DnsScript = {}): Promise<DnsServer> {
  // A burst that comes while the test itself is busy must not get lost.
  const socket = createSocket({ type: "udp4", recvBufferSize: 1024 * 1024 });
  const queries: string[] = [];
  const watchers = new Set<() => void>();
  const delayed = new Set<NodeJS.Timeout>();

  function answer(message: Buffer, { port, address }: RemoteInfo): void {
    const query = decode(message);
    const [question] = query.questions ?? [];
    if (question === undefined) return;
    queries.push(`${question.type} ${question.name}`);
    for (const watcher of watchers) watcher();
    const reply = replyTo(script, question);
    if (reply === "silence") return;
    const timer = setTimeout(() => {
      delayed.delete(timer);
      socket.send(encode(responseTo(query, question, reply)), port, address);
    }, reply.delayMs ?? 0);
    delayed.add(timer);
  }

  socket.on("message", answer);
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject).bind(0, "127.0.0.1", resolve);
  });
  return {
    address: `127.0.0.1:${String(socket.address().port)}`,
    script,
    queries,
    received: (count) =>
      new Promise((resolve) => {
        const watcher = (): void => {
          if (queries.length < count) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const timer of delayed) clearTimeout(timer);
        socket.close(resolve);
      }),
  };
}

function replyTo(script: DnsScript, { name, type }: Question): DnsReply {
  const key = name.toLowerCase();
  const replies = Object.hasOwn(script, key) ? script[key] : undefined;
  if (replies === undefined) return { rcode: "NXDOMAIN" };
  return replies[type] ?? {};
}

function responseTo(
  query: Packet,
  question: Question,
  {
    addresses = [],
    answers = [],
    ttlSeconds = 60,
    rcode = "NOERROR",
  }: Exclude<DnsReply, "silence">,
): Packet {
  const { name } = question;
  return {
    id: query.id,
    type: "response",
    flags: RECURSION_DESIRED | RECURSION_AVAILABLE | RCODES[rcode],
    questions: [question],
    answers: [
      ...addresses.map((data): Answer => {
        return { type: isIP(data) === 6 ? "AAAA" : "A", name, ttl: ttlSeconds, data };
      }),
      ...answers,
    ],
  };
}
