import { expect, it } from "vitest";
import {
  brokenDatabases,
  databaseWorld,
  failingDatabase,
} from "../../../test/support/database-world.ts";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { DatabaseConnectionAssert } from "./database-connection.ts";

const { kind } = DatabaseConnectionAssert;

it("DatabaseConnectionAssert passes with what the server says it is, and closes the connection", async () => {
  const { world, addresses, closed } = databaseWorld([]);
  const options = {
    url: "postgresql://db.internal:15432/app",
    credentials: { user: "app", passwordEnv: "DB_PASSWORD" },
  };
  const judgement = await probe(kind, options, { world });
  const expected = "a connection";
  expect(judgement).toEqual({ verdict: "pass", expected, actual: "PostgreSQL 17.2" });
  expect(addresses).toEqual([
    {
      engine: "postgresql",
      host: "db.internal",
      port: 15_432,
      database: "app",
      user: "app",
      password: { secretEnv: "DB_PASSWORD" },
      tls: "off",
    },
  ]);
  expect(closed()).toBe(1);
});

it.each([
  ["unreachable", "connection refused", "unreachable: connection refused"],
  ["refused", "password authentication failed", "refused: password authentication failed"],
] as const)(
  "DatabaseConnectionAssert fails when the server is %s",
  async (failure, reason, actual) => {
    const { world } = failingDatabase(failure, reason);
    const judgement = await probe(kind, { engine: "mysql" }, { world });
    expect(judgement).toEqual({ verdict: "fail", expected: "a connection", actual });
  },
);

it("DatabaseConnectionAssert cannot say anything without its secret", async () => {
  const error = new ObservationError("environment variable DB_PASSWORD is not set");
  const { world } = brokenDatabases(error);
  await expect(probe(kind, { engine: "redis" }, { world })).rejects.toBe(error);
});

it("DatabaseConnectionAssert passes its signal on, and gives up with its reason", async () => {
  const controller = new AbortController();
  const databases = {
    connect: (_: unknown, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
        controller.abort(new Error("enough"));
      }),
  };
  const world = { databases: () => Promise.resolve(databases) };
  const options = { world, signal: controller.signal };
  await expect(probe(kind, { engine: "redis" }, options)).rejects.toThrow("enough");
});

it("DatabaseConnectionAssert puts the whole connection into its plan, and completing it again changes nothing", () => {
  const target = {
    image: "postgres:17",
    ports: [{ host: 15_432, container: 5432, protocol: "tcp" }],
  } as const;
  const bound = bind(kind, { database: "app" }, { target });
  expect(bound).toMatchObject({
    engine: "postgresql",
    host: "127.0.0.1",
    port: 15_432,
    tls: "off",
  });
  expect(bind(kind, bound)).toEqual(bound);
});

it("DatabaseConnectionAssert claims what must be true in words", () => {
  const parameters = bind(kind, { url: "redis://[::1]/2", credentials: { user: "app" } });
  expect(kind.claim(parameters)).toBe("redis://[::1]:6379/2 accepts a connection of app");
  expect(kind.subject(parameters)).toBe("redis://[::1]:6379/2");
});
