const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`, "u");
const IPV6_CHARACTERS = /^[\da-f:.]{2,45}$/iu;

/**
 * Writes an address in the one way that can be compared.
 *
 * @param text - Perhaps an IPv4 or IPv6 literal, without brackets.
 * @returns IPv4 as it is, IPv6 as RFC 5952 has it, such as `2001:db8::1`, apart from IPv4 in its end, which is hexadecimal
 *   too; null when it is no address.
 */
export function canonicalAddress(text: string): string | null {
  if (IPV4.test(text)) return text;
  if (!IPV6_CHARACTERS.test(text) || !text.includes(":")) return null;
  // The URL standard writes an address as RFC 5952 does.
  const url = URL.parse(`http://[${text}]/`);
  return url === null ? null : url.hostname.slice(1, -1);
}

/**
 * Tells IPv4 from IPv6.
 *
 * @param text - Perhaps an address.
 * @returns 4 or 6; null when it is no address.
 */
export function addressFamily(text: string): 4 | 6 | null {
  if (canonicalAddress(text) === null) return null;
  return text.includes(":") ? 6 : 4;
}
