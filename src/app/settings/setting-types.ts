import { canonicalAddress } from "../../model/ip-address.ts";
import { isRecord, type Json } from "../../model/json.ts";
import { mustBe, OptionType } from "../../model/option-type.ts";

/** Where a server listens. */
export type Address = Readonly<Record<"host", string>> & Readonly<Record<"port", number>>;

const LIMIT_CHARACTERS = 512;
const ADDRESS =
  /^(?:\[(?<six>[\da-f:.]{2,45})\]|(?<host>[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?)):(?<port>\d{1,5})$/iu;
const BASE_PATH = /^(?:\/[\w.~-]+)+$/u;
const DOTS = /\/\.{1,2}(?:\/|$)/u;
const SIZE = /^(?<count>\d{1,12}(?:\.\d{1,6})?)\s?(?<unit>[kmgt]?i?b)?$/iu;
const POWERS = ["", "k", "m", "g", "t"];
const MOST_PORT = 65_535;

/**
 * An address to listen at.
 *
 * @returns The type: `HOST:PORT`, an IPv6 address in brackets.
 */
export function address(): OptionType<string, Address> {
  const label = "HOST:PORT, such as 127.0.0.1:5000 or [::1]:5000";
  return new OptionType(label, (value) => {
    const groups = typeof value === "string" ? ADDRESS.exec(value.trim())?.groups : undefined;
    const port = Number(groups?.["port"]);
    const host = groups === undefined ? null : hostOf(groups);
    if (host === null || port > MOST_PORT) throw mustBe(label, value);
    return { host, port };
  });
}

/**
 * Writes an address as people do.
 *
 * @param value - An address that was read.
 * @returns `HOST:PORT`; null when it is none.
 */
export function addressText(value: Json): string | null {
  if (!isRecord(value)) return null;
  const { host, port } = value;
  if (typeof host !== "string" || typeof port !== "number") return null;
  return `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

/**
 * What stands before all paths of a server.
 *
 * @returns The type: it begins with a slash and ends without one; empty for none.
 */
export function basePath(): OptionType<string, string> {
  const label = "path that begins with / and does not end with it, such as /monitor";
  return new OptionType(label, (value) => {
    if (value === "" || value === "/") return "";
    const isFine =
      typeof value === "string" &&
      value.length <= LIMIT_CHARACTERS &&
      BASE_PATH.test(value) &&
      !DOTS.test(value);
    if (!isFine) throw mustBe(`a ${label}`, value);
    return value;
  });
}

/**
 * A network, or one address.
 *
 * @returns The type, such as `10.0.0.0/8`.
 */
export function network(): OptionType<string, string> {
  const label = "address or network, such as 10.0.0.1, 10.0.0.0/8 or fd00::/8";
  return new OptionType(label, (value) => {
    const [address = "", prefix, ...rest] = typeof value === "string" ? value.split("/") : [];
    const canonical = canonicalAddress(address);
    const most = address.includes(":") ? 128 : 32;
    const isPrefix = prefix === undefined || (/^\d{1,3}$/u.test(prefix) && Number(prefix) <= most);
    if (canonical === null || !isPrefix || rest.length > 0) throw mustBe(`an ${label}`, value);
    return prefix === undefined ? canonical : `${canonical}/${String(Number(prefix))}`;
  });
}

/**
 * A size.
 *
 * @param least - In bytes.
 * @param most - In bytes.
 * @returns The type: bytes, or such as `64 KiB`, `10 MB`; its values are bytes.
 */
export function size(least: number, most: number): OptionType<number | string, number> {
  const label = `size in bytes or such as "10 MiB", from ${sizeText(least)} to ${sizeText(most)}`;
  return new OptionType(label, (value) => {
    const bytes = typeof value === "string" ? bytesIn(value) : value;
    const isFine =
      typeof bytes === "number" && Number.isInteger(bytes) && bytes >= least && bytes <= most;
    if (!isFine) throw mustBe(`a ${label}`, value);
    return bytes;
  });
}

function hostOf(groups: Readonly<Record<string, string | undefined>>): string | null {
  const { six, host } = groups;
  if (six !== undefined) return six.includes(":") ? canonicalAddress(six) : null;
  // What has only digits and dots is meant as an address.
  if (host === undefined || !/^[\d.]+$/u.test(host)) return host?.toLowerCase() ?? null;
  return canonicalAddress(host);
}

function sizeText(bytes: number): string {
  const power = bytes === 0 ? 0 : Math.floor(Math.log2(bytes) / 10);
  const unit = POWERS[power]?.toUpperCase() ?? "";
  return `${String(bytes / 1_024 ** power)} ${unit === "" ? "" : `${unit}i`}B`;
}

function bytesIn(text: string): number {
  const groups = SIZE.exec(text.trim())?.groups;
  if (groups === undefined) return NaN;
  const unit = (groups["unit"] ?? "b").toLowerCase();
  const step = unit.includes("i") ? 1_024 : 1_000;
  const power = POWERS.indexOf(unit.replace(/i?b$/u, ""));
  return Math.round(Number(groups["count"]) * step ** power);
}
