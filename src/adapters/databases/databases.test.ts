import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedResolver, rawServer, type RawServer } from "../../../test/support/raw-server.ts";
import { DatabaseError, ObservationError } from "../../model/errors.ts";
import type { DatabaseEngine, DatabaseSession } from "../../ports/databases.ts";
import { databases } from "./databases.ts";

const CANARY = "canary-5f1c";
const NETWORKED = ["postgresql", "mysql", "redis"] as const;

const { connect } = databases({
  resolver: fixedResolver("127.0.0.1"),
  secrets: {
    hasVariable: () => false,
    resolve: (reference) =>
      "secretEnv" in reference && reference.secretEnv === "PASSWORD"
        ? Promise.resolve(CANARY)
        : Promise.reject(new ObservationError("no such secret")),
  },
});

interface Where {
  readonly tls?: "off" | "require";
  readonly variable?: string;
  readonly signal?: AbortSignal;
}

function open(
  engine: DatabaseEngine,
  { port }: RawServer,
  { tls = "off", variable = "PASSWORD", signal = new AbortController().signal }: Where = {},
): Promise<DatabaseSession> {
  const user = engine === "redis" ? null : "somebody";
  const address = { engine, host: "db.example", port, database: "", user, tls };
  return connect({ ...address, password: { secretEnv: variable } }, signal);
}

async function failureOf(opening: Promise<DatabaseSession>): Promise<unknown> {
  try {
    await using session = await opening;
    throw new Error(`connected to ${session.serverVersion}`);
  } catch (error) {
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(CANARY);
    return error;
  }
}

// PostgreSQL's messages: a letter, a length that counts itself, and the content.
function message(type: string, ...content: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

// MySQL's packets: a length of three bytes, a number, and the content.
function packet(sequence: number, ...content: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)));
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence;
  return Buffer.concat([head, body]);
}

// Protocol 41, TLS, long authentication data, plug-ins: what a server of today offers.
const GREETING = packet(
  0,
  Buffer.from([10]),
  "8.4.0\0",
  Buffer.from([1, 0, 0, 0]),
  "12345678\0",
  Buffer.from([0x00, 0x8a, 0x21, 0x02, 0x00, 0x08, 0x00, 21]),
  Buffer.alloc(10),
  "123456789012\0",
  "mysql_clear_password\0",
);
const CLEAR_TEXT_PLEASE = message("R", Buffer.from([0, 0, 0, 3]));

describe.each(NETWORKED)("%s:", (engine) => {
  it("a server that accepts and never speaks is given up, and nothing is left open", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    await using server = await rawServer({
      onConnection: () => {
        setImmediate(() => {
          controller.abort(reason);
        });
      },
    });
    const failure = await failureOf(open(engine, server, { signal: controller.signal }));
    expect(failure).toBe(reason);
    await server.allClosed();
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it("a signal that was aborted beforehand opens nothing", async () => {
    await using server = await rawServer();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(open(engine, server, { signal })).rejects.toThrow("enough");
    expect(server.connections()).toBe(0);
  });

  it("a server that closes at once is unreachable", async () => {
    await using server = await rawServer({ onConnection: (socket) => socket.end() });
    expect(await failureOf(open(engine, server))).toMatchObject({
      ...{ name: "DatabaseError", failure: "unreachable" },
    });
  });

  it("a port on which nobody listens is unreachable", async () => {
    const server = await rawServer();
    await server[Symbol.asyncDispose]();
    expect(await failureOf(open(engine, server))).toMatchObject({
      failure: "unreachable",
      message: `connection refused (127.0.0.1:${String(server.port)}, ECONNREFUSED)`,
    });
  });

  it("a server that does not speak TLS is unreachable where TLS is asked for", async () => {
    await using server = await rawServer({
      onConnection: (socket) => {
        // What each of them says when it offers none.
        if (engine === "mysql") socket.write(Buffer.from(GREETING).fill(0, 4 + 20, 4 + 22));
        else socket.once("data", () => socket.end(engine === "postgresql" ? "N" : "-ERR\r\n"));
      },
    });
    expect(await failureOf(open(engine, server, { tls: "require" }))).toMatchObject({
      failure: "unreachable",
    });
    await server.allClosed();
  });

  it("a secret that is not there is our own failure, and nothing is opened", async () => {
    await using server = await rawServer();
    const opening = open(engine, server, { variable: "OTHER" });
    await expect(opening).rejects.toBeInstanceOf(ObservationError);
    expect(server.connections()).toBe(0);
  });

  it("a server that sends without end is cut off", async () => {
    const endless = Buffer.alloc(1024 * 1024, "1");
    const flood = (socket: Socket): void => {
      if (!socket.destroyed)
        socket.write(endless, () => {
          flood(socket);
        });
    };
    const starts = { postgresql: "Rx0000", mysql: packet(0).fill(255, 0, 3), redis: "$9999\r\n" };
    await using server = await rawServer({
      onConnection: (socket) => {
        socket.write(starts[engine]);
        flood(socket);
      },
    });
    expect(await failureOf(open(engine, server))).toMatchObject({ failure: "unreachable" });
    await server.allClosed();
  });

  it("whatever a server sends, connecting fails as it should, and nothing is left open", async () => {
    const beginnings = {
      postgresql: [
        "R\0\0\0\x08\0\0\0\0",
        "Z\0\0\0\x05I",
        "E\0\0\0\x09SX\0",
        "T\0\0\0\x06\0\x01",
        "D",
      ],
      mysql: [
        GREETING.toString("latin1"),
        "\x07\0\0\x02\0\0\0\x02\0\0\0",
        "\x03\0\0\x01\xff\x15\x04",
      ],
      redis: ["+OK\r\n", "$5\r\nhello\r\n", "-ERR\r\n", "*1\r\n"],
    };
    const text = fc.array(
      fc.oneof(fc.constantFrom(...beginnings[engine]), fc.string({ unit: "binary-ascii" })),
      { maxLength: 6 },
    );
    let bytes = Buffer.alloc(0);
    await using server = await rawServer({ onConnection: (socket) => socket.end(bytes) });
    const law = fc.asyncProperty(text, async (parts) => {
      bytes = Buffer.from(parts.join(""), "latin1");
      expect(await failureOf(open(engine, server))).toBeInstanceOf(DatabaseError);
      await server.allClosed();
    });
    await fc.assert(law, { numRuns: 40 });
  });
});

it("a PostgreSQL server that repeats the password is quoted without it", async () => {
  await using server = await rawServer({
    onConnection: (socket) => {
      socket.once("data", () => {
        socket.write(CLEAR_TEXT_PLEASE);
        socket.once("data", (received) => {
          const said = `M${received.toString("latin1").slice(5)}`;
          socket.end(message("E", "SFATAL\0", "VFATAL\0", "C28P01\0", said, "\0"));
        });
      });
    },
  });
  expect(await failureOf(open("postgresql", server))).toMatchObject({
    ...{ failure: "refused", message: "*** (28P01)" },
  });
});

it("a MySQL server that asks for the password as it is does not get it", async () => {
  let received = "";
  await using server = await rawServer({
    onConnection: (socket) => {
      socket.write(GREETING);
      socket.once("data", () => {
        socket.write(packet(2, Buffer.from([0xfe]), "mysql_clear_password\0", "\0"));
      });
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
      });
    },
  });
  expect(await failureOf(open("mysql", server))).toMatchObject({ failure: "refused" });
  expect(received).toContain("somebody");
  expect(received).not.toContain(CANARY);
});

it("a Redis server that repeats the password is quoted without it", async () => {
  await using server = await rawServer({
    onConnection: (socket) => {
      socket.once("data", () => socket.end(`-ERR unknown password '${CANARY}'\r\n`));
    },
  });
  expect(await failureOf(open("redis", server))).toMatchObject({
    ...{ failure: "refused", message: "ERR unknown password '***'" },
  });
});

it("what is like Redis is called by its own name, also where it may not be asked", async () => {
  const answers = ["+OK\r\n", "+PONG\r\n"];
  const info = ["redis_version:7.2.4\r\nvalkey_version:8.0.1\r\n", "redis_version:8.0.0\r\n"];
  const last = [...info.map((text) => `$${String(text.length)}\r\n${text}\r\n`), "-NOPERM no\r\n"];
  const versions: string[] = [];
  for (const answer of last) {
    const replies = [...answers, answer].values();
    await using server = await rawServer({
      onConnection: (socket) => {
        socket.on("data", () => socket.write(replies.next().value ?? ""));
      },
    });
    await using session = await open("redis", server);
    versions.push(session.serverVersion);
    await expect(session.query("SELECT 1")).rejects.toMatchObject({ failure: "query" });
  }
  expect(versions).toEqual(["Valkey 8.0.1", "Redis 8.0.0", "Redis"]);
});
