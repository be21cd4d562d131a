import { excerpt } from "../../model/excerpt.ts";
import { isPlainObject, isRecord, type Json, type JsonObject } from "../../model/json.ts";

const LIMIT_DEPTH = 32;
/** Of all that was returned; what comes after is left out. */
const LIMIT_CHARACTERS = 256 * 1024;
const LIMIT_TEXT_CHARACTERS = 16 * 1024;
const LIMIT_SHOWN_CHARACTERS = 200;

/** Even nothing takes a comma. */
const LEAST_CHARACTERS = 4;

/**
 * Turns what a function returned into data. Whether it passed never hangs on what else it says: what JSON does not hold becomes
 * text, and what is too much is left out.
 *
 * @param value - Anything.
 * @returns The same as JSON; null for nothing at all. What is undefined in an object is left out, as JSON does.
 * @throws Whatever the value throws when it is asked whether it passed.
 */
export function returnedValue(value: unknown): Json {
  const reader = new Reader();
  // An instance of a class may say it as well.
  if (!isRecord(value) || typeof value["passed"] !== "boolean") return reader.read(value, 0);
  const said = reader.entries(value, ["passed", "message"], 0);
  return { ...reader.entries(value, keysOf(value), 0), ...said };
}

class Reader {
  #left = LIMIT_CHARACTERS;

  read(value: unknown, depth: number): Json {
    try {
      return this.#read(value ?? null, depth);
    } catch {
      return "something that cannot be shown";
    }
  }

  entries(
    value: Readonly<Record<string, unknown>>,
    keys: readonly string[],
    depth: number,
  ): JsonObject {
    const entries: [string, Json][] = [];
    for (const key of keys) {
      if (this.#left <= 0) break;
      const entry = this.#entry(value, key, depth);
      if (entry !== null) entries.push([key, entry.value]);
    }
    return Object.fromEntries(entries);
  }

  #entry(
    value: Readonly<Record<string, unknown>>,
    key: string,
    depth: number,
  ): { readonly value: Json } | null {
    this.#take(key.length);
    try {
      const entry = value[key];
      return entry === undefined ? null : { value: this.read(entry, depth + 1) };
    } catch {
      return null;
    }
  }

  #read(value: unknown, depth: number): Json {
    this.#take(LEAST_CHARACTERS);
    if (typeof value === "boolean" || value === null) return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (typeof value === "string") return this.#text(value, LIMIT_TEXT_CHARACTERS);
    const isList = Array.isArray(value);
    if (!isList && !isPlainObject(value)) {
      return this.#text(excerpt(shown(value), LIMIT_SHOWN_CHARACTERS), LIMIT_SHOWN_CHARACTERS);
    }
    if (depth >= LIMIT_DEPTH) return "…";
    return isList ? this.#list(value, depth) : this.entries(value, keysOf(value), depth);
  }

  #list(value: readonly unknown[], depth: number): Json {
    const entries: Json[] = [];
    for (let index = 0; index < value.length && this.#left > 0; index += 1) {
      entries.push(this.read(value[index], depth + 1));
    }
    return entries;
  }

  #text(text: string, limitCharacters: number): string {
    const kept = text.slice(0, Math.max(0, Math.min(limitCharacters, this.#left)));
    this.#take(kept.length);
    return kept;
  }

  #take(characters: number): void {
    this.#left -= characters;
  }
}

function keysOf(value: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    return Object.keys(value);
  } catch {
    return [];
  }
}

// A date in the words of one place means little in another.
function shown(value: unknown): string {
  const isDate = value instanceof Date && Number.isFinite(value.getTime());
  return isDate ? value.toISOString() : String(value);
}
