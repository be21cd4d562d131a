/** Where in the files of a project something was declared. */
export interface SourceLocation {
  /** Relative to the project, such as `main.ts`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
}

/**
 * Writes a place as editors and terminals understand it.
 *
 * @param location - The place.
 * @returns Such as `main.ts:12:3`.
 */
export function shownLocation({ file, line, column }: SourceLocation): string {
  return `${file}:${String(line)}:${String(column)}`;
}
