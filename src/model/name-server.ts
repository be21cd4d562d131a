import { addressFamily } from "./ip-address.ts";
import { OptionType } from "./option-type.ts";
import { InvalidOption, shownValue } from "./options.ts";

const IPV4_WITH_PORT = /^(?<host>[\d.]+):(?<port>\d{1,5})$/u;
const IPV6_IN_BRACKETS = /^\[(?<host>[^[\]]*:[^[\]]*)\](?::(?<port>\d{1,5}))?$/u;

/**
 * Which name server to ask: an address, and perhaps a port.
 *
 * @returns The type.
 */
export function nameServer(): OptionType<string, string> {
  const label = "IP address with an optional port";
  return new OptionType(label, (value) => {
    if (typeof value === "string" && isNameServer(value)) return value;
    throw new InvalidOption(`must be an ${label}: got ${shownValue(value)}`, {
      hint: "write 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353",
    });
  });
}

function isNameServer(text: string): boolean {
  if (addressFamily(text) !== null) return true;
  const groups = (IPV4_WITH_PORT.exec(text) ?? IPV6_IN_BRACKETS.exec(text))?.groups;
  const { host = "", port } = groups ?? {};
  return addressFamily(host) !== null && isPort(Number(port ?? 53));
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}
