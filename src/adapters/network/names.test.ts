import { createSocket } from "node:dgram";
import { getEventListeners } from "node:events";
import type { Answer } from "dns-packet";
import { expect, it } from "vitest";
import { dnsServer, type DnsReply } from "../../../test/support/dns-server.ts";
import { TransportError } from "../../model/errors.ts";
import type { RecordType } from "../../ports/names.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { dnsNames } from "./names.ts";

const { signal } = new AbortController();
const NAME = "a.example";

/** A clock on which no time passes. */
function frozen(): ReturnType<typeof simulatedClock> {
  return simulatedClock({ auto: false });
}

async function recordsFor(type: RecordType, reply: DnsReply | undefined): Promise<unknown> {
  await using server = await dnsServer({
    [NAME]: reply === undefined ? {} : { [type]: reply },
  });
  const names = dnsNames({ clock: frozen() });
  return await names
    .records(NAME, { type, server: server.address, signal })
    .catch((error: unknown) => error);
}

function answers(...given: readonly Answer[]): DnsReply {
  return { answers: given };
}

it.each<[RecordType, DnsReply, readonly string[]]>([
  ["A", { addresses: ["10.0.0.1", "10.0.0.2"] }, ["10.0.0.1", "10.0.0.2"]],
  ["AAAA", { addresses: ["2001:db8::1"] }, ["2001:db8::1"]],
  ["CNAME", answers({ type: "CNAME", name: NAME, data: "b.example" }), ["b.example"]],
  ["NS", answers({ type: "NS", name: NAME, data: "ns.example" }), ["ns.example"]],
  ["PTR", answers({ type: "PTR", name: NAME, data: "host.example" }), ["host.example"]],
  [
    "MX",
    answers(
      { type: "MX", name: NAME, data: { preference: 10, exchange: "mail.example" } },
      { type: "MX", name: NAME, data: { preference: 0, exchange: "." } },
    ),
    ["10 mail.example", "0 ."],
  ],
  ["TXT", answers({ type: "TXT", name: NAME, data: ["v=spf1 ", "-all"] }), ["v=spf1 -all"]],
  [
    "SRV",
    answers({
      type: "SRV",
      name: NAME,
      data: { priority: 1, weight: 2, port: 443, target: "host.example" },
    }),
    ["1 2 443 host.example"],
  ],
  [
    "CAA",
    answers({
      type: "CAA",
      name: NAME,
      data: { flags: 128, issuerCritical: true, tag: "issue", value: "ca.example" },
    }),
    ["128 issue ca.example"],
  ],
  [
    "SOA",
    answers({
      type: "SOA",
      name: NAME,
      data: {
        mname: "ns.example",
        rname: "root.example",
        serial: 7,
        refresh: 6,
        retry: 5,
        expire: 4,
        minimum: 3,
      },
    }),
    ["ns.example root.example 7 6 5 4 3"],
  ],
])("dnsNames() writes %s records as text", async (type, reply, records) => {
  expect(await recordsFor(type, reply)).toEqual(records);
});

it("dnsNames() has no records for a name without them, and for one that does not exist", async () => {
  expect(await recordsFor("MX", undefined)).toEqual([]);
  expect(await recordsFor("A", { rcode: "NXDOMAIN" })).toBeNull();
});

it.each([
  ["SERVFAIL", "name server failed to look up 'a.example' (SERVFAIL)"],
  ["REFUSED", "name server refused to look up 'a.example' (REFUSED)"],
] as const)("dnsNames() tells that the server answered %s", async (rcode, message) => {
  const error = await recordsFor("A", { rcode });
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({ message, blame: "target" });
});

it("dnsNames() blames a server that was named and does not listen", async () => {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const server = `127.0.0.1:${String(socket.address().port)}`;
  await new Promise<void>((resolve) => socket.close(resolve));
  const asked = dnsNames({ clock: frozen() }).records(NAME, { type: "TXT", server, signal });
  await expect(asked).rejects.toMatchObject({
    name: "TransportError",
    message: `name server ${server} cannot be reached for TXT 'a.example' (ECONNREFUSED)`,
    blame: "target",
  });
});

it("dnsNames() waits for a silent server as long as it should", async () => {
  await using silent = await dnsServer({ [NAME]: { A: "silence" } });
  const clock = frozen();
  const names = dnsNames({ clock, timeoutMs: 3_000 });
  const asked = names.records(NAME, { type: "A", server: silent.address, signal });
  const outcome = asked.catch((error: unknown) => error);
  await silent.received(1);
  await clock.advance(2_999);
  expect(clock.pending()).toBe(1);
  await clock.advance(1);
  expect(await outcome).toMatchObject({
    name: "TransportError",
    message: "name server gave no answer for 'a.example' (ETIMEOUT)",
    blame: "target",
  });
});

it("dnsNames() stops with its signal, and leaves nothing behind", async () => {
  await using silent = await dnsServer({ [NAME]: { A: "silence" } });
  const clock = frozen();
  const controller = new AbortController();
  const options = { type: "A", server: silent.address, signal: controller.signal } as const;
  const asked = dnsNames({ clock }).records(NAME, options);
  const reason = new Error("enough");
  const outcome = expect(asked).rejects.toBe(reason);
  await silent.received(1);
  controller.abort(reason);
  await outcome;
  expect(clock.pending()).toBe(0);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  await expect(dnsNames({ clock }).records(NAME, options)).rejects.toBe(reason);
  expect(silent.queries).toHaveLength(1);
});

it.each([
  ...["", "example", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:5a", ":53"],
  ...["[127.0.0.1]:53", "[::1", "::1]:53", "1.2.3", "[]:53", "fe80::1%eth0", "127.0.0.1 :53"],
])("dnsNames() refuses the server %j", async (server) => {
  const asked = dnsNames({ clock: frozen() }).records(NAME, { type: "A", server, signal });
  await expect(asked).rejects.toThrow(TypeError);
  await expect(asked).rejects.toThrow(`got ${JSON.stringify(server)}`);
});

it("dnsNames() refuses what cannot be a name without asking", async () => {
  await using server = await dnsServer();
  const names = dnsNames({ clock: frozen() });
  const asked = names.records("a..b", { type: "A", server: server.address, signal });
  await expect(asked).rejects.toThrow("malformed host name 'a..b'");
  expect(server.queries).toEqual([]);
});
