/** Chance. */
export interface Random {
  /** Draws a number from 0 (inclusive) to 1 (exclusive). */
  readonly next: () => number;
}
