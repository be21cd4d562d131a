import { canonicalAddress } from "./ip-address.ts";

/** How many labels a wildcard needs behind it: `*.com` covers nothing. */
const LEAST_LABELS_BEHIND = 2;

/**
 * Tells whether one of a certificate's names covers a name.
 *
 * A wildcard is the whole leftmost label and stands for exactly one label; it covers no address.
 *
 * @param name - A host name, an address, or a name with a wildcard, which only the same one covers.
 * @param certificateNames - The names that the certificate is for.
 * @returns True when it is covered.
 * @see RFC 6125, section 6.4.3.
 */
export function isCovered(name: string, certificateNames: readonly string[]): boolean {
  const address = canonicalAddress(name);
  if (address !== null) return certificateNames.some((one) => canonicalAddress(one) === address);
  const wanted = plain(name);
  return certificateNames.some((one) => covers(plain(one), wanted));
}

function covers(certificateName: string, wanted: string): boolean {
  if (certificateName === wanted) return wanted !== "";
  const behind = behindWildcard(certificateName);
  const dot = wanted.indexOf(".");
  if (behind === null || dot < 1 || wanted.startsWith("*")) return false;
  return wanted.slice(dot + 1) === behind;
}

function behindWildcard(certificateName: string): string | null {
  if (!certificateName.startsWith("*.")) return null;
  const behind = certificateName.slice(2);
  const labels = behind.split(".");
  const isPlain = labels.every((label) => label !== "" && !label.includes("*"));
  return isPlain && labels.length >= LEAST_LABELS_BEHIND ? behind : null;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/u, "");
}
