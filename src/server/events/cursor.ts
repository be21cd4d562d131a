/** How far somebody has come in each project: the id of the last event that they know. */
export type Cursor = ReadonlyMap<string, number>;

/** What a cursor may be as text, in bytes: it has to fit into the headers of a request. */
const LIMIT_BYTES = 8 * 1_024;

const PART = /^([A-Za-z0-9][A-Za-z0-9._-]{0,62})=(0|[1-9][0-9]{0,15})$/u;
const NUMBER = /^(?:0|[1-9][0-9]{0,15})$/u;

/**
 * Writes a cursor.
 *
 * @param cursor - The cursor.
 * @returns Such as `shop=12,mail=7`; null when that is longer than a client can send back.
 */
export function cursorText(cursor: Cursor): string | null {
  const text = [...cursor].map(([project, id]) => `${project}=${String(id)}`).join(",");
  return text.length > LIMIT_BYTES ? null : text;
}

/**
 * Reads a cursor of several projects.
 *
 * @param text - As {@link cursorText} writes it.
 * @returns The cursor; null when it is none.
 */
export function parseCursor(text: string): Cursor | null {
  if (text.length > LIMIT_BYTES) return null;
  const cursor = new Map<string, number>();
  for (const part of text.split(",")) {
    const [, project, digits = ""] = PART.exec(part) ?? [];
    const id = parseEventId(digits);
    if (project === undefined || id === null || cursor.has(project)) return null;
    cursor.set(project, id);
  }
  return cursor;
}

/**
 * Reads the id of an event.
 *
 * @param text - Its digits.
 * @returns The id; null when it is none.
 */
export function parseEventId(text: string): number | null {
  const id = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(id) ? id : null;
}
