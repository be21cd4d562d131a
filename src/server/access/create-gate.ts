import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Access } from "../../api/route.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ReadTable } from "../../ports/kernel-tables.ts";
import type { Caller } from "../caller.ts";
import type { Gate } from "../gate.ts";
import { Refusal, RoleMissing } from "../refusal.ts";
import { compileAccess, type AccessRules } from "./access-rules.ts";
import { connectionByCertificate } from "./by-certificate.ts";
import { connectionByMachine } from "./by-machine.ts";
import { ProxiedCertificates } from "./by-proxy.ts";
import { Expiry } from "./expiry.ts";
import { clientAddress } from "./forwarded.ts";
import type { Connection, Now, OnUnknown } from "./judgement.ts";
import { LocalPeers, type Peer, type PeerOf } from "./local-peer.ts";
import { isLoopback, plainAddress } from "./networks.ts";
import { RANKS } from "./roles.ts";
import type { AccessSettings } from "./settings.ts";
import type { Trust } from "./tls-keeper.ts";

/** What a gate goes by. */
export interface GateOptions {
  readonly settings: AccessSettings;
  /** Whose certificates are believed; null where there are none. */
  readonly trust: Trust | null;
  readonly clock: Pick<Clock, "now" | "after">;
  /** Told why somebody is not known, once for each connection: the answer does not say it. */
  readonly onUnknown?: OnUnknown;
  /** Reads the kernel's tables, which tell whose process is at the other end of a connection. */
  readonly readTable: ReadTable;
  /** Tells that instead of the kernel. */
  readonly peerOf?: PeerOf;
}

/** A gate whose rules may become others. */
export interface AccessGate extends Gate, Disposable {
  /**
   * Goes by other settings from now on.
   *
   * @throws {@link ConfigurationError} When they cannot be used; then it goes by those it had.
   */
  readonly update: (settings: AccessSettings) => void;
}

/** Whoever does not wait for {@link Gate.prepare} knows nobody. */
const UNASKED: Peer = { type: "unknown" };

/** For what still has to be written to a connection that is ended, in milliseconds. */
const LAST_WORDS_MS = 1_000;

/**
 * Makes who decides who may ask for what.
 *
 * @param options - What it goes by.
 * @returns The gate; disposing of it ends its timers.
 * @throws {@link ConfigurationError} When the settings cannot be used.
 */
export function createGate(options: GateOptions): AccessGate {
  return new RoleGate(options);
}

class RoleGate implements AccessGate {
  readonly #options: GateOptions;
  readonly #listeners = new Set<() => void>();
  readonly #proxied: ProxiedCertificates;
  readonly #expiry: Expiry;
  readonly #stopTrust: () => void;
  readonly #onUnknown: OnUnknown;
  #rules: AccessRules;
  /** How requests of connections are judged; another map whenever anything changes. */
  #connections = new WeakMap<Socket, Connection>();
  /** Whose connections they are, as the kernel says. */
  readonly #peers = new WeakMap<Socket, Peer>();
  readonly #finder: LocalPeers;
  /** Those that are ended when whoever made them may nothing any more. */
  readonly #admitted = new Set<Socket>();

  constructor(options: GateOptions) {
    this.#options = options;
    this.#finder = new LocalPeers(options.readTable);
    this.#onUnknown = options.onUnknown ?? (() => undefined);
    this.#rules = compileAccess(options.settings);
    this.#expiry = new Expiry(options.clock, () => {
      this.#change();
    });
    this.#proxied = new ProxiedCertificates(
      () => this.#now(),
      ({ until }) => {
        this.#expiry.at(until);
      },
      this.#onUnknown,
    );
    this.#stopTrust =
      options.trust?.onChange(() => {
        this.#change();
      }) ?? (() => undefined);
  }

  prepare({ socket }: IncomingMessage): Promise<void> | null {
    if (this.#connections.has(socket) || this.#peers.has(socket)) return null;
    if (this.#options.peerOf !== undefined || !this.#isLocal(socket)) return null;
    return this.#finder.find(socket).then((peer) => {
      this.#peers.set(socket, peer);
    });
  }

  admit(request: IncomingMessage, access: Access): Caller | Refusal {
    if (access === "open") {
      return { who: "anybody", role: null, from: this.#addressOf(request) };
    }
    const caller = this.#connectionOf(request.socket).judge(request);
    if (caller instanceof Refusal) return caller;
    const isAllowed = caller.role !== null && RANKS[caller.role] >= RANKS[access];
    return isAllowed ? caller : new RoleMissing(caller);
  }

  isProxied({ socket }: IncomingMessage): boolean {
    const { proxies } = this.#rules;
    return !proxies.isEmpty && proxies.has(plainAddress(socket.remoteAddress));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  update(settings: AccessSettings): void {
    this.#rules = compileAccess(settings);
    this.#change();
  }

  [Symbol.dispose](): void {
    this.#stopTrust();
    this.#expiry[Symbol.dispose]();
    this.#listeners.clear();
    this.#admitted.clear();
  }

  #now(): Now {
    const { trust, clock } = this.#options;
    return { rules: this.#rules, authorities: trust?.authorities() ?? null, time: clock.now() };
  }

  #addressOf(request: IncomingMessage): string {
    const from = plainAddress(request.socket.remoteAddress);
    const { proxies } = this.#rules;
    return this.isProxied(request) ? clientAddress(request.headers, from, proxies) : from;
  }

  #connectionOf(socket: Socket): Connection {
    const known = this.#connections.get(socket);
    if (known !== undefined && this.#options.clock.now() <= known.until) return known;
    const connection = this.#look(socket);
    this.#connections.set(socket, connection);
    if (connection.hasRole) this.#remember(socket, connection);
    return connection;
  }

  #look(socket: Socket): Connection {
    const now = this.#now();
    const from = plainAddress(socket.remoteAddress);
    if (now.rules.proxies.has(from)) return this.#proxyAt(from);
    if (isCertified(socket, now)) return connectionByCertificate(socket, now, this.#onUnknown);
    return connectionByMachine(socket, {
      rules: now.rules,
      peerOf: this.#options.peerOf ?? (() => this.#peers.get(socket) ?? UNASKED),
      uid: process.getuid?.() ?? 0,
      onUnknown: this.#onUnknown,
    });
  }

  #isLocal(socket: Socket): boolean {
    const from = plainAddress(socket.remoteAddress);
    return isLoopback(from) && !this.#rules.proxies.has(from) && !isCertified(socket, this.#now());
  }

  #proxyAt(from: string): Connection {
    return {
      until: Infinity,
      // It stands for many: what they hold open is judged one by one.
      hasRole: true,
      judge: (request) => this.#proxied.judge(request, from),
    };
  }

  #remember(socket: Socket, { until }: Connection): void {
    this.#expiry.at(until);
    if (this.#admitted.has(socket)) return;
    this.#admitted.add(socket);
    socket.once("close", () => this.#admitted.delete(socket));
  }

  #change(): void {
    this.#connections = new WeakMap();
    this.#proxied.clear();
    this.#expiry.clear();
    // Whoever holds something open ends it properly, where there is still time for that.
    for (const listener of this.#listeners) listener();
    for (const socket of this.#admitted) {
      if (!this.#connectionOf(socket).hasRole) this.#end(socket);
    }
  }

  #end(socket: Socket): void {
    this.#admitted.delete(socket);
    socket.destroySoon();
    const cancel = this.#options.clock.after(LAST_WORDS_MS, () => socket.destroy());
    socket.once("close", cancel);
  }
}

function isCertified(socket: Socket, { authorities }: Now): socket is TLSSocket {
  return socket instanceof TLSSocket && authorities !== null;
}
