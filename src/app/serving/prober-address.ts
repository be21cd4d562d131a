import { TransportError } from "../../model/errors.ts";
import { canonicalAddress } from "../../model/ip-address.ts";
import type { Address, Resolver } from "../../ports/resolver.ts";
import type { ProbeAddressing } from "./probe-module.ts";
import type { Gauges } from "./prober-metrics.ts";

const FNV_OFFSET = 2_166_136_261;
const FNV_PRIME = 16_777_619;

/** Resolves names as a probe wants it: one address for each, of one family if there is one. */
export class ProbeResolver implements Resolver {
  readonly #resolver: Resolver;
  readonly #addressing: ProbeAddressing;
  #first: { readonly hostname: string; readonly address: Address } | null = null;

  /**
   * Makes a resolver for one probe.
   *
   * @param resolver - Who knows names; it is not disposed with this one.
   * @param addressing - Which family.
   */
  constructor(resolver: Resolver, addressing: ProbeAddressing) {
    this.#resolver = resolver;
    this.#addressing = addressing;
  }

  /**
   * Resolves the target, and remembers its address from then on.
   *
   * @param hostname - Of the target.
   * @param signal - Gives up.
   * @returns The address.
   * @throws {@link TransportError} When it has none.
   */
  async begin(hostname: string, signal: AbortSignal): Promise<Address> {
    const [address] = await this.resolve(hostname, signal);
    if (address === undefined) throw new TransportError(`${hostname} has no address`);
    this.#first = { hostname, address };
    return address;
  }

  readonly lookup = (hostname: string): readonly Address[] | null =>
    this.#first?.hostname === hostname ? [this.#first.address] : null;

  readonly resolve = async (hostname: string, signal: AbortSignal): Promise<readonly Address[]> => {
    const all = this.#resolver.lookup(hostname) ?? (await this.#resolver.resolve(hostname, signal));
    const { family, mayFallBack } = this.#addressing;
    const wanted =
      all.find((address) => address.family === family) ?? (mayFallBack ? all[0] : null);
    if (wanted !== null && wanted !== undefined) return [wanted];
    throw new TransportError(`${hostname} has no IPv${String(family)} address`);
  };

  /** Leaves the shared resolver as it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is its own.
  }
}

/**
 * Notes which address a probe goes to.
 *
 * @param gauges - Where to.
 * @param address - The address; null before it is known.
 */
export function noteAddress(gauges: Gauges, address: Address | null): void {
  gauges.set("probe_ip_protocol", address?.family ?? 0);
  gauges.set("probe_ip_addr_hash", address === null ? 0 : fnv32(bytesOf(address.address)));
}

// FNV-1a: not to be guessed back from, only to change when the address does.
function fnv32(bytes: readonly number[]): number {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, FNV_PRIME) >>> 0, FNV_OFFSET);
}

function bytesOf(address: string): readonly number[] {
  if (!address.includes(":")) return address.split(".").map(Number);
  const [before = "", after] = (canonicalAddress(address.replace(/%.*$/u, "")) ?? "::").split("::");
  const head = groupsOf(before);
  const tail = groupsOf(after ?? "");
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => 0);
  return [...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 0xff]);
}

function groupsOf(text: string): readonly number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
