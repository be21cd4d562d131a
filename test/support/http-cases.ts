/** What a client made of a response. */
export interface Outcome {
  /** Null when no head was understood. */
  readonly status: number | null;
  readonly bodyBytes: number;
  /** True when all of the response was understood, whatever came of it later. */
  readonly isWhole: boolean;
  /** Null when all went well. */
  readonly error: string | null;
}

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const PLAIN = "HTTP/1.1 200 OK\r\n";

/** What came of it, for comparison: two clients need not agree on what exactly is wrong. */
export function result({ status, bodyBytes, error }: Outcome): string {
  return error === null ? `${String(status)} with ${String(bodyBytes)} bytes` : "error";
}

const withHeader = (line: string): string => `${PLAIN}${line}\r\n\r\nhi`;
const inChunks = (text: string): string => `${CHUNKED}${text}`;
const withTrailer = (line: string): string => `${CHUNKED}2\r\nhi\r\n0\r\n${line}\r\n\r\n`;

/** What both make of what is sent. */
export const AGREED: readonly (readonly [expected: string, sent: readonly string[]])[] = [
  [
    "200 with 0 bytes",
    [
      "HTTP/1.1 200\r\n\r\n",
      "HTTP/1.1 200 \r\n\r\n",
      "HTTP/2.0 200 OK\r\n\r\n",
      "HTTP/0.9 200 OK\r\n\r\n",
      "HTTP/1.1 200 O\u0001K\r\n\r\n",
      "HTTP/1.1 200 O\u0000K\r\n\r\n",
      `\r\n\n\r\r\n${PLAIN}\r\n`,
      `${PLAIN}Content-Length: 0\r\n\r\n\r\n`,
      `${CHUNKED}0\r\n\r\n`,
    ],
  ],
  [
    "200 with 2 bytes",
    [
      ...["A:\tb \u00e9\u0080\u00ff", "!#$%&'*+-.^_`|~: ", "Connection: upgrade\r\nUpgrade: x"],
      ...["Content-Length: 2 \t", `Content-Length: ${"0".repeat(40)}2`],
      ...["Transfer-Encoding: identity", "Transfer-Encoding: chunked, gzip"],
    ].map(withHeader),
  ],
  [
    "200 with 2 bytes",
    [
      "HTTP/1.0 200 OK\r\n\r\nhi",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n\r\n${PLAIN}\r\nhi`,
      `${PLAIN}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
      `${PLAIN}Transfer-Encoding: gzip\r\ntransfer-encoding:CHUNKED\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
      "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    ],
  ],
  [
    "200 with 2 bytes",
    [
      "1\r\nh\r\n01\r\ni\r\n000\r\n\r\n",
      '2;a=b;c="d e"\r\nhi\r\n0;last\r\n\r\n',
      `${"0".repeat(40)}2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n`,
    ].map(inChunks),
  ],
  ["200 with 11 bytes", [`${CHUNKED}B\r\n12345678901\r\n0\r\n\r\n`]],
  ["999 with 1 bytes", ["HTTP/1.1 999 Odd\r\n\r\nx"]],
  ["204 with 0 bytes", ["HTTP/1.1 204 No\r\n\r\n", "HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n"]],
  ["304 with 0 bytes", ["HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\n"]],
  [
    "error",
    [
      ...["", "\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n"],
      ...["HTTP/1.2 200 OK", "HTTP/1.10 200 OK", "http/1.1 200 OK", "HTTP/1.1  200 OK"].map(
        (line) => `${line}\r\n\r\n`,
      ),
      ...["1000 OK", "20 OK", "200x", "200 O\rK", "2 0", "+20"].map(
        (line) => `HTTP/1.1 ${line}\r\n\r\n`,
      ),
      "HTTP/1.1\t200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
      "SSH-2.0-OpenSSH_9.2p1\r\n",
      "220 mail.example ESMTP\r\n",
      `${PLAIN}Content-Length: 5\r\n\r\nhi`,
    ],
  ],
  [
    "error",
    [
      ...[" folded", "a : b", ": b", "no colon", "a@b: c", "\u00e9: b", "a: \u0000", "a: \u007f"],
      ...["a: b\rc", "a: b\nc: d", "a: b\r\n c", `A: ${"x".repeat(17_000)}`],
      ...["", "+2", "-2", "0x2", "2 2", "2.0", "2, 2", "9".repeat(30)].map(
        (length) => `Content-Length: ${length}`,
      ),
      "Content-Length: 2\r\nContent-Length: 2",
      "Content-Length: 2\r\nTransfer-Encoding: chunked",
      "Content-Length: 2\r\nTransfer-Encoding: identity",
      "Transfer-Encoding:",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: ",
    ].map(withHeader),
  ],
  [
    "error",
    [
      ...["2 \r\nhi", " 2\r\nhi", "2\nhi", "-2\r\nhi", "0x2\r\nhi", "\r\nhi", "x\r\nhi"],
      ...[`${"f".repeat(17)}\r\nhi`, "2\r\nhi\n", "2\r\nhi!\r\n", "2\r\nhi0", "2\r\nhi\r\n0\r\n"],
      ...["2;a\rb\r\nhi\r\n0\r\n\r\n", `2;${"x".repeat(17_000)}\r\nhi\r\n0\r\n\r\n`, "2\r\nhi\r\n"],
    ].map(inChunks),
  ],
  [
    "error",
    ["A : b", "no colon", "A: \u0001", "A: b\r\n c", "A: b\nc: d", "A: b\r\n".repeat(9_000)].map(
      withTrailer,
    ),
  ],
];

/** Something that the two clients see in different ways. */
export interface Difference {
  readonly what: string;
  readonly why: string;
  /** Bytes that show it. */
  readonly sample: string;
  readonly explains: (ours: Outcome, node: Outcome, sent: string) => boolean;
}

/** Where the two differ, and are meant to. */
export const DIFFERENCES: readonly Difference[] = [
  {
    what: "bytes after the response",
    why: "they change nothing of an answer that is whole; ours only does not use the connection again",
    sample: `${PLAIN}Content-Length: 1\r\n\r\nhi`,
    explains: (ours, node) =>
      ours.error === null &&
      node.isWhole &&
      node.error !== null &&
      ours.status === node.status &&
      ours.bodyBytes === node.bodyBytes,
  },
  {
    what: "101 without having asked for it",
    why: "it is an answer with a status; Node looks for somebody to take the connection over",
    sample: "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    explains: (ours, node) => ours.status === 101 && node.error !== null,
  },
  {
    what: "a status below 100",
    why: "HTTP has none, and no service can be expected to answer with it",
    sample: "HTTP/1.1 099 OK\r\n\r\n",
    explains: (ours, node) => ours.error !== null && node.status !== null && node.status < 100,
  },
  {
    what: "other protocols of the same make",
    why: "RTSP and ICE are not HTTP",
    sample: "RTSP/1.0 200 OK\r\n\r\n",
    explains: (ours, _node, sent) =>
      ours.error?.startsWith("malformed response: it begins with") === true &&
      /^[\r\n]*(?:RTSP|ICE)\//mu.test(sent),
  },
  {
    what: "a tab around `chunked`",
    why: "it is white space like any other (RFC 9110, 5.6.3), so the body is in chunks",
    sample: `${PLAIN}Transfer-Encoding: chunked\t\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    explains: (_ours, _node, sent) => /transfer-encoding:.*\t/iu.test(sent),
  },
  {
    what: "what stands in a chunk's extension",
    why: "whoever does not know an extension must ignore it (RFC 9112, 7.1.1), and space is allowed there",
    sample: inChunks("2; a = b\r\nhi\r\n0\r\n\r\n"),
    explains: (ours, node) =>
      ours.error === null && node.error?.includes("chunk extensions") === true,
  },
  {
    what: "a Content-Length after the body",
    why: "trailers have no say in the framing of what came before them",
    sample: withTrailer("Content-Length: 2"),
    explains: (ours, node) =>
      ours.error === null && node.error?.startsWith("HPE_INVALID_CONTENT_LENGTH") === true,
  },
  {
    what: "how long a head is",
    why: "both allow 16 KiB, but Node does not count what stands between names and values",
    sample: withHeader("A: b\r\n".repeat(2_800).trimEnd()),
    explains: (ours, node) =>
      ours.error === "malformed response: its head is longer than 16384 bytes" &&
      node.error === null,
  },
  {
    what: "interim responses without end",
    why: "everything has a limit; nobody sends more than two or three",
    sample: `${"HTTP/1.1 103 Hints\r\n\r\n".repeat(17)}${PLAIN}\r\n`,
    explains: (ours) => ours.error === "malformed response: it has too many interim responses",
  },
  {
    what: "empty lines without end before a response",
    why: "everything has a limit; nobody sends more than one",
    sample: `${"\r\n".repeat(10_000)}${PLAIN}\r\n`,
    explains: (ours) => ours.error === "malformed response: it begins with empty lines alone",
  },
];

/** Names the difference that explains why two outcomes are not the same; null when they are. */
export function differenceOf(ours: Outcome, node: Outcome, sent: string): string | null {
  if (result(ours) === result(node)) return null;
  return DIFFERENCES.find(({ explains }) => explains(ours, node, sent))?.what ?? "unexplained";
}
