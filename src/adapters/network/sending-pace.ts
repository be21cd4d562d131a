import type { Clock } from "../../ports/clock.ts";
import { Slots, type Turn } from "./slots.ts";

/**
 * How many questions may be on their way. With two packets each, they fit into the receive buffer of a socket as Linux makes
 * it: beyond some 270 small packets it drops what comes.
 */
const ON_THEIR_WAY_LIMIT = 128;
/** After this long, a question counts as read by the server, whether or not it answers. */
const ON_ITS_WAY_MS = 250;
/** How far silence may raise the rate: to twice as many questions a second as checks begin by default. */
const HASTE_LIMIT = 16;

/** Says what became of a question: true when the server answered it. Later calls do nothing. */
export type Arrived = (isAnswered: boolean) => void;

/**
 * Sends bursts of questions to one name server in parts that its receive buffer can hold.
 *
 * A question is on its way until it is answered. Servers read in the order of arrival, so an answer also says that what was
 * sent before has been read; and after 250 ms that is assumed. Thus it is answers that set the pace. A server that is silent
 * about many names gives none, and must not hold up the names behind those: each question without an answer, while others
 * wait, shortens that time, and each answer lengthens it again. Silence about everything doubles the rate in some 200 ms.
 */
export class SendingPace {
  readonly #clock: Clock;
  readonly #slots = new Slots(ON_THEIR_WAY_LIMIT);
  /** How many times faster than at first questions count as read, 1 or more. */
  #haste = 1;
  /** In the order in which they were sent; each ends what is to be done for one question. */
  readonly #onTheirWay = new Set<() => void>();

  /**
   * Nothing is on its way.
   *
   * @param clock - Measures for how long a question has been on its way.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits until one more question may be sent, which must then be done at once.
   *
   * @param signal - Gives up waiting.
   * @param turn - Questions that are asked again let all others go ahead.
   * @returns What to call when the question has been answered or given up.
   * @throws The signal's reason.
   */
  async enter(signal: AbortSignal, turn: Turn): Promise<Arrived> {
    await this.#slots.take(signal, turn);
    const end = (): void => {
      cancel();
      if (this.#onTheirWay.delete(end)) this.#slots.give();
    };
    const cancel = this.#clock.after(ON_ITS_WAY_MS / this.#haste, () => {
      if (this.#slots.isAwaited) this.#hasten(1);
      end();
    });
    this.#onTheirWay.add(end);
    return (isAnswered) => {
      if (isAnswered) this.#endAllUntil(end);
      end();
    };
  }

  #endAllUntil(end: () => void): void {
    if (!this.#onTheirWay.has(end)) return;
    this.#hasten(-1);
    for (const earlier of this.#onTheirWay) {
      if (earlier === end) return;
      earlier();
    }
  }

  #hasten(questions: 1 | -1): void {
    const haste = this.#haste + questions / ON_THEIR_WAY_LIMIT;
    this.#haste = Math.min(Math.max(haste, 1), HASTE_LIMIT);
  }
}
