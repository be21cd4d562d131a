import fc from "fast-check";
import { expect, it } from "vitest";
import { TransportError } from "../../model/errors.ts";
import { ResponseReader } from "./response-reader.ts";

const LIMIT_BYTES = 1_000;

/** All that a reader tells of a response. */
interface Outcome {
  readonly status: number | undefined;
  readonly statusText: string | undefined;
  readonly server: string | null | undefined;
  readonly bodyBytes: number;
  readonly isTruncated: boolean;
  readonly isReusable: boolean;
  /** True when the reader wanted no more bytes. */
  readonly isDone: boolean;
  /** What was wrong: when bytes came, or else when the connection was closed. */
  readonly error: string | null;
}

// Pushes pieces until the reader has enough, as a connection does; if it never has, the connection is closed.
function push(reader: ResponseReader, pieces: readonly Buffer[]): boolean {
  for (const piece of pieces) {
    // What is read is overwritten by the next read, as the connections' common buffer is.
    const shared = Buffer.from(piece);
    const isDone = reader.push(shared);
    shared.fill("x");
    if (isDone) return true;
  }
  reader.end();
  return false;
}

function readPieces(pieces: readonly Buffer[], limitBytes = LIMIT_BYTES): Outcome {
  const reader = new ResponseReader(limitBytes);
  let isDone = false;
  let error: string | null = null;
  try {
    isDone = push(reader, pieces);
  } catch (failure) {
    expect(failure).toBeInstanceOf(TransportError);
    error = (failure as Error).message;
  }
  const { head, bodyBytes, isTruncated, isReusable } = reader;
  const { status, statusText } = head ?? {};
  const server = head?.header("server");
  return { status, statusText, server, bodyBytes, isTruncated, isReusable, isDone, error };
}

function read(text: string, limitBytes = LIMIT_BYTES): Outcome {
  return readPieces(text === "" ? [] : [Buffer.from(text, "latin1")], limitBytes);
}

function bytesOf(bytes: Buffer): Buffer[] {
  return [...bytes].map((byte) => Buffer.from([byte]));
}

it("ResponseReader reads a response with a length", () => {
  expect(read("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 5\r\n\r\nhello")).toEqual({
    status: 200,
    statusText: "OK",
    server: "x",
    bodyBytes: 5,
    isTruncated: false,
    isReusable: true,
    isDone: true,
    error: null,
  });
});

it("ResponseReader reads a response in chunks", () => {
  const text =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a\r\nhello\r\n0\r\nA: b\r\n\r\n";
  const whole = { bodyBytes: 5, isDone: true, isReusable: true, error: null };
  expect(read(text)).toMatchObject(whole);
  expect(read(text.slice(0, -2))).toMatchObject({ isDone: false, isReusable: false });
});

it("ResponseReader reads until the connection is closed where nothing else tells the end", () => {
  const outcome = { bodyBytes: 5, isDone: false, isReusable: false, error: null };
  expect(read("HTTP/1.1 200 OK\r\n\r\nhello")).toMatchObject(outcome);
  expect(read("HTTP/1.1 200 OK\r\n\r\n")).toMatchObject({ ...outcome, bodyBytes: 0 });
});

it.each([101, 204, 304])("ResponseReader knows that %i has no body", (status) => {
  const outcome = { status, bodyBytes: 0, isDone: true, isReusable: true, error: null };
  const text = `HTTP/1.1 ${String(status)}\r\nContent-Length: 7\r\n\r\n`;
  expect(read(text)).toMatchObject(outcome);
  expect(read(`${text}extra`)).toMatchObject({ ...outcome, isReusable: false });
});

it("ResponseReader skips interim responses, up to 16 of them", () => {
  const final = "HTTP/1.1 204 Done\r\n\r\n";
  const interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 9\r\n\r\n";
  expect(read(`HTTP/1.1 100 Continue\r\n\r\n${final}`)).toMatchObject({ status: 204, error: null });
  expect(read(interim.repeat(16) + final)).toMatchObject({ status: 204, error: null });
  const error = "malformed response: it has too many interim responses";
  expect(read(interim.repeat(17) + final)).toMatchObject({ status: undefined, error });
});

it("ResponseReader skips empty lines before a response, up to 16 KiB of them", () => {
  const outcome = { status: 204, isReusable: true, error: null };
  const most = "\n\r\r\n".repeat(4_096);
  expect(read(`${most}HTTP/1.1 204\r\n\r\n`)).toMatchObject(outcome);
  const between = "HTTP/1.1 100\r\n\r\n\r\n\r\nHTTP/1.1 204\r\n\r\n";
  expect(readPieces(bytesOf(Buffer.from(between)))).toMatchObject(outcome);
  const error = "malformed response: it begins with empty lines alone";
  for (const text of [`${most}\n`, `${most}\nHTTP/1.1 204\r\n\r\n`]) {
    expect(read(text).error).toBe(error);
    expect(readPieces(bytesOf(Buffer.from(text))).error).toBe(error);
  }
});

it("ResponseReader cuts a body beyond the limit, and not at it", () => {
  const head = "HTTP/1.1 200 OK\r\n";
  const bodies = {
    length: `${head}Content-Length: 5\r\n\r\nhello`,
    chunked: `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`,
    untilClose: `${head}\r\nhello`,
  };
  for (const text of Object.values(bodies)) {
    expect(read(text, 5)).toMatchObject({ bodyBytes: 5, isTruncated: false, error: null });
    const cut = { bodyBytes: 4, isTruncated: true, isDone: true, error: null };
    expect(read(text, 4)).toMatchObject(cut);
    expect(read(text, 1)).toMatchObject({ ...cut, bodyBytes: 1 });
  }
});

it("ResponseReader does not have the connection reused when bytes follow the response", () => {
  const text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
  expect(read(text)).toMatchObject({ isReusable: true });
  const outcome = { status: 200, bodyBytes: 2, isReusable: false, error: null };
  expect(read(`${text}!`)).toMatchObject(outcome);
  expect(read(text.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))).toMatchObject(outcome);
});

it("ResponseReader tells how far a connection that was closed early had come", () => {
  const none = "connection closed before any answer came";
  expect(read("").error).toBe(none);
  expect(read("\r\n").error).toBe(none);
  expect(read("HTTP/1.1 100 Continue\r\n\r\n").error).toBe(none);
  const inHead = "connection closed in the middle of the response's head";
  expect(read("H").error).toBe(inHead);
  expect(read("HTTP/1.1 200 OK\r\nServer: x\r\n").error).toBe(inHead);
  const inBody = "connection closed before the whole body came";
  expect(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell").error).toBe(inBody);
  expect(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n").error).toBe(inBody);
});

it("ResponseReader tells what is no HTTP at its first bytes, and shows it", () => {
  expect(read("SSH-2.0-OpenSSH_9.2p1\r\n").error).toBe(
    'malformed response: it begins with "SSH-2.0-OpenSSH_9.2p1\\r\\n"',
  );
  for (const text of ["\u0015\u0003\u0003\u0000\u0002", " HTTP/1.1 200", "HTTX", "h", "\u0000"]) {
    expect(read(text).error).toMatch(/^malformed response: it begins with "[^\p{Cc}]+"$/u);
  }
  // Its end need not have come, nor may it.
  for (const text of ["H", "HTTP", "HTTP/"])
    expect(read(text).error).toMatch(/^connection closed/u);
});

it("ResponseReader tells a line without CR at once", () => {
  const error = "malformed response: a line of its head does not end in CR LF";
  expect(read("HTTP/1.1 200 OK\n").error).toBe(error);
  expect(read("HTTP/1.1 200 OK\r\nServer: x\n").error).toBe(error);
  expect(read("HTTP/1.1 200 OK\nServer: x\r\n\r\n").error).toBe(error);
  expect(read("HTTP/1.1 204\r\n\r\nbody\n").error).toBeNull();
});

it("ResponseReader takes a head of 16 KiB, and no longer one", () => {
  const start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer: ";
  const exact = start + "x".repeat(16_384 - start.length);
  const error = "malformed response: its head is longer than 16384 bytes";
  for (const pieces of [
    (text: string) => [Buffer.from(text)],
    (text: string) => bytesOf(Buffer.from(text)),
  ]) {
    expect(readPieces(pieces(`${exact}\r\n\r\n`))).toMatchObject({ status: 200, error: null });
    expect(readPieces(pieces(`${exact}x\r\n\r\n`))).toMatchObject({ status: undefined, error });
    expect(readPieces(pieces(`${exact}xxxx`))).toMatchObject({ error });
  }
});

/** Responses, whole and broken, and bytes that are none. */
const interim = fc.constantFrom("", "", "\r\n", "HTTP/1.1 100 Continue\r\n\r\n");
const statusLine = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("HTTP/1.1 200 OK", "HTTP/1.1 404", "HTTP/1.1 204 No") },
  fc.constantFrom("HTTP/1.0 200 OK", "HTTP/1.1 2000", "SSH-2.0-x", "HTTP/1.1 200 O\nK", ""),
);
const header = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("Content-Length: 5", "Transfer-Encoding: chunked") },
  { weight: 4, arbitrary: fc.constantFrom("Server: x", "Connection: close") },
  fc.constantFrom("Content-Length: x", "no colon", "A: \u0000", "B: \n", " C: d"),
);
const body = fc.oneof(
  fc.constantFrom(
    "",
    "hello",
    "hello!",
    "5\r\nhello\r\n0\r\n\r\n",
    "5;x\r\nhello\r\n0\r\nA: b\r\n\r\n",
  ),
  fc.constantFrom("5\r\nhell", "5\r\nhello0\r\n\r\n", "0\r\n\r\nHTTP/1.1 204\r\n\r\n"),
  fc.string({ unit: "binary-ascii", maxLength: 30 }),
);
const likeResponse = fc
  .record({ interim, statusLine, headers: fc.array(header, { maxLength: 3 }), body })
  .map((parts) => {
    const head = [parts.statusLine, ...parts.headers].map((line) => `${line}\r\n`).join("");
    return Buffer.from(`${parts.interim}${head}\r\n${parts.body}`, "latin1");
  });
const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const places = fc.array(fc.nat(200), { maxLength: 8 });

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.filter((place) => place < bytes.length), bytes.length].sort((a, b) => a - b);
  return ends
    .map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    .filter((piece) => piece.length > 0);
}

// What is shown of the bytes depends on how much had come, and so does whether bytes after the end were seen.
function comparable({ error, ...outcome }: Outcome): unknown {
  return { ...outcome, isReusable: null, error: error?.replace(/".*"/u, "…") };
}

it("ResponseReader reads the same however the bytes are cut", () => {
  fc.assert(
    fc.property(
      fc.oneof(likeResponse, anyBytes),
      places,
      fc.integer({ min: 1, max: 9 }),
      (bytes, at, limit) => {
        const whole = comparable(readPieces(bytes.length === 0 ? [] : [bytes], limit));
        expect(comparable(readPieces(cut(bytes, at), limit))).toEqual(whole);
        expect(comparable(readPieces(bytesOf(bytes), limit))).toEqual(whole);
      },
    ),
    { numRuns: 500 },
  );
});

it("ResponseReader keeps little of what never ends", () => {
  // Each of these is sent on and on, in pieces of 1 KiB; a reader either has enough early, or keeps nothing.
  const endless: Record<string, [begin: string, repeated: string, endsAfterBytes: number]> = {
    header: ["HTTP/1.1 200 OK\r\nA: ", "x".repeat(1_024), 18_000],
    headers: ["HTTP/1.1 200 OK\r\n", "A: b\r\n".repeat(170), 18_000],
    breaks: ["", "\r\n".repeat(512), 18_000],
    interims: ["", "HTTP/1.1 100 Continue\r\n\r\n".repeat(40), 2_000],
    extension: [
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;",
      "x".repeat(1_024),
      18_000,
    ],
    trailers: [
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
      "A: b\r\n".repeat(170),
      18_000,
    ],
    chunks: [
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      "1\r\nx\r\n".repeat(170),
      200_000,
    ],
    body: ["HTTP/1.1 200 OK\r\n\r\n", "x".repeat(1_024), 40_000],
  };
  for (const [name, [begin, repeated, endsAfterBytes]] of Object.entries(endless)) {
    const reader = new ResponseReader(30_000);
    let sentBytes = 0;
    const send = (text: string): boolean => {
      sentBytes += text.length;
      try {
        return reader.push(Buffer.from(text, "latin1"));
      } catch (error) {
        expect(error, name).toBeInstanceOf(TransportError);
        return true;
      }
    };
    let isDone = begin !== "" && send(begin);
    while (!isDone && sentBytes < 1_000_000) isDone = send(repeated);
    expect(sentBytes, name).toBeLessThanOrEqual(endsAfterBytes);
  }
});

it("ResponseReader is quick with a head that comes byte by byte", () => {
  const bytes = Buffer.from(`HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(2_500)}\r\n`);
  const startedMs = performance.now();
  expect(readPieces(bytesOf(bytes))).toMatchObject({ status: 200, error: null });
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});
