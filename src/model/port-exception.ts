import { OptionType } from "./option-type.ts";
import { InvalidOption, shownValue } from "./options.ts";

/** Somebody who listens. */
export interface Listener {
  readonly protocol: "tcp" | "udp";
  /** An IPv4 or IPv6 literal. */
  readonly address: string;
  readonly port: number;
}

const WITH_PROTOCOL = /^(?:tcp|udp)\/([1-9]\d{0,4})$/u;
const MOST_PORT = 65_535;

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)(?:%.*)?$/iu;

/**
 * A port that may be open: a number for both protocols, or with one, such as `tcp/53`.
 *
 * @returns The type.
 */
export function portException(): OptionType<number | string, number | string> {
  const label = 'port from 1 to 65535, or such as "tcp/53"';
  return new OptionType<number | string, number | string>(label, (value) => {
    if (isPort(value)) return value;
    if (typeof value === "string" && isPort(Number(WITH_PROTOCOL.exec(value)?.[1]))) return value;
    throw new InvalidOption(`must be a ${label}: got ${shownValue(value)}`);
  });
}

/**
 * Tells whether somebody may listen.
 *
 * @param listener - Who listens.
 * @param exceptions - Ports that may be open.
 * @returns True when one of them is this one.
 */
export function isExcepted(
  { protocol, port }: Listener,
  exceptions: readonly (number | string)[],
): boolean {
  return exceptions.includes(port) || exceptions.includes(`${protocol}/${String(port)}`);
}

/**
 * Tells whether only this machine itself can reach an address.
 *
 * @param address - An IPv4 or IPv6 literal.
 * @returns True for 127.0.0.0/8 and ::1.
 */
export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address);
}

function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MOST_PORT;
}
