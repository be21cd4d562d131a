import { get } from "node:http";
import type { Socket } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AGREED, differenceOf, DIFFERENCES, result, type Outcome } from "../support/http-cases.ts";
import { loopbackTransport, rawServer, type RawServer } from "../support/raw-server.ts";

let server: RawServer;
/** What the server sends to whoever asks, each part in a packet of its own, before it closes the connection. */
let parts: readonly Buffer[] = [];

function send(socket: Socket, left: readonly Buffer[]): void {
  const [part, ...rest] = left;
  if (socket.destroyed) return;
  if (part === undefined) {
    socket.end();
    return;
  }
  socket.write(part);
  setImmediate(send, socket, rest);
}

beforeAll(async () => {
  server = await rawServer({
    onRequest: (socket) => {
      send(socket, parts);
    },
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function askOurs(): Promise<Outcome> {
  await using transport = await loopbackTransport().open();
  const request = {
    url: new URL(server.origin),
    signal: AbortSignal.timeout(5_000),
    maxBodyBytes: 1024 * 1024,
  };
  try {
    const { status, bodyBytes } = await transport.request(request);
    return { status, bodyBytes, isWhole: true, error: null };
  } catch (error) {
    expect(error).toMatchObject({ name: "TransportError", blame: "target" });
    return { status: null, bodyBytes: 0, isWhole: false, error: (error as Error).message };
  }
}

function askNode(): Promise<Outcome> {
  return new Promise((resolve) => {
    let status: number | null = null;
    let bodyBytes = 0;
    let isWhole = false;
    let error: string | null = null;
    const onError = (failure: Error & { code?: string; reason?: string }): void => {
      error ??= `${failure.code ?? ""} ${failure.reason ?? failure.message}`;
    };
    const request = get(server.origin, { agent: false }, (response) => {
      status = response.statusCode ?? null;
      response.on("data", (chunk: Buffer) => (bodyBytes += chunk.length));
      response.on("end", () => (isWhole = response.complete));
      response.on("error", onError);
    });
    request.on("error", onError);
    request.on("close", () => {
      if (!isWhole) error ??= "closed";
      resolve({ status, bodyBytes, isWhole, error });
    });
  });
}

async function askBoth(sent: readonly Buffer[]): Promise<{ ours: Outcome; node: Outcome }> {
  parts = sent;
  const [ours, node] = await Promise.all([askOurs(), askNode()]);
  return { ours, node };
}

function asBytes(text: string): readonly Buffer[] {
  return text === "" ? [] : [Buffer.from(text, "latin1")];
}

const header = fc.oneof(
  fc.constantFrom(
    "Server: x",
    "Connection: close",
    "Connection: keep-alive",
    "Empty:",
    "Date: \t y",
  ),
  fc.constantFrom(
    "Location: /next",
    "Set-Cookie: a=b; c",
    "Content-Type: text/html; charset=utf-8",
  ),
);
const content = fc.string({ unit: "grapheme-ascii", maxLength: 40 });
const chunks = fc
  .array(fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.constantFrom("", ";a", ";a=b")))
  .map((each) =>
    each.map(([text, extension]) => {
      return `${text.length.toString(16)}${extension}\r\n${text}\r\n`;
    }),
  )
  .map((each) => `${each.join("")}0\r\n`);
const framed = fc.oneof(
  content.map((text) => ({ line: `Content-Length: ${String(text.length)}`, body: text })),
  chunks.map((text) => ({ line: "Transfer-Encoding: chunked", body: `${text}\r\n` })),
  chunks.map((text) => ({ line: "Transfer-Encoding: x, chunked", body: `${text}A: b\r\n\r\n` })),
  content.map((text) => ({ line: "Vary: *", body: text })),
);
const status = fc.oneof(
  fc.constantFrom("200 OK", "204 No Content", "304", "404 Not Found", "503 Busy", "301 Moved"),
  fc.integer({ min: 200, max: 999 }).map(String),
);
const interim = fc.constantFrom(
  "",
  "",
  "",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 103\r\nA: b\r\n\r\n",
);

/** A response that is as it should be. */
const valid = fc
  .record({ interim, version: fc.constantFrom("1.1", "1.1", "1.0"), status, framed })
  .chain((each) => fc.array(header, { maxLength: 4 }).map((headers) => ({ ...each, headers })))
  .map(({ interim: before, version, status: code, framed: { line, body }, headers }) => {
    const hasBody = !/^(?:204|304)/u.test(code);
    const lines = [`HTTP/${version} ${code}`, ...headers, line].map((each) => `${each}\r\n`);
    return `${before}${lines.join("")}\r\n${hasBody ? body : ""}`;
  });

const CUT_POINTS = 400;
const inserted = fc.oneof(
  fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    " ",
    "\t",
    ":",
    ",",
    "\u0000",
    "0",
    "\r\n\r\n",
    "\u00ff",
    ";",
  ),
  fc.constantFrom("Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "chunked", "A: b\r\n"),
  fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 3 }),
);
type Mutation = (text: string) => string;

/** One thing done wrong. Places are taken modulo the length of the text. */
const mutation: fc.Arbitrary<Mutation> = fc
  .record({
    kind: fc.constantFrom("delete", "delete", "insert", "insert", "flip", "repeat", "truncate"),
    place: fc.nat(CUT_POINTS),
    count: fc.integer({ min: 1, max: 4 }),
    text: inserted,
  })
  .map(({ kind, place, count, text: more }) => (text: string): string => {
    const at = place % (text.length + 1);
    const [before, after] = [text.slice(0, at), text.slice(at)];
    switch (kind) {
      case "delete":
        return before + after.slice(count);
      case "insert":
        return before + more + after;
      case "flip": {
        const code = after.charCodeAt(0) ^ (1 << count);
        return after === "" ? text : before + String.fromCharCode(code & 0xff) + after.slice(1);
      }
      case "repeat":
        return text.replace(/\r\n[^\r\n]+(?=\r\n)/u, (line) => line.repeat(count + 1));
      case "truncate":
        return before;
    }
  });
const mutations = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Mutation[]>([]) },
  { weight: 4, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
);

/** How a text is cut into packets. */
const cuts = fc.array(fc.nat(CUT_POINTS), { maxLength: 5 });

function packets(text: string, places: readonly number[]): readonly Buffer[] {
  const bytes = Buffer.from(text, "latin1");
  const ends = [...places.filter((place) => place < bytes.length), bytes.length];
  const sorted = ends.sort((a, b) => a - b);
  return sorted
    .map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end))
    .filter((packet) => packet.length > 0);
}

describe("HttpTransport and node:http", () => {
  it.each(AGREED)("agree on %s", async (expected, sent) => {
    for (const text of sent) {
      const { ours, node } = await askBoth(asBytes(text));
      expect([text, result(ours), result(node)]).toEqual([text, expected, expected]);
    }
  });

  it.each(DIFFERENCES)("differ in $what, because $why", async ({ what, sample }) => {
    const { ours, node } = await askBoth(asBytes(sample));
    expect(differenceOf(ours, node, sample)).toBe(what);
  });

  it("agree on responses that are as they should be, however they are cut", async () => {
    await fc.assert(
      fc.asyncProperty(valid, cuts, async (text, places) => {
        const { ours, node } = await askBoth(packets(text, places));
        expect(ours.error).toBeNull();
        expect(result(ours)).toBe(result(node));
      }),
      { numRuns: 150 },
    );
  });

  it("agree on responses in which something is wrong, but for the differences above", async () => {
    await fc.assert(
      fc.asyncProperty(valid, mutations, cuts, async (text, changes, places) => {
        const sent = changes.reduce((changed, change) => change(changed), text);
        const { ours, node } = await askBoth(packets(sent, places));
        expect({ ours, node, difference: differenceOf(ours, node, sent) }).not.toMatchObject({
          difference: "unexplained",
        });
      }),
      { numRuns: 400 },
    );
  });
});
