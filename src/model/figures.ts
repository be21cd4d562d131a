const LEAST_DIGITS = 3;
const MOST_DIGITS = 17;

/**
 * Shows a number with three significant digits, or as many more as keep it apart from others: 80.04 beside a limit of 80 is
 * not `80`.
 *
 * @param value - A finite number; its whole part is shown in full.
 * @param besides - Numbers that stand next to it in a message.
 * @returns Such as `0.25`, `37.2`, `1840`.
 */
export function shownNumber(value: number, besides: readonly number[] = []): string {
  const wholeDigits = String(Math.trunc(Math.abs(value))).length;
  for (let digits = Math.max(LEAST_DIGITS, wholeDigits); digits < MOST_DIGITS; digits += 1) {
    const shown = Number(value.toPrecision(digits));
    const isApart = besides.every((other) => Math.sign(shown - other) === Math.sign(value - other));
    if (isApart) return String(shown);
  }
  return String(value);
}
