import { expect, it, vi } from "vitest";
import { dnsServer, type DnsReply } from "../../../test/support/dns-server.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { askNameServer, type DnsAnswer } from "./dns-query.ts";

const { signal } = new AbortController();
const name = "db.example";
const ipv4: DnsReply = { addresses: ["10.0.0.2", "10.0.0.1"], ttlSeconds: 30 };
const ipv6: DnsReply = { addresses: ["fd00::1"], ttlSeconds: 20 };
const found4 = [
  { address: "10.0.0.2", family: 4 },
  { address: "10.0.0.1", family: 4 },
];
const found6 = [{ address: "fd00::1", family: 6 }];

async function asked(a: DnsReply, aaaa: DnsReply): Promise<unknown> {
  await using server = await dnsServer({ [name]: { A: a, AAAA: aaaa } });
  const clock = simulatedClock({ auto: false });
  const where = { name, server: server.address, timeoutMs: 1_000 };
  const result = await askNameServer({ ...where, clock, signal });
  expect(clock.pending()).toBe(0);
  return result;
}

it("askNameServer() gives IPv4 before IPv6, each in the order of the answer, and the shortest time to live", async () => {
  await expect(asked(ipv4, ipv6)).resolves.toEqual({
    addresses: [...found4, ...found6],
    ttlSeconds: 20,
  });
});

it("askNameServer() waits for IPv4 when IPv6 comes first", async () => {
  const late = { addresses: ["10.0.0.1"], delayMs: 30 };

  await expect(asked(late, ipv6)).resolves.toMatchObject({
    addresses: [{ family: 4 }, { family: 6 }],
  });
});

it.each<[DnsReply, DnsReply, Partial<DnsAnswer>]>([
  [ipv4, {}, { addresses: found4 as DnsAnswer["addresses"], ttlSeconds: 30 }],
  [{}, ipv6, { addresses: found6 as DnsAnswer["addresses"], ttlSeconds: 20 }],
  [{ rcode: "NXDOMAIN" }, ipv6, { ttlSeconds: 20 }],
  [ipv4, { rcode: "SERVFAIL" }, { ttlSeconds: 5 }],
  [{ rcode: "SERVFAIL" }, ipv6, { ttlSeconds: 5 }],
])("askNameServer() makes of %j and %j the answer %j", async (a, aaaa, expected) => {
  await expect(asked(a, aaaa)).resolves.toMatchObject(expected);
});

it.each<[DnsReply, DnsReply, string]>([
  [{ rcode: "NXDOMAIN" }, { rcode: "NXDOMAIN" }, "ENOTFOUND"],
  [{}, {}, "ENODATA"],
  [{}, { rcode: "NXDOMAIN" }, "ENODATA"],
  [{ rcode: "NXDOMAIN" }, {}, "ENODATA"],
  [{ rcode: "SERVFAIL" }, {}, "ESERVFAIL"],
  [{}, { rcode: "SERVFAIL" }, "ESERVFAIL"],
  [{ rcode: "REFUSED" }, { rcode: "REFUSED" }, "EREFUSED"],
])("askNameServer() makes of %j and %j the failure %s", async (a, aaaa, code) => {
  await expect(asked(a, aaaa)).resolves.toMatchObject({ code });
});

it("askNameServer() waits 50 ms for IPv6 once there is IPv4", async () => {
  await using server = await dnsServer({ [name]: { A: ipv4, AAAA: "silence" } });
  const clock = simulatedClock({ auto: false });
  const where = { name, server: server.address, timeoutMs: 1_000 };
  let result: unknown = null;
  const asking = askNameServer({ ...where, clock, signal }).then((answer) => (result = answer));
  const isWaiting = (): void => {
    expect(clock.pending()).toBe(2);
  };
  await vi.waitFor(isWaiting, { interval: 1 });

  await clock.advance(49);
  expect(result).toBeNull();
  await clock.advance(1);
  await asking;
  expect(result).toEqual({ addresses: found4, ttlSeconds: 5 });
  expect(clock.pending()).toBe(0);
});

it("askNameServer() gives up on a silent server when its time has passed", async () => {
  await using server = await dnsServer({ [name]: { A: "silence", AAAA: "silence" } });
  const clock = simulatedClock({ auto: false });
  const where = { name, server: server.address, timeoutMs: 1_000 };
  const asking = askNameServer({ ...where, clock, signal });
  await server.received(2);
  await clock.advance(1_000);

  await expect(asking).resolves.toMatchObject({ code: "ETIMEOUT" });
});

it("askNameServer() stops at once when its signal says so", async () => {
  await using server = await dnsServer({ [name]: { A: "silence", AAAA: "silence" } });
  const clock = simulatedClock({ auto: false });
  const stop = new AbortController();
  const where = { name, server: server.address, timeoutMs: 1_000 };
  const asking = askNameServer({ ...where, clock, signal: stop.signal });
  await server.received(2);
  const reason = new Error("enough");
  stop.abort(reason);

  await expect(asking).rejects.toBe(reason);
  expect(clock.pending()).toBe(0);
});

it("askNameServer() asks nobody when its signal was aborted before", async () => {
  const clock = simulatedClock({ auto: false });
  const aborted = AbortSignal.abort(new Error("enough"));
  const where = { name, server: "127.0.0.1:9", timeoutMs: 1_000 };

  await expect(askNameServer({ ...where, clock, signal: aborted })).rejects.toThrow("enough");
  expect(clock.pending()).toBe(0);
});
