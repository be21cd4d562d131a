import type { IncomingMessage } from "node:http";
import type { Access } from "../api/route.ts";
import type { Caller } from "./caller.ts";
import type { Gate } from "./gate.ts";
import { urlTooLong } from "./malformed.ts";
import { Refusal, RoleMissing } from "./refusal.ts";
import type { RequestRates } from "./request-rates.ts";

/** By what it is decided who is let in. */
export interface Admitting {
  readonly gate: Gate;
  readonly rates: RequestRates;
  readonly urlBytes: number;
}

/**
 * Lets a request in, or refuses it. What is open to all is counted for nobody, and
 * neither is who runs this.
 *
 * @param request - The request.
 * @param access - What it takes.
 * @param admitting - By what it is decided.
 * @returns Who asks.
 * @throws {@link Refusal} When they may not, ask too often, or for too much.
 */
export function admit(
  request: IncomingMessage,
  access: Access,
  { gate, rates, urlBytes }: Admitting,
): Caller {
  const admitted = gate.admit(request, access);
  if (admitted instanceof Refusal) {
    if (access !== "open") refuseTooMany(`address ${request.socket.remoteAddress ?? ""}`, rates);
    throw admitted;
  }
  const isCounted = access !== "open" && admitted.isUncounted !== true;
  if (isCounted) refuseTooMany(`person ${admitted.who}`, rates);
  // Node refuses what is no ASCII: a character is a byte.
  if ((request.url ?? "").length > urlBytes) throw urlTooLong();
  return admitted;
}

function refuseTooMany(client: string, rates: RequestRates): void {
  const waitSeconds = rates.take(client);
  if (waitSeconds === 0) return;
  throw new Refusal(
    429,
    "too-many-requests",
    "More was asked than is answered in so short a time.",
    {
      headers: { "retry-after": String(waitSeconds) },
    },
  );
}

/**
 * Finds out who was refused.
 *
 * @param error - Why.
 * @param request - What they asked.
 * @param gate - Who judged them.
 * @returns Who it is; where they were refused before it was known, only from where.
 */
export function refusedCaller(error: unknown, request: IncomingMessage, gate: Gate): Caller | null {
  if (error instanceof RoleMissing) return error.caller;
  const anybody = gate.admit(request, "open");
  return anybody instanceof Refusal ? null : anybody;
}
