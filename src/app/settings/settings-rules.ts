import { isIP } from "node:net";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Settings } from "./setting-table.ts";
import { addressText } from "./setting-types.ts";

/** What is wrong with settings that are fine each by itself. */
export interface BrokenRule extends Pick<Diagnostic, "message" | "hint"> {
  /** The settings that do not go together, such as `server.tls.cert`; the first is where people look. */
  readonly keys: readonly [string, ...string[]];
}

/**
 * Finds settings that do not go together.
 *
 * @param settings - What holds.
 * @returns Every rule that is broken.
 */
export function brokenRules(settings: Settings): readonly BrokenRule[] {
  return [...tlsRules(settings), ...listenRules(settings), ...roleRules(settings)];
}

/**
 * Tells whether only this machine reaches an address.
 *
 * @param host - A name, or an address without brackets.
 * @returns False for any other name than `localhost`: nobody knows where it leads.
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost") || name === "::1") return true;
  return isIP(name) === 4 && name.startsWith("127.");
}

function tlsRules({ server: { tls } }: Settings): readonly BrokenRule[] {
  const needs = (name: keyof typeof tls, other: keyof typeof tls): readonly BrokenRule[] => {
    if (tls[name] === null || tls[other] !== null) return [];
    const message = `needs server.tls.${other} beside it`;
    return [{ keys: [`server.tls.${name}`, `server.tls.${other}`], message, hint: null }];
  };
  return [
    ...needs("cert", "key"),
    ...needs("key", "cert"),
    ...needs("ca", "cert"),
    ...needs("crl", "ca"),
  ];
}

function listenRules({ server }: Settings): readonly BrokenRule[] {
  const { listen, tls, insecure } = server;
  if (isLoopback(listen.host) || tls.cert !== null || insecure) return [];
  return [
    {
      keys: ["server.listen", "server.tls.cert", "server.insecure"],
      message: `without TLS must be an address of this machine alone, such as 127.0.0.1:${String(listen.port)}: got ${addressText(listen) ?? ""}`,
      hint: "give server.tls.cert and server.tls.key; or say that it is meant: server.insecure",
    },
  ];
}

function roleRules({ server: { roles } }: Settings): readonly BrokenRule[] {
  return roles.flatMap(({ role, subject, organizationalUnit, san, fingerprint }, index) => {
    const said = [subject, organizationalUnit, san, fingerprint];
    if (role === "reader" || said.some((value) => value !== null)) return [];
    const message = `must say of whom in its entry ${String(index + 1)}: subject, organizationalUnit, san or fingerprint`;
    return [{ keys: ["server.roles"] as const, message, hint: null }];
  });
}
