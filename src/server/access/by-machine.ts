import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Caller } from "../caller.ts";
import { Refusal } from "../refusal.ts";
import type { AccessRules } from "./access-rules.ts";
import { refuseOtherHosts, refuseOtherSites } from "./cross-site.ts";
import { saysForwarded } from "./forwarded.ts";
import { unknown, type Connection, type OnUnknown } from "./judgement.ts";
import type { PeerOf } from "./local-peer.ts";
import { isLoopback, plainAddress } from "./networks.ts";

/** By what connections are judged that bring no certificate. */
export interface MachineOptions {
  readonly rules: AccessRules;
  readonly peerOf: PeerOf;
  /** Who runs this. */
  readonly uid: number;
  readonly onUnknown: OnUnknown;
}

/**
 * Judges a connection without certificates: who runs this on this machine may do everything, others what the settings say.
 *
 * @param socket - The connection.
 * @param options - By what.
 * @returns How its requests are judged.
 */
export function connectionByMachine(socket: Socket, options: MachineOptions): Connection {
  const from = plainAddress(socket.remoteAddress);
  const caller = callerOf(socket, from, options);
  const isLocal = isLoopback(from);
  const { hosts } = options.rules;
  let knownHost: string | null = null;
  const refuseHost = (request: IncomingMessage): Refusal | null => {
    // Mostly all requests of a connection name the same one.
    const { host = "" } = request.headers;
    if (host === knownHost) return null;
    const refusal = refuseOtherHosts(request, hosts);
    if (refusal === null) knownHost = host;
    return refusal;
  };
  return {
    until: Infinity,
    hasRole: caller instanceof Refusal ? false : caller.role !== null,
    judge: (request) =>
      refuseHost(request) ??
      refuseOtherSites(request, { isProxied: false, mayNavigate: false }) ??
      (isLocal ? refuseForwarded(request) : null) ??
      caller,
  };
}

function callerOf(
  socket: Socket,
  from: string,
  { rules, peerOf, uid, onUnknown }: MachineOptions,
): Caller | Refusal {
  if (!isLoopback(from)) {
    // Where proxies are listed, everybody is to come through them.
    const isOpen = rules.isInsecure && rules.proxies.isEmpty;
    return isOpen ? { who: "anybody", role: "reader", from } : unknown();
  }
  const peer = peerOf(socket);
  if (peer.type === "unknown") {
    onUnknown({ from, reason: "the kernel does not tell whose connection it is" });
    return unknown();
  }
  if (peer.type === "unavailable" || peer.uid === uid) {
    return { who: "local user", role: "admin", from, isUncounted: true };
  }
  const who = `local user ${String(peer.uid)}`;
  if (peer.uid === 0) return { who, role: "admin", from, isUncounted: true };
  return { who, role: rules.otherUsers === "reader" ? "reader" : null, from };
}

// It came from elsewhere, through something that nobody listed, even if that belongs to who runs this.
function refuseForwarded({ headers }: IncomingMessage): Refusal | null {
  if (!saysForwarded(headers)) return null;
  return new Refusal(403, "proxy-unlisted", "It came through a proxy that is not listed here.");
}
