import { expect, it } from "vitest";
import {
  loopbackTransport,
  rawServer,
  response,
  type RawServer,
} from "../../../test/support/raw-server.ts";
import type { TransportRequest } from "../../ports/transport.ts";

const NEVER = new AbortController().signal;

function request(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return { url: new URL(url), signal: NEVER, maxBodyBytes: 1_000, ...more };
}

/** A server that answers each request and keeps the connection. */
function answering(text: string): Promise<RawServer> {
  return rawServer({ onRequest: (socket) => socket.write(text, "latin1") });
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body).toString("latin1");
}

it("HttpTransport keeps the body when it should, and else none of it", async () => {
  await using server = await answering(response(200, {}, "hello"));
  await using transport = await loopbackTransport().open();
  const kept = await transport.request(request(server.origin, { keepBody: true }));
  expect([textOf(kept.body), kept.bodyBytes, kept.isTruncated]).toEqual(["hello", 5, false]);
  const other = await transport.request(request(server.origin));
  expect([textOf(other.body), other.bodyBytes]).toEqual(["", 5]);
});

it.each([
  ["of a known length", response(200, {}, "x".repeat(100_000))],
  [
    "in chunks",
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${"3\r\nxxx\r\n".repeat(500)}`,
  ],
  ["without a length", `HTTP/1.1 200 OK\r\n\r\n${"x".repeat(100_000)}`],
])("HttpTransport keeps a body %s up to the limit", async (_what, text) => {
  await using server = await answering(text);
  await using transport = await loopbackTransport().open();
  const answer = await transport.request(request(server.origin, { keepBody: true }));
  expect(answer).toMatchObject({ bodyBytes: 1_000, isTruncated: true });
  expect(textOf(answer.body)).toBe("x".repeat(1_000));
});

it("HttpTransport keeps the bodies of two answers apart, though they are read with one buffer", async () => {
  await using first = await answering(response(200, {}, "a".repeat(900)));
  await using second = await answering(response(200, {}, "b".repeat(900)));
  await using transport = await loopbackTransport().open();
  const bodies = await Promise.all(
    [first, second].map(async ({ origin }) => {
      return textOf((await transport.request(request(origin, { keepBody: true }))).body);
    }),
  );
  expect(bodies).toEqual(["a".repeat(900), "b".repeat(900)]);
});

it("HttpTransport gives all headers by their names", async () => {
  const head = "X-One: 1\r\nx-one:\t2 \r\nConstructor: yes\r\n__proto__: p\r\nEmpty:\r\n";
  await using server = await answering(`HTTP/1.1 204 No\r\n${head}\r\n`);
  await using transport = await loopbackTransport().open();
  const { headers } = await transport.request(request(server.origin));
  expect(Object.entries(headers)).toEqual([
    ["x-one", "1, 2"],
    ["constructor", "yes"],
    ["__proto__", "p"],
    ["empty", ""],
  ]);
  expect("toString" in headers).toBe(false);
});

it.each([
  ["a length", response(200, { "Content-Length": "5" })],
  ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["neither", "HTTP/1.1 404 No\r\n\r\n"],
])(
  "HttpTransport waits for no body after HEAD, when the answer tells of %s",
  async (_what, text) => {
    await using server = await answering(text);
    await using transport = await loopbackTransport({ reuseConnections: true }).open();
    const head = request(server.origin, { method: "HEAD", keepBody: true });
    for (let count = 0; count < 2; count += 1) {
      const answer = await transport.request(head);
      expect([answer.bodyBytes, answer.isTruncated, textOf(answer.body)]).toEqual([0, false, ""]);
    }
    expect(server.connections()).toBe(1);
    expect(server.requests[0]).toMatch(/^HEAD \/ HTTP\/1\.1\r\n/u);
  },
);

it.each([204, 304])("HttpTransport keeps nothing of a %i", async (status) => {
  await using server = await answering(`HTTP/1.1 ${String(status)}\r\nContent-Length: 5\r\n\r\n`);
  await using transport = await loopbackTransport().open();
  const answer = await transport.request(request(server.origin, { keepBody: true }));
  expect([answer.status, answer.body.length]).toEqual([status, 0]);
});

it("HttpTransport connects to nobody for a request that cannot be sent", async () => {
  await using server = await answering(response(200));
  await using transport = await loopbackTransport().open();
  for (const more of [{ method: "A B" }, { headers: { A: "b\r\nC: d" } }]) {
    await expect(transport.request(request(server.origin, more))).rejects.toThrow(TypeError);
  }
  expect(server.connections()).toBe(0);
});

it("HttpTransport never sends what must not be done twice over an idle connection", async () => {
  await using server = await answering(response(200));
  await using transport = await loopbackTransport({ reuseConnections: true }).open();
  await transport.request(request(server.origin));
  await transport.request(request(server.origin, { method: "POST", body: "\r\n\r\n" }));
  expect(server.connections()).toBe(2);
  await transport.request(request(server.origin, { method: "PUT" }));
  expect(server.connections()).toBe(2);
});
