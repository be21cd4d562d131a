/** A list of numbers of one type. */
interface Column<C> {
  readonly length: number;
  readonly set: (values: C) => void;
}

/**
 * Makes room in a list of numbers, doubling it so that this is rarely done.
 *
 * @param column - The list.
 * @param length - So many it has to hold.
 * @param make - Makes a longer one, of zeros.
 * @returns The same one where it has room already; otherwise a greater copy, filled up with zeros.
 */
export function withRoom<C extends Column<C>>(
  column: C,
  length: number,
  make: new (length: number) => C,
): C {
  if (column.length >= length) return column;
  const longer = new make(Math.max(16, 2 * column.length, length));
  longer.set(column);
  return longer;
}
