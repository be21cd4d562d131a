import { assertion } from "../../model/assertion.ts";
import { quotedExcerpt } from "../../model/excerpt.ts";
import { addressFamily, canonicalAddress } from "../../model/ip-address.ts";
import { nameServer } from "../../model/name-server.ts";
import { either, list } from "../../model/composite-types.ts";
import { OptionType } from "../../model/option-type.ts";
import { oneOf, text } from "../../model/option-types.ts";
import { InvalidOption, shownValue } from "../../model/options.ts";
import type { RecordType } from "../../ports/names.ts";
import type { World } from "../../ports/world.ts";

const RECORD_TYPES = [
  ...(["A", "AAAA", "CNAME", "MX", "NS"] as const),
  ...(["TXT", "SRV", "PTR", "CAA", "SOA"] as const),
] satisfies readonly RecordType[];

/** Which family of addresses a type of records holds. */
const FAMILIES: Readonly<Partial<Record<RecordType, 4 | 6>>> = { A: 4, AAAA: 6 };

/** In these, case and the dot at the end mean something. */
const EXACT: readonly RecordType[] = ["TXT", "CAA"];

const LIMIT_EXPECTED = 100;
const LIMIT_SHOWN = 10;

interface Seen {
  /** Null when there is no such name. */
  readonly records: readonly string[] | null;
}

const address = new OptionType<string, string>("IP address", (value) => {
  const canonical = typeof value === "string" ? canonicalAddress(value) : null;
  if (canonical === null)
    throw new InvalidOption(`must be an IP address: got ${shownValue(value)}`);
  return canonical;
});

/**
 * A name resolves, asked of a name server itself: neither our cache nor the hosts file has a say.
 *
 * @example
 * ```ts
 * new DNSResolveAssert({ hostname: "example.com", expectedIp: "192.0.2.10", server: "192.0.2.53" });
 * ```
 */
export class DNSResolveAssert extends assertion({
  kind: "dns-resolve",
  name: "DNSResolveAssert",
  summary: "A name resolves, to what it should.",
  uses: ["names"],
  fields: {
    hostname: text({
      most: 253,
      like: /^[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_.-]*)$/u,
      label: "domain name",
    }).required("The whole name: no search list applies."),
    expectedIp: either(address, list(address, { least: 1, most: LIMIT_EXPECTED })).optional(
      "An address that must be among the answers, or several, which all must; any address by default.",
    ),
    recordType: oneOf(RECORD_TYPES).or("A", "Which records are asked for."),
    server: nameServer().optional("The name server to ask; the system's by default."),
    expectedValue: either(
      text({ most: 4_096 }),
      list(text({ most: 4_096 }), { least: 1, most: LIMIT_EXPECTED }),
    ).optional(
      "For records other than A and AAAA: one that must be among the answers, such as `10 mail.example.com` for MX, or several.",
    ),
  },
  bind: ({ recordType, expectedIp, expectedValue }) => {
    const family = FAMILIES[recordType];
    if (family === undefined) refuseAddresses(recordType, expectedIp);
    else {
      refuseFamilies(recordType, asList(expectedIp));
      refuseValues(recordType, expectedValue);
    }
    return {};
  },
  claim: ({ hostname, recordType, server, expectedIp, expectedValue }) => {
    const wanted = [...asList(expectedIp), ...asList(expectedValue)];
    const from = server === null ? "" : `, asked of ${server}`;
    const to = wanted.length === 0 ? "" : ` holding ${shownRecords(wanted, recordType)}`;
    return `${hostname} has ${recordType} records${to}${from}`;
  },
  subject: ({ hostname, recordType }) => `${hostname} ${recordType}`,
  probe: async ({ hostname, recordType, server }, world: World, { signal }): Promise<Seen> => {
    const names = await world.names();
    return { records: await names.records(hostname, { type: recordType, server, signal }) };
  },
  judge: ({ records: answer }: Seen, { recordType, expectedIp, expectedValue, server }) => {
    const wanted = [...asList(expectedIp), ...asList(expectedValue)];
    const records = answer ?? [];
    const found = new Set(records.map((record) => comparable(record, recordType)));
    const isThere = (record: string): boolean => found.has(comparable(record, recordType));
    const holds = wanted.length === 0 ? records.length > 0 : wanted.every(isThere);
    const from = holds || server === null ? "" : ` from ${server}`;
    return {
      verdict: holds ? "pass" : "fail",
      expected: wanted.length === 0 ? `${recordType} records` : shownRecords(wanted, recordType),
      actual: `${shownFound(answer, recordType)}${from}`,
      metrics: { recordCount: records.length },
    };
  },
  samples: [
    {
      options: { hostname: "example.com", expectedIp: "192.0.2.10" },
      observation: { records: ["192.0.2.9", "192.0.2.10"] },
      verdict: "pass",
    },
    {
      options: { hostname: "example.com", recordType: "AAAA", expectedIp: "2001:db8::0:1" },
      observation: { records: ["2001:db8::1"] },
      verdict: "pass",
    },
    {
      options: { hostname: "example.com", recordType: "MX", expectedValue: "10 mail.example.com" },
      observation: { records: ["20 backup.example.com"] },
      verdict: "fail",
    },
    { options: { hostname: "gone.example.com" }, observation: { records: null }, verdict: "fail" },
  ],
}) {}

function refuseAddresses(type: RecordType, expectedIp: string | readonly string[] | null): void {
  if (expectedIp === null) return;
  const hint = "use expectedValue";
  throw new InvalidOption(`cannot expect addresses of ${type} records`, { hint });
}

function refuseValues(type: RecordType, expectedValue: string | readonly string[] | null): void {
  if (expectedValue === null) return;
  const hint = "use expectedIp";
  throw new InvalidOption(`cannot expect text of ${type} records`, { hint });
}

function refuseFamilies(type: RecordType, addresses: readonly string[]): void {
  const other = addresses.find((one) => addressFamily(one) !== FAMILIES[type]);
  if (other === undefined) return;
  const [right] = Object.entries(FAMILIES).find(([, of]) => of === addressFamily(other)) ?? [""];
  throw new InvalidOption(`cannot find ${other} among ${type} records`, {
    hint: `set recordType: "${right}"`,
  });
}

function asList(value: string | readonly string[] | null): readonly string[] {
  if (value === null) return [];
  return typeof value === "string" ? [value] : value;
}

function comparable(record: string, type: RecordType): string {
  if (type in FAMILIES) return canonicalAddress(record) ?? record;
  if (EXACT.includes(type)) return record;
  return record
    .toLowerCase()
    .split(/\s+/u)
    .map((word) => word.replace(/(?<=.)\.$/u, ""))
    .join(" ");
}

function shownFound(records: readonly string[] | null, type: RecordType): string {
  if (records === null) return "no such name";
  return records.length === 0 ? `no ${type} record` : shownRecords(records, type);
}

function shownRecords(records: readonly string[], type: RecordType): string {
  const isAddress = type in FAMILIES;
  const shown = records
    .slice(0, LIMIT_SHOWN)
    .map((record) => (isAddress ? record : quotedExcerpt(record)));
  const more = records.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
}
