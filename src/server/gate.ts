import type { IncomingMessage } from "node:http";
import type { Access } from "../api/route.ts";
import type { Caller } from "./caller.ts";
import type { Refusal } from "./refusal.ts";

/** Who decides who may ask for what. Every request is judged, and whatever lasts longer is judged again. */
export interface Gate {
  /**
   * Finds out what has to be known of a connection before its requests can be judged without waiting.
   *
   * @param request - The first request of a connection, or any.
   * @returns Settled when it is known; null when nothing has to be found out. It never fails.
   */
  readonly prepare: (request: IncomingMessage) => Promise<void> | null;
  /**
   * Judges one request, by its connection, its headers and the rules of this moment.
   *
   * @param request - The request.
   * @param access - What it takes.
   * @returns Who asks; why not otherwise: 401 for who is not known, 403 for who may not, 421 for a foreign `Host`.
   */
  readonly admit: (request: IncomingMessage, access: Access) => Caller | Refusal;
  /**
   * Tells whether a request comes from a proxy whose word is taken about how it was asked.
   *
   * @param request - The request.
   * @returns True when it does.
   */
  readonly isProxied: (request: IncomingMessage) => boolean;
  /**
   * Asks to be told when somebody who was admitted may not be any more: new rules, a new list of revoked certificates, the end
   * of a certificate's time.
   *
   * @param listener - Judges again whatever it holds open.
   * @returns Ends that.
   */
  readonly onChange: (listener: () => void) => () => void;
}
