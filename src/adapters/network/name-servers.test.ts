import { createSocket } from "node:dgram";
import { expect, it } from "vitest";
import { dnsServer, type DnsReply, type DnsScript } from "../../../test/support/dns-server.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { NameServers } from "./name-servers.ts";

const { signal } = new AbortController();
const conf = { timeoutSeconds: 2, attempts: 2 };
const found: DnsReply = { addresses: ["10.0.0.1"] };

function always(reply: DnsReply): DnsScript {
  return { "a.example": { A: reply, AAAA: reply }, "b.example": { A: reply, AAAA: reply } };
}

const answering: DnsScript = { "a.example": { A: found }, "b.example": { A: found } };

/** An address where nobody listens. */
async function closedAddress(): Promise<string> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return `127.0.0.1:${String(port)}`;
}

it.each(["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"] as const)(
  "ask() passes over a server that answers %s, without waiting",
  async (rcode) => {
    await using first = await dnsServer(always({ rcode }));
    await using second = await dnsServer(answering);
    const clock = simulatedClock({ auto: false });
    const servers = [first.address, second.address];
    const nameServers = new NameServers({ servers, questionsLimit: 10, clock });

    const result = await nameServers.ask("a.example", conf, signal);
    expect(result).toMatchObject({ addresses: [{ address: "10.0.0.1" }] });
  },
);

it("ask() passes over a server that cannot be reached", async () => {
  await using second = await dnsServer(answering);
  const clock = simulatedClock({ auto: false });
  const servers = [await closedAddress(), second.address];
  const nameServers = new NameServers({ servers, questionsLimit: 10, clock });

  const result = await nameServers.ask("a.example", conf, signal);
  expect(result).toMatchObject({ addresses: [{ address: "10.0.0.1" }] });
});

it("ask() takes the word of the first server that says there is no such name", async () => {
  await using first = await dnsServer();
  await using second = await dnsServer(answering);
  const clock = simulatedClock({ auto: false });
  const servers = [first.address, second.address];
  const nameServers = new NameServers({ servers, questionsLimit: 10, clock });

  const result = await nameServers.ask("a.example", conf, signal);
  expect(result).toMatchObject({ code: "ENOTFOUND" });
  expect(second.queries).toEqual([]);
});

it("ask() tells when no server can be reached", async () => {
  const clock = simulatedClock({ auto: false });
  const servers = [await closedAddress()];
  const nameServers = new NameServers({ servers, questionsLimit: 10, clock });

  const result = await nameServers.ask("a.example", conf, signal);
  expect(result).toMatchObject({ code: "ECONNREFUSED" });
});

it("ask() asks a silent server again, for twice as long, and then gives up", async () => {
  await using server = await dnsServer(always("silence"));
  const clock = simulatedClock({ auto: false });
  const servers = [server.address];
  const nameServers = new NameServers({ servers, questionsLimit: 10, clock });
  let result: unknown = null;
  const asking = nameServers.ask("a.example", conf, signal).then((answer) => (result = answer));
  await server.received(2);
  await clock.advance(2_000);
  await server.received(4);

  await clock.advance(3_999);
  expect(result).toBeNull();
  await clock.advance(1);
  await asking;
  expect(result).toMatchObject({ code: "ETIMEOUT" });
});

it("ask() begins with the server that answered last, and after 30 s with the first again", async () => {
  await using first = await dnsServer(always("silence"));
  await using second = await dnsServer(answering);
  const clock = simulatedClock({ auto: false });
  const servers = [first.address, second.address];
  const nameServers = new NameServers({ servers, questionsLimit: 10, clock });
  const asking = nameServers.ask("a.example", conf, signal);
  await first.received(2);
  await clock.advance(2_000);
  await asking;

  await clock.advance(29_999);
  await nameServers.ask("b.example", conf, signal);
  expect(first.queries).toHaveLength(2);

  Object.assign(first.script, answering);
  await clock.advance(1);
  await nameServers.ask("b.example", conf, signal);
  expect(first.queries).toHaveLength(4);
});

it("ask() holds questions beyond the limit back, in order, and forgets those that are given up", async () => {
  await using server = await dnsServer({
    "a.example": { A: "silence", AAAA: "silence" },
    "c.example": { A: found },
    "d.example": { A: found },
  });
  const clock = simulatedClock({ auto: false });
  const nameServers = new NameServers({ servers: [server.address], questionsLimit: 1, clock });
  const stop = new AbortController();
  const first = nameServers.ask("a.example", conf, stop.signal);
  const second = nameServers.ask("b.example", conf, stop.signal);
  const others = ["c.example", "d.example"].map((name) => nameServers.ask(name, conf, signal));
  await server.received(2);
  expect(server.queries.sort()).toEqual(["A a.example", "AAAA a.example"]);

  stop.abort(new Error("enough"));
  await expect(first).rejects.toThrow("enough");
  await expect(second).rejects.toThrow("enough");
  await Promise.all(others);
  const later = server.queries.slice(2).map((query) => query.split(" ")[1]);
  expect(later).toEqual(["c.example", "c.example", "d.example", "d.example"]);
});

it("ask() sends a burst in parts that a server's buffer can hold", async () => {
  await using server = await dnsServer();
  const clock = simulatedClock({ auto: false });
  const nameServers = new NameServers({ servers: [server.address], questionsLimit: 500, clock });
  const stop = new AbortController();
  const names = Array.from({ length: 200 }, (_, index) => `${String(index)}.example`);
  for (const name of names) server.script[name] = { A: "silence", AAAA: "silence" };
  const all = names.map((name) => nameServers.ask(name, conf, stop.signal));
  await server.received(256);

  await clock.advance(249);
  expect(server.queries).toHaveLength(256);
  await clock.advance(1);
  await server.received(400);
  stop.abort(new Error("enough"));
  const results = await Promise.allSettled(all);
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["rejected"]));
  expect(clock.pending()).toBe(0);
});

/** What makes a server silent about so many names. */
function silence(count: number): DnsScript {
  const names = Array.from({ length: count }, (_, index) => `silent-${String(index)}.example`);
  return Object.fromEntries(names.map((name) => [name, { A: "silence", AAAA: "silence" }]));
}

it("ask() lets names that a server is silent about hold up others for 250 ms, not for all their tries", async () => {
  const silent = silence(128);
  await using server = await dnsServer({ ...answering, ...silent });
  const clock = simulatedClock({ auto: false });
  const nameServers = new NameServers({ servers: [server.address], questionsLimit: 500, clock });
  const stop = new AbortController();
  const all = Object.keys(silent).map((name) => nameServers.ask(name, conf, stop.signal));
  const healthy = nameServers.ask("a.example", conf, signal);
  await server.received(256);
  await clock.advance(249);
  expect(server.queries).toHaveLength(256);

  await clock.advance(1);
  await expect(healthy).resolves.toMatchObject({ addresses: [{ address: "10.0.0.1" }] });
  stop.abort(new Error("enough"));
  await Promise.allSettled(all);
  expect(clock.pending()).toBe(0);
});

it("ask() asks what was never asked before it asks again", async () => {
  await using server = await dnsServer({ "a.example": { A: "silence", AAAA: "silence" } });
  server.script["c.example"] = { A: found };
  const clock = simulatedClock({ auto: false });
  const nameServers = new NameServers({ servers: [server.address], questionsLimit: 1, clock });
  const stop = new AbortController();
  const again = nameServers.ask("a.example", conf, stop.signal);
  await server.received(2);
  const others = ["c.example", "d.example"].map((name) => nameServers.ask(name, conf, signal));
  await clock.advance(2_000);
  await Promise.all(others);
  await server.received(8);

  const names = server.queries.map((query) => query.split(" ")[1]);
  expect([...new Set(names.slice(2))]).toEqual(["c.example", "d.example", "a.example"]);
  stop.abort(new Error("enough"));
  await expect(again).rejects.toThrow("enough");
});

it("ask() keeps a pace for each server: one that is silent does not slow the next", async () => {
  const silent = silence(200);
  const refused: DnsReply = { rcode: "REFUSED" };
  await using first = await dnsServer({ ...always(refused), ...silent });
  await using second = await dnsServer(answering);
  const clock = simulatedClock({ auto: false });
  const servers = [first.address, second.address];
  const nameServers = new NameServers({ servers, questionsLimit: 500, clock });
  const stop = new AbortController();
  const early = nameServers.ask("a.example", { ...conf, attempts: 1 }, signal);
  const all = Object.keys(silent).map((name) => nameServers.ask(name, conf, stop.signal));

  await expect(early).resolves.toMatchObject({ addresses: [{ address: "10.0.0.1" }] });
  stop.abort(new Error("enough"));
  await Promise.allSettled(all);
});
