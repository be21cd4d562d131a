import { isIPv4, isIPv6 } from "node:net";
import { TransportError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import type { Address } from "../../ports/resolver.ts";

const NAME_LIMIT_CHARACTERS = 253;
const LABEL_LIMIT_CHARACTERS = 63;
/** More of a malformed name helps nobody. */
const SHOWN_LIMIT_CHARACTERS = 80;

/**
 * Reads an IP address.
 *
 * @param hostname - As in a URL; an IPv6 literal may have brackets.
 * @returns The address; null for anything else, also for one with a zone id.
 */
export function literalAddress(hostname: string): Address | null {
  if (isIPv4(hostname)) return { address: hostname, family: 4 };
  // Most are names, and this is asked for every check.
  if (!hostname.includes(":") || hostname.includes("%")) return null;
  const hasBrackets = hostname.startsWith("[") && hostname.endsWith("]");
  const address = hasBrackets ? hostname.slice(1, -1) : hostname;
  return isIPv6(address) ? { address, family: 6 } : null;
}

/**
 * Tells what keeps a text from being the name of a host.
 *
 * @param name - A name, with or without a dot at its end.
 * @returns What is wrong, in words; null when it is a name.
 */
export function nameProblem(name: string): string | null {
  const bare = name.endsWith(".") ? name.slice(0, -1) : name;
  if (bare === "") return "it is empty";
  if (bare.length > NAME_LIMIT_CHARACTERS) {
    return `it is longer than ${String(NAME_LIMIT_CHARACTERS)} characters`;
  }
  if (bare.includes(":")) {
    return bare.includes("%") ? "an IPv6 zone id is not supported" : "it is not an IPv6 address";
  }
  const labels = bare.split(".");
  if (labels.includes("")) return "nothing stands between two of its dots, or before the first one";
  if (labels.some((label) => label.length > LABEL_LIMIT_CHARACTERS)) {
    return `a part between its dots is longer than ${String(LABEL_LIMIT_CHARACTERS)} characters`;
  }
  // Whatever else DNS could carry, no resolver of any system takes for the name of a host.
  return /^[\w.-]+$/u.test(bare) ? null : "a character of it may not be in the name of a host";
}

/**
 * Says that a host cannot be looked up at all.
 *
 * @param hostname - What was meant to be a name.
 * @param problem - What is wrong with it, from {@link nameProblem}.
 * @returns The error to throw.
 */
export function malformedName(hostname: string, problem: string): TransportError {
  const isCut = hostname.length > SHOWN_LIMIT_CHARACTERS;
  const shown = singleLine(hostname.slice(0, SHOWN_LIMIT_CHARACTERS)) + (isCut ? "…" : "");
  return new TransportError(`malformed host name '${shown}': ${problem}`);
}
