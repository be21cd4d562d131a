import { createSocket, type Socket } from "node:dgram";
import { abortReason } from "../../model/abort.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Address } from "../../ports/resolver.ts";
import { describeFailure } from "./failure.ts";

/** What is sent where. */
export interface DatagramOptions {
  /** One or more: where one refuses, the next is asked. */
  readonly addresses: readonly Address[];
  readonly port: number;
  readonly payload: Uint8Array;
  /** How long an answer is waited for in all, in milliseconds. */
  readonly waitMs: number;
  readonly clock: Pick<Clock, "after" | "elapsedMs">;
  /** Gives up; not aborted yet. */
  readonly signal: AbortSignal;
}

/**
 * Sends a datagram and waits for another.
 *
 * @param options - What, where to and for how long.
 * @returns Whether anything came back.
 * @throws {@link TransportError} When all addresses refuse, or cannot be sent to.
 * @throws The signal's reason.
 */
export async function sendDatagram(options: DatagramOptions): Promise<"answered" | "silent"> {
  const { addresses, port, waitMs, clock, signal } = options;
  const endMs = clock.elapsedMs() + waitMs;
  const errors: Error[] = [];
  for (const address of addresses) {
    const leftMs = Math.max(0, endMs - clock.elapsedMs());
    const outcome = await ask(address, { ...options, waitMs: leftMs });
    if (!(outcome instanceof Error)) return outcome;
    if (signal.aborted) throw abortReason(signal);
    const { address: host, family } = address;
    const peer = family === 6 ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
    errors.push(describeFailure(outcome, peer));
  }
  throw describeFailure(new AggregateError(errors), String(port));
}

// The socket is connected, since only then does the system pass on that the port is unreachable, and only what the other side
// sends.
function ask(
  address: Address,
  { port, payload, waitMs, clock, signal }: DatagramOptions,
): Promise<"answered" | "silent" | Error> {
  return new Promise((resolve) => {
    const socket = createSocket(address.family === 6 ? "udp6" : "udp4");
    let isDone = false;
    const settle = (outcome: "answered" | "silent" | Error): void => {
      if (isDone) return;
      isDone = true;
      stopTimer();
      signal.removeEventListener("abort", onAbort);
      socket.close();
      resolve(outcome);
    };
    const onAbort = (): void => {
      settle(abortReason(signal));
    };
    let stopTimer = clock.after(waitMs, () => {
      // When our own event loop was busy, the answer may be here and unread: it is heard first.
      stopTimer = clock.after(0, () => {
        settle("silent");
      });
    });
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("error", settle);
    socket.on("message", () => {
      settle("answered");
    });
    socket.once("connect", () => {
      if (!isDone) send(socket, payload, settle);
    });
    socket.connect(port, address.address);
  });
}

function send(socket: Socket, payload: Uint8Array, onError: (error: Error) => void): void {
  socket.send(payload, (error) => {
    if (error !== null) onError(error);
  });
}
