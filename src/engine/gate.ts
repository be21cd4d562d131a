import type { Clock } from "../ports/clock.ts";
import type { Cancellation } from "./cancellation.ts";
import { Fifo } from "./fifo.ts";

/** How many checks may do what at the same time. */
export interface GateLimits {
  /** Attempts just begun, so that no burst of new connections overruns a listen queue or our own event loop. */
  readonly opening: number;
  /** Checks under way; bounds our own files and memory. */
  readonly inFlight: number;
  /** Checks under way towards one host. */
  readonly perHost: number;
}

/**
 * An attempt counts as just begun until it ends, and at most for this long: targets that swallow packets or think for long
 * cannot hold up the others.
 */
const OPENING_HOLD_MS = 250;

/** So many begin in one turn of the event loop; then those under way are heard first, as waiting would count as theirs. */
const TURN_LIMIT = 32;

/**
 * However few were under way when our own files or ports ran out, as many as this are let in: one target that can never be
 * reached for want of them must not hold up the others.
 */
const LEAST_IN_FLIGHT = 4;

/** The right to have one attempt under way. */
export interface Pass {
  /** Gives the right back; later calls do nothing. */
  readonly leave: () => void;
}

/** Somebody who waits for a turn. */
export interface Waiter {
  /** Whom the attempt is for. */
  readonly host: string;
  /** Called when its turn has come. */
  readonly admit: (pass: Pass) => void;
  /** Called instead when the run was cancelled first. */
  readonly refuse: (reason: Error) => void;
}

/** Lets attempts in, in the order in which they came, within the limits. The wait is no part of any check's time. */
export class Gate {
  readonly #clock: Clock;
  readonly #limits: GateLimits;
  readonly #cancellation: Cancellation;
  /** Those that nothing but the common limits holds back. */
  readonly #waiting = new Fifo<Waiter>();
  /** Those whose host is at its limit. */
  readonly #waitingForHost = new Map<string, Fifo<Waiter>>();
  readonly #inFlightByHost = new Map<string, number>();
  #opening = 0;
  #inFlight = 0;
  #begunThisTurn = 0;
  /** The limit in force: lower than the configured one after our own files or ports ran out. */
  #inFlightLimit: number;

  /**
   * Makes a gate.
   *
   * @param clock - Measures how long a connection has been opening.
   * @param limits - Each 1 or more; infinity for none.
   * @param cancellation - Refuses all who wait.
   */
  constructor(clock: Clock, limits: GateLimits, cancellation: Cancellation) {
    this.#clock = clock;
    this.#limits = limits;
    this.#cancellation = cancellation;
    this.#inFlightLimit = limits.inFlight;
    cancellation.onCancel((reason) => {
      this.#refuseAll(reason);
    });
  }

  /**
   * Waits for its turn.
   *
   * @param host - Whom the attempt is for.
   * @returns The right to go on; give it back with `leave`.
   * @throws The reason of the cancellation.
   */
  enter(host: string): Promise<Pass> {
    return new Promise((admit, refuse) => {
      this.queue({ host, admit, refuse });
    });
  }

  /**
   * Waits for its turn, at the cost of one small object: what lists of any length wait with.
   *
   * @param waiter - Told when its turn has come, which may be before this call returns.
   */
  queue(waiter: Waiter): void {
    const reason = this.#cancellation.reason();
    if (reason !== null) waiter.refuse(reason);
    else if (!this.#hostHasRoom(waiter.host)) this.#queueForHost(waiter);
    else {
      this.#waiting.push(waiter);
      this.#admitNext();
    }
  }

  /** Says that our own files, ports or buffers ran out: fewer attempts than now are let in until others have ended well. */
  shrink(): void {
    const fewer = Math.min(this.#inFlightLimit, this.#inFlight) - 1;
    this.#inFlightLimit = Math.min(this.#limits.inFlight, Math.max(LEAST_IN_FLIGHT, fewer));
  }

  #admit(host: string): Pass {
    this.#inFlight += 1;
    this.#opening += 1;
    this.#countTurn();
    if (this.#limits.perHost !== Infinity) {
      this.#inFlightByHost.set(host, (this.#inFlightByHost.get(host) ?? 0) + 1);
    }
    let isOpening = true;
    let isInside = true;
    const stopOpening = (): void => {
      if (!isOpening) return;
      isOpening = false;
      this.#opening -= 1;
      this.#admitNext();
    };
    const stopHolding = this.#clock.after(OPENING_HOLD_MS, stopOpening);
    const leave = (): void => {
      if (!isInside) return;
      isInside = false;
      stopHolding();
      this.#inFlight -= 1;
      if (this.#limits.perHost !== Infinity) this.#leaveHost(host);
      // Grows back by about one for each round of attempts that ended.
      this.#inFlightLimit = Math.min(
        this.#limits.inFlight,
        this.#inFlightLimit + 1 / this.#inFlightLimit,
      );
      stopOpening();
      this.#admitNext();
    };
    return { leave };
  }

  #countTurn(): void {
    this.#begunThisTurn += 1;
    if (this.#begunThisTurn > 1) return;
    this.#clock.after(0, () => {
      this.#begunThisTurn = 0;
      this.#admitNext();
    });
  }

  #hasRoom(): boolean {
    return (
      this.#begunThisTurn < TURN_LIMIT &&
      this.#opening < this.#limits.opening &&
      this.#inFlight < Math.floor(this.#inFlightLimit)
    );
  }

  #hostHasRoom(host: string): boolean {
    return (this.#inFlightByHost.get(host) ?? 0) < this.#limits.perHost;
  }

  #queueForHost(waiter: Waiter): void {
    const queue = this.#waitingForHost.get(waiter.host) ?? new Fifo<Waiter>();
    this.#waitingForHost.set(waiter.host, queue);
    queue.push(waiter);
  }

  #leaveHost(host: string): void {
    const left = (this.#inFlightByHost.get(host) ?? 1) - 1;
    if (left === 0) this.#inFlightByHost.delete(host);
    else this.#inFlightByHost.set(host, left);
    const queue = this.#waitingForHost.get(host);
    const next = queue?.shift();
    if (next !== undefined) this.#waiting.push(next);
    if (queue?.size === 0) this.#waitingForHost.delete(host);
  }

  #admitNext(): void {
    while (this.#hasRoom()) {
      const waiter = this.#waiting.shift();
      if (waiter === undefined) return;
      if (this.#hostHasRoom(waiter.host)) waiter.admit(this.#admit(waiter.host));
      else this.#queueForHost(waiter);
    }
  }

  #refuseAll(reason: Error): void {
    for (const queue of [this.#waiting, ...this.#waitingForHost.values()]) {
      for (let waiter = queue.shift(); waiter !== undefined; waiter = queue.shift()) {
        waiter.refuse(reason);
      }
    }
    this.#waitingForHost.clear();
  }
}
