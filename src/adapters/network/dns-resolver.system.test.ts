import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dnsServer, type DnsServer } from "../../../test/support/dns-server.ts";
import { TransportClosedError, TransportError } from "../../model/errors.ts";
import type { Resolver } from "../../ports/resolver.ts";
import { simulatedClock, type SimulatedClock } from "../../testing/simulated-clock.ts";
import { dnsResolver, type DnsResolverOptions } from "./dns-resolver.ts";

const { signal } = new AbortController();
let folder: string;
let hostsPath: string;
let resolvConfPath: string;
let server: DnsServer;
let clock: SimulatedClock;
let resolver: Resolver;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "clockwork-"));
  hostsPath = join(folder, "hosts");
  resolvConfPath = join(folder, "resolv.conf");
  server = await dnsServer();
  clock = simulatedClock({ auto: false });
  resolver = resolverWith({});
});

afterEach(async () => {
  await resolver[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function resolverWith(options: Partial<DnsResolverOptions>): Resolver {
  return dnsResolver({ clock, servers: [server.address], hostsPath, resolvConfPath, ...options });
}

async function addressesOf(hostname: string): Promise<string[]> {
  const addresses = await resolver.resolve(hostname, signal);
  return addresses.map(({ address }) => address);
}

it("lookup() knows literals", () => {
  expect(resolver.lookup("10.0.0.1")).toEqual([{ address: "10.0.0.1", family: 4 }]);
  expect(resolver.lookup("[::1]")).toEqual([{ address: "::1", family: 6 }]);
});

it("lookup() knows the hosts file, by any spelling of a name", () => {
  writeFileSync(hostsPath, "10.0.0.2 db.example\nfd00::2 DB.example\n");

  for (const name of ["db.example", "Db.Example", "db.example."]) {
    expect(resolver.lookup(name)).toEqual([
      { address: "10.0.0.2", family: 4 },
      { address: "fd00::2", family: 6 },
    ]);
  }
});

it("lookup() believes the hosts file before a name server, also when it changed since", async () => {
  server.script["db.example"] = { A: { addresses: ["10.0.0.1"] } };
  await expect(addressesOf("db.example")).resolves.toEqual(["10.0.0.1"]);
  writeFileSync(hostsPath, "10.0.0.2 db.example\n");
  await clock.advance(2_000);

  expect(resolver.lookup("db.example")).toMatchObject([{ address: "10.0.0.2" }]);
});

it.each(["localhost", "LOCALHOST", "localhost.", "shop.localhost"])(
  "lookup() takes %s for the loopback addresses",
  (name) => {
    expect(resolver.lookup(name)).toEqual([
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ]);
  },
);

it("lookup() takes localhost for what the hosts file says it is", () => {
  writeFileSync(hostsPath, "127.0.0.2 localhost\n");

  expect(resolver.lookup("localhost")).toEqual([{ address: "127.0.0.2", family: 4 }]);
});

it("resolve() asks a name server, for IPv4 and IPv6", async () => {
  server.script["db.example"] = {
    A: { addresses: ["10.0.0.1"] },
    AAAA: { addresses: ["fd00::1"] },
  };
  expect(resolver.lookup("db.example")).toBeNull();

  await expect(resolver.resolve("DB.example", signal)).resolves.toEqual([
    { address: "10.0.0.1", family: 4 },
    { address: "fd00::1", family: 6 },
  ]);
  expect(server.queries.sort()).toEqual(["A db.example", "AAAA db.example"]);
});

it.each([
  [30, 30],
  [0, 1],
  [86_400, 300],
])("resolve() remembers a name with a time to live of %d s for %d s", async (ttlSeconds, kept) => {
  server.script["db.example"] = { A: { addresses: ["10.0.0.1"], ttlSeconds } };
  await addressesOf("db.example");

  await clock.advance(kept * 1_000 - 1);
  expect(resolver.lookup("DB.example")).toMatchObject([{ address: "10.0.0.1" }]);
  await expect(addressesOf("db.example")).resolves.toEqual(["10.0.0.1"]);
  expect(server.queries).toHaveLength(2);
  await clock.advance(1);
  expect(resolver.lookup("db.example")).toBeNull();
});

it("resolve() remembers no more names than it may", async () => {
  resolver = resolverWith({ rememberedLimit: 1 });
  server.script["a.example"] = { A: { addresses: ["10.0.0.1"] } };
  server.script["b.example"] = { A: { addresses: ["10.0.0.2"] } };
  await addressesOf("a.example");
  await addressesOf("b.example");

  expect(resolver.lookup("a.example")).toBeNull();
  expect(resolver.lookup("b.example")).not.toBeNull();
});

it("resolve() asks once for all who wait", async () => {
  server.script["db.example"] = { A: { addresses: ["10.0.0.1"] } };
  await Promise.all(Array.from({ length: 100 }, () => addressesOf("db.example")));

  expect(server.queries).toHaveLength(2);
});

it("resolve() lets one who waits give up, and then asks on for the others", async () => {
  server.script["db.example"] = { A: { addresses: ["10.0.0.1"], delayMs: 30 } };
  const leaver = new AbortController();
  const left = resolver.resolve("db.example", leaver.signal);
  const stays = addressesOf("db.example");
  await server.received(2);
  const reason = new Error("enough");
  leaver.abort(reason);

  await expect(left).rejects.toBe(reason);
  await expect(stays).resolves.toEqual(["10.0.0.1"]);
  expect(server.queries).toHaveLength(2);
});

it("resolve() cancels the question when the last one gives up", async () => {
  server.script["db.example"] = { A: "silence", AAAA: "silence" };
  const leaver = new AbortController();
  const left = resolver.resolve("db.example", leaver.signal);
  await server.received(2);
  leaver.abort(new Error("enough"));

  await expect(left).rejects.toThrow("enough");
  expect(clock.pending()).toBe(0);
});

it("resolve() rejects at once when its signal was aborted before", async () => {
  const aborted = AbortSignal.abort(new Error("enough"));

  await expect(resolver.resolve("127.0.0.1", aborted)).rejects.toThrow("enough");
});

it.each(["db.invalid", "invalid", "a.b.INVALID."])("resolve() asks nobody for %s", async (name) => {
  await expect(addressesOf(name)).rejects.toMatchObject({
    message: `name not found: no address for '${name}' (NXDOMAIN)`,
    blame: "target",
  });
  expect(server.queries).toEqual([]);
});

it.each(["", "a..b", "fe80::1%eth0", "a b", `${"a".repeat(64)}.example`])(
  "resolve() asks nobody for the malformed name %j",
  async (name) => {
    const error: unknown = await addressesOf(name).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^malformed host name/u) as string,
      blame: "target",
    });
    expect(server.queries).toEqual([]);
  },
);

it("resolve() remembers for 5 s that a name is not there", async () => {
  const message = "name not found: no address for 'gone.example' (NXDOMAIN)";
  await expect(addressesOf("gone.example")).rejects.toThrow(message);
  await clock.advance(4_999);
  await expect(addressesOf("gone.example")).rejects.toThrow(message);
  expect(server.queries).toHaveLength(2);

  server.script["gone.example"] = { A: { addresses: ["10.0.0.1"] } };
  await clock.advance(1);
  await expect(addressesOf("gone.example")).resolves.toEqual(["10.0.0.1"]);
});

it("resolve() does not remember a failure", async () => {
  server.script["db.example"] = { A: { rcode: "SERVFAIL" }, AAAA: { rcode: "SERVFAIL" } };
  await expect(addressesOf("db.example")).rejects.toThrow(
    "name server failed to look up 'db.example' (SERVFAIL)",
  );
  server.script["db.example"] = { A: { addresses: ["10.0.0.1"] } };

  await expect(addressesOf("db.example")).resolves.toEqual(["10.0.0.1"]);
});

it.each([
  ["db", ["db.corp.example", "db.example"], "10.0.0.2"],
  ["db.eu", ["db.eu", "db.eu.corp.example", "db.eu.example"], "10.0.0.3"],
])("resolve() tries search domains for %s in glibc's order", async (name, asked, address) => {
  writeFileSync(resolvConfPath, "search corp.example example\n");
  server.script["db.corp.example"] = { A: { rcode: "SERVFAIL" }, AAAA: { rcode: "SERVFAIL" } };
  server.script["db.eu.corp.example"] = {};
  server.script["db.example"] = { A: { addresses: ["10.0.0.2"] } };
  server.script["db.eu.example"] = { A: { addresses: ["10.0.0.3"] } };

  await expect(addressesOf(name)).resolves.toEqual([address]);
  const names = server.queries.map((query) => query.split(" ")[1]);
  expect([...new Set(names)]).toEqual(asked);
});

it("resolve() takes a name with a dot at its end as it stands", async () => {
  writeFileSync(resolvConfPath, "search example\n");
  server.script["db.example"] = { A: { addresses: ["10.0.0.2"] } };

  await expect(addressesOf("db.")).rejects.toThrow("(NXDOMAIN)");
  await expect(addressesOf("db")).resolves.toEqual(["10.0.0.2"]);
});

it("resolve() does not search on when a name server refuses", async () => {
  writeFileSync(resolvConfPath, "search corp.example example\n");
  server.script["db.corp.example"] = { A: { rcode: "REFUSED" }, AAAA: { rcode: "REFUSED" } };

  await expect(addressesOf("db")).rejects.toThrow("name server refused to look up 'db' (REFUSED)");
  expect(server.queries).toHaveLength(2);
});

it.each([
  ["db", "no A or AAAA record for 'db' (NODATA)"],
  ["db.eu", "no address for 'db.eu' (NXDOMAIN)"],
])("resolve() says of %s what glibc would, when no search domain has it", async (name, says) => {
  writeFileSync(resolvConfPath, "search corp.example example\n");
  server.script["db.corp.example"] = {};
  server.script["db.eu.corp.example"] = {};

  await expect(addressesOf(name)).rejects.toThrow(says);
});

it("disposing rejects whoever waits, and leaves no timer", async () => {
  server.script["db.example"] = { A: "silence", AAAA: "silence" };
  const waiting = resolver.resolve("db.example", signal);
  await server.received(2);
  const disposed = resolver[Symbol.asyncDispose]();

  await expect(waiting).rejects.toMatchObject({
    message: "the resolver was closed while the name was being looked up",
    blame: "ourselves",
  });
  await disposed;
  expect(clock.pending()).toBe(0);
});

it("resolve() throws once the resolver is disposed", async () => {
  await resolver[Symbol.asyncDispose]();

  await expect(addressesOf("127.0.0.1")).rejects.toBeInstanceOf(TransportClosedError);
});

it("dnsResolver() refuses a server that is no address", () => {
  expect(() => resolverWith({ servers: ["ns.example"] })).toThrow(TypeError);
});

/** Runs code that has a resolver in a process of its own, and returns what it prints. */
async function printedBy(code: string, openFilesLimit = 1_024): Promise<string> {
  const script = `
    import { openSync } from "node:fs";
    import { dnsResolver } from "${new URL("dns-resolver.ts", import.meta.url).href}";
    import { systemClock } from "${new URL("../system/clock.ts", import.meta.url).href}";
    const resolver = dnsResolver({ clock: systemClock, servers: ["${server.address}"] });
    const stop = new AbortController();
    ${code}`;
  const limited = `ulimit -n ${String(openFilesLimit)} && exec "$0" --input-type=module -e "$1"`;
  const child = spawn("sh", ["-c", limited, process.execPath, script], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 4_000,
  });
  return await text(child.stdout);
}

it("disposing lets the process end, though the name server is silent", async () => {
  server.script["db.example"] = { A: "silence", AAAA: "silence" };
  const printed = printedBy(`
    process.on("exit", () => {
      console.log(performance.now() - disposedMs < 1_000, process.getActiveResourcesInfo());
    });
    resolver.resolve("db.example", stop.signal).catch(() => null);
    await resolver.resolve("asked-afterwards.example", stop.signal).catch(() => null);
    const disposedMs = performance.now();
    await resolver[Symbol.asyncDispose]();`);

  await expect(printed).resolves.toBe("true []\n");
});

it("resolve() blames ourselves when this process has too many files open", async () => {
  const printed = printedBy(
    `
    try { for (;;) openSync("/dev/null"); } catch {}
    const error = await resolver.resolve("db.example", stop.signal).catch((error) => error);
    console.log(error.blame, error.isExhaustion, error.message);`,
    64,
  );

  await expect(printed).resolves.toBe(
    "ourselves true no name server could be asked for 'db.example': " +
      "this process has too many files open (EMFILE)\n",
  );
});
