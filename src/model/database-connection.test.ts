import { expect, it } from "vitest";
import {
  addressOf,
  CONNECTION_FIELDS,
  connectionOption,
  ownConnection,
  resolveConnection,
  shownConnection,
  type Connection,
} from "./database-connection.ts";
import { readOptions, readValues } from "./options.ts";
import { secret } from "./secret.ts";
import { targetOf, type PublishedPort, type TargetParts } from "./target.ts";

function resolve(options: object, parts: TargetParts = {}): Connection {
  return resolveConnection(readValues(CONNECTION_FIELDS, options), targetOf("db", "docker", parts));
}

function published(host: number, container: number): readonly PublishedPort[] {
  return [{ host, container, protocol: "tcp" }];
}

it.each([
  [{ url: "mariadb://db" }, {}, { engine: "mysql", host: "db", port: 3306 }],
  [{ port: 5432 }, {}, { engine: "postgresql", host: "127.0.0.1", port: 5432 }],
  [{ port: 3306, host: "db" }, {}, { engine: "mysql", host: "db", port: 3306 }],
  [{ port: 6379 }, {}, { engine: "redis" }],
  [{}, { image: "postgres" }, { engine: "postgresql", port: 5432 }],
  [{}, { image: "registry:5000/library/Postgres:17@sha256:00" }, { engine: "postgresql" }],
  [{}, { image: "postgis/postgis:17-3.5" }, { engine: "postgresql" }],
  [{}, { image: "timescale/timescaledb:latest-pg17" }, { engine: "postgresql" }],
  [{}, { image: "mariadb:11" }, { engine: "mysql" }],
  [{}, { image: "percona:8" }, { engine: "mysql" }],
  [{}, { image: "valkey/valkey:8" }, { engine: "redis", port: 6379 }],
  [{}, { image: "mysql", ports: published(13_306, 3306) }, { engine: "mysql", port: 13_306 }],
  [
    {},
    { image: "acme/db", ports: published(15_432, 5432) },
    { engine: "postgresql", port: 15_432 },
  ],
  [{ port: 15_432 }, { ports: published(15_432, 5432) }, { engine: "postgresql", port: 15_432 }],
  [{ host: "db" }, { image: "redis", ports: published(1, 6379) }, { engine: "redis", port: 6379 }],
  [{ host: "db", port: 3306 }, { image: "redis" }, { engine: "mysql" }],
  [{ engine: "postgresql", port: 3306 }, { image: "mysql" }, { engine: "postgresql", port: 3306 }],
  [{ url: "rediss://db" }, {}, { engine: "redis", tls: "verify" }],
  [{ engine: "sqlite" }, { path: "/srv/a.db" }, { engine: "sqlite", database: "/srv/a.db" }],
  [
    { url: "sqlite:///srv/a.db" },
    { path: "/b" },
    { database: "/srv/a.db", host: null, port: null },
  ],
] as const)("resolveConnection() of %j for %j", (options, parts, expected) => {
  const connection = resolve(options, parts);
  expect(connection).toMatchObject(expected);
  expect(resolveConnection(connection, targetOf("db", "host", {}))).toEqual(connection);
});

it.each([
  [{}, {}, "cannot tell which engine"],
  [{ port: 9999 }, { image: "postgres-exporter" }, "cannot tell which engine"],
  [
    { port: 3306 },
    { image: "postgres:17" },
    "port 3306 says MySQL, image postgres:17 says PostgreSQL",
  ],
  [{}, { ports: [...published(1, 5432), ...published(2, 6379)] }, "published port 6379 says Redis"],
  [{}, { image: "redis", ports: published(0, 6379) }, "the container engine chooses"],
  [{ url: "mysql://db", engine: "redis" }, {}, "got redis, its url says mysql"],
  [{ url: "mysql://db", host: "other" }, {}, "got other, its url says db"],
  [{ url: "mysql://db:1", port: 2 }, {}, "got 2, its url says 1"],
  [{ url: "mysql://db/a", database: "b" }, {}, "got b, its url says a"],
  [{ url: "rediss://db", tls: "off" }, {}, "must not be off"],
  [{ engine: "redis", database: "app" }, {}, "must be a number"],
  [{ engine: "sqlite" }, {}, "the path of its file"],
  [{ engine: "sqlite", database: "a", port: 1 }, {}, "does not go with SQLite"],
  [{ engine: "sqlite", database: "a", credentials: {} }, {}, "does not go with SQLite"],
  [
    { engine: "mysql", credentials: { passwordEnv: "A", password: secret.env("B") } },
    {},
    "only one of passwordEnv and password",
  ],
] as const)("resolveConnection() refuses %j for %j", (options, parts, message) => {
  expect(() => resolve(options, parts)).toThrow(message);
});

it("CONNECTION_FIELDS never repeat what may be a secret", () => {
  const wrong = {
    credentials: { passwordEnv: "p4ss-word", password: "hunter2" },
    url: "a:hunter2@b",
  };
  for (const [name, value] of Object.entries(wrong)) {
    const { problems } = readOptions(CONNECTION_FIELDS, { [name]: value });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|p4ss/u);
  }
});

it("addressOf() gives the whole address, and where its password is", () => {
  const credentials = { user: "app", password: secret.file("/run/secrets/db") };
  expect(addressOf(resolve({ url: "mysql://db/shop", credentials, tls: "verify" }))).toEqual({
    engine: "mysql",
    host: "db",
    port: 3306,
    database: "shop",
    user: "app",
    password: { secretFile: "/run/secrets/db" },
    tls: "verify",
  });
  expect(addressOf(resolve({ url: "sqlite:///a" }))).toMatchObject({
    host: "",
    port: 0,
    user: null,
  });
  expect(() => addressOf(null)).toThrow("must be completed");
  expect(() => addressOf(readValues(CONNECTION_FIELDS, {}))).toThrow("must be completed");
});

it("shownConnection() names a database", () => {
  expect(shownConnection(resolve({ url: "postgres://[::1]/app" }))).toBe(
    "postgresql://[::1]:5432/app",
  );
  expect(shownConnection(resolve({ engine: "sqlite", database: "a.db" }))).toBe("sqlite a.db");
  expect(shownConnection(null)).toBe("");
});

it("connectionOption() takes options or the assertion that has them, and gives what it takes again", () => {
  const type = connectionOption();
  const read = type.read({ engine: "mysql" });
  expect(type.read({ kind: "database-connection", parameters: read })).toEqual(read);
  expect(type.read(read)).toEqual(read);
  expect(() => type.read({ kind: "port-accessible", parameters: {} })).toThrow(
    "must be a Database",
  );
  expect(() => type.read({ kind: "database-connection", parameters: null })).toThrow("own options");
  expect(() => type.read("mysql://db")).toThrow("needs an object");
});

it("ownConnection() prefers its own, and needs exactly one otherwise", () => {
  const target = targetOf("db", "host", {});
  const sibling = { kind: "database-connection", parameters: { engine: "mysql" } };
  const own = readValues(CONNECTION_FIELDS, { engine: "postgresql" });
  expect(ownConnection(own, { target, siblings: [sibling] }).engine).toBe("postgresql");
  expect(ownConnection(null, { target, siblings: [sibling] }).engine).toBe("mysql");
  expect(() => ownConnection(null, { target, siblings: [] })).toThrow("got none");
  expect(() => ownConnection(null, { target, siblings: [sibling, sibling] })).toThrow("got 2");
});
