import fc from "fast-check";
import { expect, it } from "vitest";
import { databaseUrl, readDatabaseUrl } from "./database-url.ts";
import { InvalidOption } from "./options.ts";

const NOWHERE = { host: null, port: null, database: null, isEncrypted: false };

it.each([
  ["postgresql://db:5433/app", { engine: "postgresql", host: "db", port: 5433, database: "app" }],
  ["postgres://db", { engine: "postgresql", host: "db" }],
  ["mysql://10.0.0.1/a%20b", { engine: "mysql", host: "10.0.0.1", database: "a b" }],
  ["mariadb://[::1]:3307/", { engine: "mysql", host: "::1", port: 3307 }],
  ["redis://cache/2", { engine: "redis", host: "cache", database: "2" }],
  ["rediss://cache", { engine: "redis", host: "cache", isEncrypted: true }],
  ["postgresql:///app", { engine: "postgresql", database: "app" }],
  ["sqlite:///srv/app.db", { engine: "sqlite", database: "/srv/app.db" }],
  ["sqlite:////srv/app.db", { engine: "sqlite", database: "/srv/app.db" }],
])("readDatabaseUrl() takes %s apart", (url, parts) => {
  expect(readDatabaseUrl(url)).toEqual({ ...NOWHERE, ...parts });
});

it.each([
  "postgresql://app:hunter2@db/app",
  "mysql://hunter2@db",
  "postgresql:app:hunter2@db",
  "postgresql:///app:hunter2@db",
  "postgresql://app:hunter2@db:notaport/app",
  "postgresql://app:hun/ter2@db/hunter2",
  "redis://:hunter2@db",
  "postgresql://db/app?password=hunter2",
  "https://app:hunter2@db/app",
])("readDatabaseUrl() refuses %s without a word of it", (url) => {
  expect(() => readDatabaseUrl(url)).toThrow(InvalidOption);
  expect(() => readDatabaseUrl(url)).not.toThrow("hunter2");
});

it("readDatabaseUrl() says where credentials go", () => {
  const hint = 'write credentials: { user: "…", passwordEnv: "…" } beside it';
  const error: unknown = expect.objectContaining({ hint });
  expect(() => readDatabaseUrl("mysql://a:b@db")).toThrow(error);
});

it.each([
  "",
  "db",
  "sqlite://app.db",
  "sqlite:app.db",
  "sqlite:///",
  "mysql://db:0",
  "mysql://%2Ftmp/a",
  "mysql://db/%zz",
  "mysql://db/a/b",
])("readDatabaseUrl() refuses %j", (url) => {
  expect(() => readDatabaseUrl(url)).toThrow(InvalidOption);
});

it("databaseUrl() gives text that it reads again", () => {
  const type = databaseUrl();
  const read = type.read(new URL("postgresql://db/app"));
  expect(read).toBe("postgresql://db/app");
  expect(type.read(read)).toBe(read);
  expect(() => type.read(5)).toThrow("must be a URL such as");
});

it("readDatabaseUrl() gives sound parts or an InvalidOption, whatever it reads", () => {
  const scheme = fc.constantFrom("postgresql:", "mysql:", "sqlite:", "redis:", "rediss:", "x:");
  const hostile = fc.string({ unit: "binary" });
  const piece = fc.constantFrom("//", "/", "@", ":", "%", "%00", "[", "]", "?", "#", "a", "1");
  const rest = fc.oneof(
    hostile,
    fc.array(piece).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(scheme, rest, (start, end) => {
      try {
        const { host, port, database } = readDatabaseUrl(`${start}${end}`);
        expect(host ?? "a").toMatch(/^[\p{L}\p{N}._:-]+$/u);
        expect(port ?? 1).toBeGreaterThan(0);
        expect(database ?? "a").not.toMatch(/\0|^$/u);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOption);
      }
    }),
  );
});
