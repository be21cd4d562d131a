import type { Socket } from "node:net";
import type { Address } from "../../ports/resolver.ts";

/** After this long without a connection, the next address is tried beside the earlier ones (RFC 8305, section 5). */
const HEAD_START_MS = 250;

/** What a race is about, and who hears how it ended. */
export interface RaceOptions {
  /** Two or more, in the order in which they start. */
  readonly addresses: readonly Address[];
  /** Begins a connection. Its socket must not have connected or failed before this returns. */
  readonly connect: (address: Address) => Socket;
  /** Gets the first socket that connects, at once, and owns it from then on. */
  readonly onWin: (socket: Socket, address: Address) => void;
  /** Gets what each address failed with, once all have; not called after `onWin`. */
  readonly onAllFailed: (errors: readonly Error[]) => void;
}

/**
 * Connects to whichever of several addresses answers first.
 *
 * The next one starts when there is no connection after 250 ms, or at once when one has failed. Earlier ones stay in the race:
 * one whose first packet was lost needs a second, and may be the only one that works. Node's own `autoSelectFamily` gives them
 * up instead, which makes a healthy service with a slow first address look down.
 *
 * @param options - Addresses, how to connect, and who hears how it ended.
 * @returns Ends the race: nothing is left of it, and nobody hears of it. Harmless once it is over.
 * @see RFC 8305, "Happy Eyeballs Version 2: Better Connectivity Using Concurrency", 2017.
 */
export function race({ addresses, connect, onWin, onAllFailed }: RaceOptions): () => void {
  const running = new Set<Socket>();
  const errors: Error[] = [];
  const waiting = addresses.values();
  let timer: NodeJS.Timeout | undefined;

  const stop = (): void => {
    clearTimeout(timer);
    for (const socket of running) socket.destroy();
    running.clear();
  };
  const startNext = (): void => {
    clearTimeout(timer);
    const { value: address } = waiting.next();
    if (address !== undefined) start(address);
    else if (running.size === 0) onAllFailed(errors);
  };
  const start = (address: Address): void => {
    const socket = connect(address);
    running.add(socket);
    timer = setTimeout(startNext, HEAD_START_MS);
    const onError = (error: Error): void => {
      // One that was on its way when the race ended is nobody's business any more.
      if (!running.delete(socket)) return;
      errors.push(error);
      startNext();
    };
    socket.once("error", onError);
    socket.once("connect", () => {
      if (!running.delete(socket)) return;
      stop();
      socket.off("error", onError);
      onWin(socket, address);
    });
  };
  startNext();
  return stop;
}
