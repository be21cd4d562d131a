import { isRecord } from "../../model/json.ts";
import { readMarks } from "../../model/marks.ts";
import type { BookEntry } from "../../ports/mark-book.ts";

const LIMIT_CLAIM_CHARACTERS = 8_192;
const KIND = /^[a-z][a-z\d-]{0,62}$/u;

/**
 * Writes entries of the book of marks.
 *
 * @param entries - What is to be known.
 * @returns JSON, for people too.
 */
export function formatEntries(entries: readonly BookEntry[]): string {
  const flat = entries.map(({ claim, kind, marks }) => ({ claim, kind, ...marks }));
  return `${JSON.stringify({ format: 1, entries: flat }, null, 1)}\n`;
}

/**
 * Reads entries of the book of marks, whoever wrote them.
 *
 * @param text - What should be JSON.
 * @returns The entries that are whole; none when it is no page of the book.
 */
export function parseEntries(text: string): readonly BookEntry[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isRecord(data) || data["format"] !== 1 || !Array.isArray(data["entries"])) return [];
  const entries: readonly unknown[] = data["entries"];
  return entries.flatMap((entry) => {
    if (!isRecord(entry)) return [];
    const { claim, kind } = entry;
    const marks = readMarks(entry);
    if (typeof claim !== "string" || claim.length > LIMIT_CLAIM_CHARACTERS) return [];
    if (marks === null) return [];
    const isKind = typeof kind === "string" && KIND.test(kind);
    return [{ claim, marks, ...(isKind ? { kind } : {}) }];
  });
}
