import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { expect, it } from "vitest";
import { closedPort } from "../../../test/support/services.ts";
import { fixedResolver, rawServer } from "../../../test/support/raw-server.ts";
import type { Sockets } from "../../ports/sockets.ts";
import { simulatedClock, type SimulatedClock } from "../../testing/simulated-clock.ts";
import { networkSockets } from "./sockets.ts";

const NEVER = new AbortController().signal;

/** Sockets on a clock on which no time passes by itself; every name has the given addresses. */
function sockets(...addresses: readonly string[]): Sockets & { readonly clock: SimulatedClock } {
  const clock = simulatedClock({ auto: false });
  const resolver = fixedResolver(...(addresses.length === 0 ? ["127.0.0.1"] : addresses));
  return { ...networkSockets({ resolver, clock }), clock };
}

function at(port: number): { readonly host: string; readonly port: number } {
  return { host: "web.example", port };
}

interface DatagramServer extends AsyncDisposable {
  readonly port: number;
  /** What came, as text. */
  readonly received: string[];
  /** Waits for one more datagram. */
  readonly next: () => Promise<unknown>;
}

async function datagramServer(
  onMessage: (socket: DatagramSocket, port: number) => void = () => undefined,
): Promise<DatagramServer> {
  const socket = createSocket("udp4");
  const received: string[] = [];
  socket.on("message", (message, { port }) => {
    received.push(message.toString("latin1"));
    onMessage(socket, port);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    port: socket.address().port,
    received,
    next: () => new Promise((resolve) => socket.once("message", resolve)),
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(resolve)),
  };
}

async function closedDatagramPort(): Promise<number> {
  const server = await datagramServer();
  await server[Symbol.asyncDispose]();
  return server.port;
}

it("connect() opens a connection and closes it", async () => {
  await using server = await rawServer();
  await sockets().connect(at(server.port), NEVER);
  await server.allClosed();
  expect(server.connections()).toBe(1);
});

it("connect() goes on to the next address, and tells why none would do", async () => {
  await using server = await rawServer();
  await sockets("127.0.0.2", "127.0.0.1").connect(at(server.port), NEVER);
  const port = await closedPort();
  await expect(sockets().connect(at(port), NEVER)).rejects.toMatchObject({
    name: "TransportError",
    message: `connection refused (127.0.0.1:${String(port)}, ECONNREFUSED)`,
    blame: "target",
  });
  await expect(sockets("127.0.0.1", "127.0.0.2").connect(at(port), NEVER)).rejects.toThrow(
    `(127.0.0.1:${String(port)}, ECONNREFUSED); connection refused (127.0.0.2:${String(port)}, `,
  );
});

it.each([0, 65_536, 1.5, NaN])("connect() refuses the port %d", async (port) => {
  await expect(sockets().connect(at(port), NEVER)).rejects.toThrow(
    new RangeError(`port must be 1 to 65535: got ${String(port)}`),
  );
});

it("connect() asks nobody when its signal is aborted", async () => {
  await using server = await rawServer();
  const reason = new Error("enough");
  const connecting = sockets().connect(at(server.port), AbortSignal.abort(reason));
  await expect(connecting).rejects.toBe(reason);
  expect(server.connections()).toBe(0);
});

it("datagram() tells that something came back", async () => {
  await using server = await datagramServer((socket, port) => {
    socket.send("pong", port, "127.0.0.1");
  });
  const payload = Buffer.from("ping");
  const outcome = await sockets().datagram(at(server.port), {
    payload,
    waitMs: 1_000,
    signal: NEVER,
  });
  expect(outcome).toBe("answered");
  expect(server.received).toEqual(["ping"]);
});

it("datagram() takes silence for silence once the wait is over", async () => {
  await using server = await datagramServer();
  const { datagram, clock } = sockets();
  const sent = server.next();
  const asked = datagram(at(server.port), {
    payload: new Uint8Array(),
    waitMs: 500,
    signal: NEVER,
  });
  await sent;
  await clock.advance(499);
  expect(clock.pending()).toBe(1);
  await clock.advance(1);
  expect(await asked).toBe("silent");
  expect(server.received).toEqual([""]);
});

it("datagram() takes no answer from a stranger", async () => {
  await using stranger = await datagramServer();
  await using server = await datagramServer((_socket, port) => {
    const other = createSocket("udp4");
    other.send("me", port, "127.0.0.1", () => other.close());
  });
  const { datagram, clock } = sockets();
  const sent = server.next();
  const options = { payload: Buffer.from("x"), waitMs: 500, signal: NEVER };
  const asked = datagram(at(server.port), options);
  await sent;
  // By the time that a datagram to somebody else has come, so has the one before it.
  const later = stranger.next();
  const socket = createSocket("udp4");
  socket.send("x", stranger.port, "127.0.0.1", () => socket.close());
  await later;
  await clock.advance(500);
  expect(await asked).toBe("silent");
});

it("datagram() rejects when nobody listens, after every address", async () => {
  const port = await closedDatagramPort();
  const options = { payload: Buffer.from("x"), waitMs: 500, signal: NEVER };
  await expect(sockets().datagram(at(port), options)).rejects.toMatchObject({
    name: "TransportError",
    message: `connection refused (127.0.0.1:${String(port)}, ECONNREFUSED)`,
    blame: "target",
  });
  await using server = await datagramServer((socket, from) => {
    socket.send("pong", from, "127.0.0.1");
  });
  const { datagram, clock } = sockets("127.0.0.2", "127.0.0.1");
  expect(await datagram(at(server.port), options)).toBe("answered");
  expect(clock.pending()).toBe(0);
});

it("datagram() ends with its signal", async () => {
  await using server = await datagramServer();
  const { datagram, clock } = sockets("127.0.0.1", "127.0.0.2");
  const controller = new AbortController();
  const sent = server.next();
  const options = { payload: Buffer.from("x"), waitMs: 500, signal: controller.signal };
  const reason = new Error("enough");
  const outcome = expect(datagram(at(server.port), options)).rejects.toBe(reason);
  await sent;
  controller.abort(reason);
  await outcome;
  expect(clock.pending()).toBe(0);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
});

/** What a conversation is like, unless a test says otherwise: it never has enough. */
const TALK = {
  send: "",
  isSatisfied: () => false,
  limitBytes: 1_000,
  waitMs: 1_000,
  signal: NEVER,
};

it("converse() sends, and reads until it is satisfied", async () => {
  let heard = "";
  await using server = await rawServer({
    onConnection: (socket) => {
      socket.write("220 ready\r\n");
      socket.on("data", (chunk) => {
        heard += chunk.toString("latin1");
        socket.write("250 \xe9\xff\r\n", "latin1");
      });
    },
  });
  const { converse, clock } = sockets();
  const options = {
    ...TALK,
    send: "HELO \xfc\r\n",
    isSatisfied: (received: string) => received.endsWith("\xe9\xff\r\n"),
  };
  expect(await converse(at(server.port), options)).toEqual({
    received: "220 ready\r\n250 \xe9\xff\r\n",
    end: "satisfied",
  });
  expect(heard).toBe("HELO \xfc\r\n");
  expect(clock.pending()).toBe(0);
  await server.allClosed();
});

it("converse() ends when the other side does, and at its limit", async () => {
  const text = "x".repeat(5_000);
  await using server = await rawServer({ onConnection: (socket) => socket.end(text) });
  const whole = { ...TALK, limitBytes: 10_000 };
  expect(await sockets().converse(at(server.port), whole)).toEqual({
    received: text,
    end: "closed",
  });
  expect(await sockets().converse(at(server.port), TALK)).toEqual({
    received: "x".repeat(1_000),
    end: "limit",
  });
});

it("converse() looks at no more than the limit when it judges", async () => {
  await using server = await rawServer({ onConnection: (socket) => socket.write("abcdef") });
  const isSatisfied = (received: string): boolean => received.includes("d");
  const options = { ...TALK, isSatisfied, limitBytes: 3 };
  expect(await sockets().converse(at(server.port), options)).toEqual({
    received: "abc",
    end: "limit",
  });
});

it("converse() waits for so long and no longer", async () => {
  let opened: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => (opened = resolve));
  await using server = await rawServer({
    onConnection: (socket) => {
      socket.write("hi");
    },
  });
  const { converse, clock } = sockets();
  const isSatisfied = (): boolean => {
    opened();
    return false;
  };
  const talk = converse(at(server.port), { ...TALK, isSatisfied });
  await connected;
  await clock.advance(999);
  expect(clock.pending()).toBe(1);
  await clock.advance(1);
  expect(await talk).toEqual({ received: "hi", end: "waited" });
  await server.allClosed();
});

it("converse() rejects when the connection is refused or reset, and with what its caller throws", async () => {
  const port = await closedPort();
  await expect(sockets().converse(at(port), TALK)).rejects.toThrow("connection refused");
  const reset = (socket: Socket): void => {
    socket.once("data", () => socket.resetAndDestroy());
  };
  await using server = await rawServer({ onConnection: reset });
  await expect(sockets().converse(at(server.port), { ...TALK, send: "x" })).rejects.toMatchObject({
    name: "TransportError",
    message: `connection reset by the other side (127.0.0.1:${String(server.port)}, ECONNRESET)`,
  });
  await using greeting = await rawServer({ onConnection: (socket) => socket.write("hi") });
  const isSatisfied = (): boolean => {
    throw new SyntaxError("a bug");
  };
  const talk = sockets().converse(at(greeting.port), { ...TALK, isSatisfied });
  await expect(talk).rejects.toThrow(new SyntaxError("a bug"));
});

it("converse() refuses to send what is no byte", async () => {
  const talk = sockets().converse(at(1), { ...TALK, send: "\u20ac" });
  await expect(talk).rejects.toThrow(TypeError);
});

it("converse() ends with its signal", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  await using server = await rawServer({
    onConnection: (socket) => {
      socket.once("data", () => {
        controller.abort(reason);
      });
    },
  });
  const { converse, clock } = sockets();
  const talk = converse(at(server.port), { ...TALK, send: "x", signal: controller.signal });
  await expect(talk).rejects.toBe(reason);
  expect(clock.pending()).toBe(0);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  await server.allClosed();
});

it("tls() tells a server that does not speak TLS, and certificates that are none", async () => {
  await using server = await rawServer({
    onConnection: (socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad\r\n\r\n")),
  });
  const options = { serverName: "web.example", signal: NEVER };
  await expect(sockets().tls(at(server.port), options)).rejects.toMatchObject({
    name: "TransportError",
    message: expect.stringMatching(
      /^TLS handshake failed: the other side does not speak TLS/u,
    ) as unknown,
    blame: "target",
  });
  const trusted = "no certificate";
  await expect(sockets().tls(at(server.port), { ...options, trusted })).rejects.toMatchObject({
    name: "TransportError",
    message: "what should be trusted is no certificate in PEM",
    blame: "ourselves",
  });
});
