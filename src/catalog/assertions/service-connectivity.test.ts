import { expect, it } from "vitest";
import { bind, probe, worldOf } from "../../../test/support/probe.ts";
import type { Judgement } from "../../model/assertion.ts";
import { ObservationError, TransportError } from "../../model/errors.ts";
import { targetOf, type Target, type TargetParts } from "../../model/target.ts";
import type { Containers, Reach } from "../../ports/containers.ts";
import type { HttpClient, HttpRequest } from "../../ports/http.ts";
import type { Endpoint, Sockets } from "../../ports/sockets.ts";
import type { World } from "../../ports/world.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { ServiceConnectivityAssert } from "./service-connectivity.ts";

const { kind } = ServiceConnectivityAssert;

function container(name: string, parts: TargetParts = {}): Target {
  return targetOf(name, "docker", { container: { engine: "docker", name }, ...parts });
}

const PUBLISHED = { host: 16379, container: 6379, protocol: "tcp" } as const;
const shop = container("shop");
const redis = container("redis", { ports: [PUBLISHED] });
const api = targetOf("api", "service", { url: "https://api.example.com/v1/health?deep=1" });
const host = targetOf("host", "host", {});

/** Looks from one target to another, and tells what was asked of the world. */
async function look(
  from: Target,
  to: Target,
  { options = {}, reach = () => Promise.resolve(null), fails }: LookOptions = {},
): Promise<{ readonly judgement: Judgement; readonly asked: readonly unknown[] }> {
  const asked: unknown[] = [];
  const world: Partial<World> = {
    clock: simulatedClock(),
    containers: () =>
      Promise.resolve({
        reach: (source, where) => {
          const { host: name, port, protocol, path, timeoutMs } = where;
          asked.push({ source: source.name, host: name, port, protocol, path, timeoutMs });
          return reach(where);
        },
      } as Partial<Containers> as Containers),
    sockets: () =>
      Promise.resolve({
        connect: (where: Endpoint) => {
          asked.push(where);
          return fails === undefined ? Promise.resolve() : Promise.reject(fails);
        },
      } as Partial<Sockets> as Sockets),
    http: () =>
      Promise.resolve({
        request: ({ url, followRedirects }: HttpRequest) => {
          asked.push({ url: url.href, followRedirects });
          return fails === undefined ? Promise.resolve({}) : Promise.reject(fails);
        },
      } as unknown as HttpClient),
  };
  const judgement = await probe(
    kind,
    { fromService: from.resource, toService: to.resource, ...options },
    { world, related: { [from.resource]: from, [to.resource]: to }, timeoutMs: 1_000 },
  );
  return { judgement, asked };
}

interface LookOptions {
  readonly options?: object;
  readonly reach?: (where: Reach) => Promise<string | null>;
  readonly fails?: Error;
}

it("ServiceConnectivityAssert looks from inside a container to another by name and own port", async () => {
  const { judgement, asked } = await look(shop, redis);
  expect(judgement).toMatchObject({ verdict: "pass", actual: "reached redis:6379" });
  expect(asked).toEqual([
    { source: "shop", host: "redis", port: 6379, protocol: "tcp", path: "/", timeoutMs: 700 },
  ]);
});

it("ServiceConnectivityAssert fails with the reason, and says where it looked", async () => {
  const { judgement } = await look(shop, redis, { reach: () => Promise.resolve("refused") });
  expect(judgement).toEqual({
    verdict: "fail",
    expected: "reachable",
    actual: "redis:6379: refused",
  });
});

it("ServiceConnectivityAssert cannot say anything when nobody can look from there", async () => {
  const error = new ObservationError("container shop is exited");
  await expect(look(shop, redis, { reach: () => Promise.reject(error) })).rejects.toBe(error);
});

it("ServiceConnectivityAssert passes its signal on, so that a look that hangs can be ended", async () => {
  const signals: AbortSignal[] = [];
  await look(shop, redis, {
    reach: ({ signal }) => {
      signals.push(signal);
      return Promise.resolve(null);
    },
  });
  expect(signals[0]?.aborted).toBe(false);
});

it("ServiceConnectivityAssert asks for the path of a URL from inside a container", async () => {
  const plain = targetOf("api", "service", { url: "http://[fd00::1]:8080/v1?deep=1" });
  const { asked } = await look(shop, plain, { options: { protocol: "http" } });
  expect(asked).toMatchObject([
    { host: "fd00::1", port: 8080, protocol: "http", path: "/v1?deep=1" },
  ]);
});

it("ServiceConnectivityAssert refuses to ask over HTTPS from inside a container, and connects", async () => {
  const over = { fromService: "shop", toService: "api", protocol: "http" };
  expect(() => bind(kind, over, { related: { shop, api } })).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^asks api over HTTP.* https/u) as string,
      property: "protocol",
      hint: expect.stringContaining('"tcp"') as string,
    }) as Error,
  );
  const { asked } = await look(shop, api);
  expect(asked).toMatchObject([{ host: "api.example.com", port: 443, protocol: "tcp" }]);
  expect(() => bind(kind, over, { related: { shop: host, api } })).not.toThrow();
});

it.each<[string, TargetParts]>([
  ["a process", { command: ["redis-server"] }],
  ["a service on localhost", { url: "http://localhost:8080/" }],
  ["a service on a name below localhost", { url: "http://api.localhost./" }],
  ["a service on a loopback address", { url: "http://127.1:8080/" }],
  ["a service on an IPv6 loopback address", { url: "http://[::1]:8080/" }],
  ["a service on a loopback address in IPv6", { url: "http://[::ffff:127.0.0.1]:8080/" }],
  ["a service on any address", { url: "http://0.0.0.0:8080/" }],
  [
    "a container of another engine",
    { container: { engine: "podman", name: "b" }, ports: [PUBLISHED] },
  ],
  [
    "a container of another engine on loopback",
    { container: { engine: "podman", name: "b" }, ports: [{ ...PUBLISHED, address: "127.0.0.1" }] },
  ],
])("ServiceConnectivityAssert from a container must be told the host of %s", async (_, parts) => {
  const to = targetOf("api", "process", parts);
  const options = { fromService: "shop", toService: "api", port: 6379 };
  expect(() => bind(kind, options, { related: { shop, api: to } })).toThrow(
    expect.objectContaining({
      code: "option-missing",
      message: expect.stringContaining("localhost is the container itself in shop") as string,
      property: "host",
      hint: expect.stringContaining("host.docker.internal") as string,
    }) as Error,
  );
  // A plan may have been made before.
  const bound = bind(kind, options);
  const scope = { target: shop, related: { shop, api: to }, timeoutMs: 1_000 };
  const { signal } = new AbortController();
  await expect(kind.check(bound, worldOf({}), { ...scope, signal })).rejects.toThrow(
    "needs the host",
  );
  const named = { ...options, host: "host.docker.internal" };
  expect(() => bind(kind, named, { related: { shop, api: to } })).not.toThrow();
  expect(() => bind(kind, options, { related: { shop: host, api: to } })).not.toThrow();
});

it("ServiceConnectivityAssert from a container takes the address that another engine publishes at", async () => {
  const parts = { engine: "podman", name: "b" } as const;
  const to = targetOf("b", "podman", {
    container: parts,
    ports: [{ ...PUBLISHED, address: "10.0.0.7" }],
  });
  expect((await look(shop, to)).asked).toMatchObject([{ host: "10.0.0.7", port: 16379 }]);
});

it("ServiceConnectivityAssert remarks that localhost means something else in a container", async () => {
  const local = targetOf("api", "service", { url: "http://localhost:8080" });
  const options = { host: "localhost" };
  const reach = (): Promise<string> => Promise.resolve("refused");
  const { judgement } = await look(shop, local, { options, reach });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "localhost:8080: refused" });
  expect(judgement.details).toContain("name this machine's address with host");
});

it("ServiceConnectivityAssert knows the port of a database by its image", async () => {
  const { asked } = await look(shop, container("db", { image: "postgres:17" }));
  expect(asked).toMatchObject([{ host: "db", port: 5432 }]);
});

it("ServiceConnectivityAssert from this machine goes to where a container is published", async () => {
  const { asked } = await look(host, redis);
  expect(asked).toEqual([{ host: "127.0.0.1", port: 16379 }]);
  const named = await look(host, redis, { options: { port: 6379 } });
  expect(named.asked).toEqual([{ host: "127.0.0.1", port: 16379 }]);
  const bound = container("redis", { ports: [{ ...PUBLISHED, address: "10.0.0.7" }] });
  expect((await look(host, bound)).asked).toEqual([{ host: "10.0.0.7", port: 16379 }]);
  const both = await look(host, redis, { options: { host: "10.0.0.8", port: 6379 } });
  expect(both.asked).toEqual([{ host: "10.0.0.8", port: 6379 }]);
});

it("ServiceConnectivityAssert from this machine takes any answer over HTTP", async () => {
  const { judgement, asked } = await look(host, api, { options: { protocol: "http" } });
  expect(judgement).toMatchObject({ verdict: "pass", actual: "reached api.example.com:443" });
  expect(asked).toEqual([
    { url: "https://api.example.com/v1/health?deep=1", followRedirects: false },
  ]);
  const other = await look(host, api, { options: { protocol: "http", path: "//x", port: 80 } });
  expect(other.asked).toMatchObject([{ url: "https://api.example.com:80//x" }]);
});

it("ServiceConnectivityAssert from this machine fails when the target does not answer", async () => {
  const { judgement } = await look(host, redis, { fails: new TransportError("refused") });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "127.0.0.1:16379: refused" });
  const ours = new TransportError("no more files", { blame: "ourselves" });
  await expect(look(host, redis, { fails: ours })).rejects.toBe(ours);
});

it.each<[string, Target, Target]>([
  ["no port is known between containers", shop, container("web", { image: "nginx" })],
  ["no port is known of a process", host, targetOf("job", "process", { command: ["job"] })],
])("ServiceConnectivityAssert says what to name when %s", async (_, from, to) => {
  await expect(look(from, to)).rejects.toThrow(
    new ObservationError(`cannot tell where ${to.resource} answers: name its port`),
  );
});

it("ServiceConnectivityAssert cannot know a port that the engine chooses", async () => {
  const chosen = container("redis", { ports: [{ ...PUBLISHED, host: 0 }] });
  await expect(look(host, chosen)).rejects.toThrow("its engine chooses the published port");
});

it("ServiceConnectivityAssert belongs to its source and refuses wrong options", () => {
  const options = { fromService: "shop", toService: "redis" };
  const references = Object.entries(kind.fields).filter(([, field]) => field.isReference);
  expect(references.map(([name]) => name)).toEqual(["fromService", "toService"]);
  expect(kind.claim(bind(kind, options))).toBe("shop can connect to redis over TCP");
  expect(kind.claim(bind(kind, { ...options, port: 6379 }))).toBe(
    "shop can connect to redis:6379 over TCP",
  );
  expect(kind.claim(bind(kind, { ...options, port: 80, protocol: "http" }))).toBe(
    "shop gets an answer from redis:80 over HTTP",
  );
  expect(kind.subject(bind(kind, { ...options, port: 1 }))).toBe("shop → redis:1/tcp");
  expect(() => bind(kind, { ...options, port: 0 })).toThrow("integer from 1 to 65535");
  expect(() => bind(kind, { ...options, path: "v1" })).toThrow("path that begins with /");
  expect(() => bind(kind, { ...options, protocol: "udp" })).toThrow("one of");
});
