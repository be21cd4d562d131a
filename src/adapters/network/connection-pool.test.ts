import { expect, it } from "vitest";
import { rawServer, response, type RawServer } from "../../../test/support/raw-server.ts";
import { Connection } from "./connection.ts";
import { ConnectionPool } from "./connection-pool.ts";

const A = "http://a.example";
const B = "http://b.example";
const NEVER = new AbortController().signal;

async function connect({ port }: RawServer): Promise<Connection> {
  const addresses = [{ address: "127.0.0.1", family: 4 }] as const;
  const destination = { hostname: "a.example", port, addresses, security: null };
  return (await Connection.open(destination, NEVER)).connection;
}

it("ConnectionPool gives the connection of an origin that was used last", async () => {
  await using server = await rawServer();
  const pool = new ConnectionPool();
  const [first, second, other] = [
    await connect(server),
    await connect(server),
    await connect(server),
  ];
  pool.put(A, first);
  pool.put(A, second);
  pool.put(B, other);
  expect(pool.take(A)).toBe(second);
  expect(pool.take(A)).toBe(first);
  expect(pool.take(A)).toBeNull();
  expect(pool.take("http://c.example")).toBeNull();
  expect(pool.take(B)).toBe(other);
  for (const connection of [first, second, other]) connection.destroy();
  await server.allClosed();
});

it("ConnectionPool closes the one that has been idle longest when there are too many", async () => {
  await using server = await rawServer();
  const pool = new ConnectionPool(2);
  const all = [await connect(server), await connect(server), await connect(server)] as const;
  const [first, second, third] = all;
  pool.put(A, first);
  pool.put(B, second);
  // It is used, and so is idle for a shorter time than the second one.
  expect(pool.take(A)).toBe(first);
  pool.put(A, first);
  pool.put(A, third);
  expect(all.map(({ isUsable }) => isUsable)).toEqual([true, false, true]);
  expect(pool.take(B)).toBeNull();
  expect(pool.take(A)).toBe(third);
  pool.put(B, third);
  expect(pool.take(A)).toBe(first);
  expect(pool.take(B)).toBe(third);
  for (const connection of all) connection.destroy();
  await server.allClosed();
});

it("ConnectionPool keeps none when it may not", async () => {
  await using server = await rawServer();
  const pool = new ConnectionPool(0);
  const connection = await connect(server);
  pool.put(A, connection);
  expect(connection.isUsable).toBe(false);
  expect(pool.take(A)).toBeNull();
  await server.allClosed();
});

it("ConnectionPool lets go of a connection that the other side closes", async () => {
  const close: (() => void)[] = [];
  await using server = await rawServer({
    onConnection: (socket) => close.push(() => socket.end()),
  });
  const pool = new ConnectionPool(2);
  const [first, second] = [await connect(server), await connect(server)];
  pool.put(A, first);
  pool.put(A, second);
  close[0]?.();
  await expect.poll(() => first.isUsable).toBe(false);
  // It counts no longer, so that there is room for one.
  const third = await connect(server);
  pool.put(A, third);
  expect(pool.take(A)).toBe(third);
  expect(pool.take(A)).toBe(second);
  expect(pool.take(A)).toBeNull();
  second.destroy();
  third.destroy();
});

it("ConnectionPool lets go of a connection on which something comes that nobody asked for", async () => {
  const send: (() => void)[] = [];
  await using server = await rawServer({
    onConnection: (socket) => send.push(() => socket.write(response(200))),
  });
  const pool = new ConnectionPool();
  const connection = await connect(server);
  pool.put(A, connection);
  send[0]?.();
  await expect.poll(() => connection.isUsable).toBe(false);
  expect(pool.take(A)).toBeNull();
  await server.allClosed();
});

it("ConnectionPool gives no connection that was closed while it was here", async () => {
  await using server = await rawServer();
  const pool = new ConnectionPool(1);
  const [first, second] = [await connect(server), await connect(server)];
  pool.put(A, first);
  first.destroy();
  expect(pool.take(A)).toBeNull();
  pool.put(A, second);
  expect(pool.take(A)).toBe(second);
  second.destroy();
});

it("clear() closes all, and the pool can be used again", async () => {
  await using server = await rawServer();
  const pool = new ConnectionPool(1);
  const [first, second] = [await connect(server), await connect(server)];
  pool.put(A, first);
  pool.clear();
  expect(first.isUsable).toBe(false);
  expect(pool.take(A)).toBeNull();
  pool.put(A, second);
  expect(pool.take(A)).toBe(second);
  second.destroy();
  await server.allClosed();
});
