import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { TransportError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import type { World } from "../../ports/world.ts";
import { DNSResolveAssert } from "./dns-resolve.ts";

const { kind } = DNSResolveAssert;
const hostname = "example.com";

function records(
  found: readonly string[] | Error | null,
  asked: unknown[] = [],
): Pick<World, "names"> {
  const names = {
    records: (name: string, { type, server }: { type: string; server: string | null }) => {
      asked.push([name, type, server]);
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    },
  };
  return { names: () => Promise.resolve(names) };
}

it.each<[string, readonly string[], object, string]>([
  ["any address", ["192.0.2.1"], {}, "pass"],
  ["no address", [], {}, "fail"],
  ["the address", ["192.0.2.1", "192.0.2.2"], { expectedIp: "192.0.2.2" }, "pass"],
  ["other addresses", ["192.0.2.1"], { expectedIp: "192.0.2.2" }, "fail"],
  ["all of them", ["192.0.2.1", "192.0.2.2"], { expectedIp: ["192.0.2.2", "192.0.2.1"] }, "pass"],
  ["not all of them", ["192.0.2.1"], { expectedIp: ["192.0.2.1", "192.0.2.2"] }, "fail"],
  ["IPv6", ["2001:DB8:0::1"], { recordType: "AAAA", expectedIp: "2001:db8::0:1" }, "pass"],
  ["a name", ["Example.ORG."], { recordType: "CNAME", expectedValue: "example.org" }, "pass"],
  [
    "MX",
    ["10 a.example", "20 b.example"],
    { recordType: "MX", expectedValue: "20  B.example." },
    "pass",
  ],
  ["MX", ["10 b.example"], { recordType: "MX", expectedValue: "20 b.example" }, "fail"],
  ["TXT", ["v=spf1 -all"], { recordType: "TXT", expectedValue: "v=spf1 -all" }, "pass"],
  ["TXT", ["KEY=a."], { recordType: "TXT", expectedValue: ["key=a", "KEY=a"] }, "fail"],
])("DNSResolveAssert judges %s: %j by %j as %s", async (_, found, options, verdict) => {
  const judgement = await probe(kind, { hostname, ...options }, { world: records(found) });
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.metrics).toEqual({ recordCount: found.length });
});

it.each<[readonly string[] | null, object, string, string]>([
  [null, {}, "A records", "no such name"],
  [null, { server: "192.0.2.53" }, "A records", "no such name from 192.0.2.53"],
  [[], {}, "A records", "no A record"],
  [[], { server: "192.0.2.53" }, "A records", "no A record from 192.0.2.53"],
  [
    ["192.0.2.1"],
    { server: "192.0.2.53", expectedIp: "192.0.2.2" },
    "192.0.2.2",
    "192.0.2.1 from 192.0.2.53",
  ],
  [["192.0.2.1"], { expectedIp: "192.0.2.2" }, "192.0.2.2", "192.0.2.1"],
  [["a\u001b"], { recordType: "TXT", expectedValue: "b" }, '"b"', '"a\uFFFD"'],
  [
    Array.from({ length: 12 }, (_, index) => `192.0.2.${String(index)}`),
    {},
    "A records",
    `${Array.from({ length: 10 }, (_, index) => `192.0.2.${String(index)}`).join(", ")} and 2 more`,
  ],
])(
  "DNSResolveAssert says of %j by %j what it expected and found",
  async (found, options, ...said) => {
    const { expected, actual } = await probe(
      kind,
      { hostname, ...options },
      { world: records(found) },
    );
    expect([expected, actual]).toEqual(said);
  },
);

it("DNSResolveAssert asks for A records of the system's servers unless it is told otherwise", async () => {
  const asked: unknown[] = [];
  const world = records([], asked);
  await probe(kind, { hostname }, { world });
  await probe(kind, { hostname, recordType: "NS", server: "[::1]:53" }, { world });
  expect(asked).toEqual([
    [hostname, "A", null],
    [hostname, "NS", "[::1]:53"],
  ]);
});

it("DNSResolveAssert leaves a server that gives no answer to the engine", async () => {
  const error = new TransportError("no answer from 192.0.2.53");
  await expect(probe(kind, { hostname }, { world: records(error) })).rejects.toBe(error);
});

it.each([
  [{ expectedIp: "::1" }, "cannot find ::1 among A records", 'set recordType: "AAAA"'],
  [
    { expectedIp: "127.0.0.1", recordType: "AAAA" },
    "cannot find 127.0.0.1 among AAAA records",
    'set recordType: "A"',
  ],
  [{ expectedIp: "::1", recordType: "MX" }, "cannot expect addresses of MX", "use expectedValue"],
  [{ expectedValue: "x" }, "cannot expect text of A records", "use expectedIp"],
])("DNSResolveAssert refuses %j", (options, message, hint) => {
  const error = expect.objectContaining({
    message: expect.stringContaining(message) as string,
    hint,
  }) as Error;
  expect(() => bind(kind, { hostname, ...options })).toThrow(error);
});

it.each([
  ["hostname", ""],
  ["hostname", "a b"],
  ["hostname", "-a"],
  ["hostname", "http://a/"],
  ["hostname", "a".repeat(254)],
  ["expectedIp", "1.2.3"],
  ["expectedIp", []],
  ["recordType", "a"],
  ["server", "dns.example"],
])("DNSResolveAssert does not take as %s %j", (name, value) => {
  const { problems } = readOptions(kind.fields, { hostname, [name]: value });
  expect(problems.map(({ property }) => property)).toEqual([name]);
});

it.each([
  [{}, "example.com has A records", "example.com A"],
  [
    { expectedIp: ["192.0.2.1", "192.0.2.2"], server: "192.0.2.53" },
    "example.com has A records holding 192.0.2.1, 192.0.2.2, asked of 192.0.2.53",
    "example.com A",
  ],
  [
    { recordType: "TXT", expectedValue: "v=spf1 -all" },
    'example.com has TXT records holding "v=spf1 -all"',
    "example.com TXT",
  ],
])("DNSResolveAssert says of %j what it claims", (options, claim, subject) => {
  const parameters = bind(kind, { hostname, ...options });
  expect([kind.claim(parameters), kind.subject(parameters)]).toEqual([claim, subject]);
});

it("DNSResolveAssert judges its samples as they say", () => {
  for (const { expected, judgement } of kind.samples()) expect(judgement.verdict).toBe(expected);
});
