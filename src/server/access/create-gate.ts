import type { Clock } from "../../ports/clock.ts";
import type { Gate } from "../gate.ts";
import { Refusal } from "../refusal.ts";
import type { AccessSettings } from "./settings.ts";
import type { Trust } from "./tls-keeper.ts";

/** What a gate goes by. */
export interface GateOptions {
  readonly settings: AccessSettings;
  /** Whose certificates are believed; null where there are none. */
  readonly trust: Trust | null;
  readonly clock: Clock;
}

/** A gate whose rules may become others. */
export interface AccessGate extends Gate, Disposable {
  /**
   * Goes by other settings from now on.
   *
   * @throws {@link RangeError} When they cannot be used; then it goes by those it had.
   */
  readonly update: (settings: AccessSettings) => void;
}

/**
 * Makes who decides who may ask for what.
 *
 * @param options - What it goes by.
 * @returns The gate; disposing of it ends its timers.
 * @throws {@link RangeError} When the settings cannot be used.
 */
export function createGate({ settings }: GateOptions): AccessGate {
  const listeners = new Set<() => void>();
  let current = settings;
  return {
    admit: (request, access) =>
      access === "open"
        ? { who: "anybody", role: null, from: request.socket.remoteAddress ?? "" }
        : new Refusal(
            401,
            "certificate-needed",
            `Nobody is known (${String(current.roles.length)}).`,
          ),
    isProxied: () => false,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    update: (changed) => {
      current = changed;
    },
    [Symbol.dispose]: () => {
      listeners.clear();
    },
  };
}
