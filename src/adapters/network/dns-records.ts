import type { CaaRecord, MxRecord, promises, SrvRecord } from "node:dns";
import type { RecordType } from "../../ports/names.ts";

type Resolver = promises.Resolver;
type Ask = (resolver: Resolver, name: string) => Promise<readonly string[]>;

/** The answer to one question may be 64 KiB long. */
const RECORDS_LIMIT = 1_000;

/** How each type of record is asked for. */
const ASKING: Readonly<Record<RecordType, Ask>> = {
  A: askForA,
  AAAA: askForAaaa,
  CAA: askForCaa,
  CNAME: askForCname,
  MX: askForMx,
  NS: askForNs,
  PTR: askForPtr,
  SOA: askForSoa,
  SRV: askForSrv,
  TXT: askForTxt,
};

/**
 * Asks for records, and writes them as text: the fields of each with one space between them.
 *
 * @param resolver - Who asks.
 * @param type - Which records.
 * @param name - Of what.
 * @returns The records, in the order in which they came; at most 1,000.
 * @throws What the resolver throws.
 */
export async function askForRecords(
  resolver: Resolver,
  type: RecordType,
  name: string,
): Promise<readonly string[]> {
  return (await ASKING[type](resolver, name)).slice(0, RECORDS_LIMIT);
}

function askForA(resolver: Resolver, name: string): Promise<readonly string[]> {
  return resolver.resolve4(name);
}

function askForAaaa(resolver: Resolver, name: string): Promise<readonly string[]> {
  return resolver.resolve6(name);
}

async function askForCaa(resolver: Resolver, name: string): Promise<readonly string[]> {
  return (await resolver.resolveCaa(name)).map(caaText);
}

function askForCname(resolver: Resolver, name: string): Promise<readonly string[]> {
  return resolver.resolveCname(name);
}

async function askForMx(resolver: Resolver, name: string): Promise<readonly string[]> {
  return (await resolver.resolveMx(name)).map(mxText);
}

function askForNs(resolver: Resolver, name: string): Promise<readonly string[]> {
  return resolver.resolveNs(name);
}

function askForPtr(resolver: Resolver, name: string): Promise<readonly string[]> {
  return resolver.resolvePtr(name);
}

async function askForSoa(resolver: Resolver, name: string): Promise<readonly string[]> {
  const soa = await resolver.resolveSoa(name);
  const { nsname, hostmaster, serial, refresh, retry, expire, minttl } = soa;
  return [[nsname, hostmaster, serial, refresh, retry, expire, minttl].join(" ")];
}

async function askForSrv(resolver: Resolver, name: string): Promise<readonly string[]> {
  return (await resolver.resolveSrv(name)).map(srvText);
}

async function askForTxt(resolver: Resolver, name: string): Promise<readonly string[]> {
  return (await resolver.resolveTxt(name)).map((parts) => parts.join(""));
}

function caaText({ critical, ...properties }: CaaRecord): string {
  const texts = Object.entries(properties).filter(([name]) => name !== "type");
  return [critical, ...texts.flat()].join(" ");
}

function mxText({ priority, exchange }: MxRecord): string {
  return `${String(priority)} ${rooted(exchange)}`;
}

function srvText({ priority, weight, port, name }: SrvRecord): string {
  return [priority, weight, port, rooted(name)].join(" ");
}

// No name at all is the root, as in `0 .`, which says that a domain takes no mail.
function rooted(name: string): string {
  return name === "" ? "." : name;
}
