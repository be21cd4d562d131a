import { isRecord } from "./json.ts";
import { OptionType } from "./option-type.ts";
import { InvalidOption, shownValue } from "./options.ts";

/** One step into JSON: the name of a property, or the number of an entry from 0. */
export type JsonStep = string | number;

const LIMIT_CHARACTERS = 1_024;

/** A property after its dot, an entry of a list, or a property in quotes, as JSON has them or in single ones. */
const STEP =
  /\.(?<name>[^\s.[\]"'*?()]+)|\[(?<index>\d{1,9})\]|\["(?<double>(?:[^"\\]|\\.)*)"\]|\['(?<single>(?:[^'\\]|\\.)*)'\]/suy;

/** What may stand before the first step: the root, which nobody has to write. */
const ROOT = /^\$(?=[.[]|$)/u;

const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * Reads a path into JSON: `$.items[0]["a-b"].name`, also without the `$.` at its beginning.
 *
 * It is the part of JSONPath that leads to one value: no wildcards, slices, filters or descendants.
 *
 * @param text - The path.
 * @returns Its steps, none for the whole.
 * @throws {@link InvalidOption} When it cannot be read; it says from where on.
 * @see RFC 9535, section 2.3, for child segments with a name or an index.
 */
export function readJsonPath(text: string): readonly JsonStep[] {
  if (text.length > LIMIT_CHARACTERS) {
    throw new InvalidOption(`must have at most ${String(LIMIT_CHARACTERS)} characters`);
  }
  const rest = text.replace(ROOT, "");
  const isBareName = rest === text && !/^[.[$]/u.test(text);
  const path = isBareName ? `.${rest}` : rest;
  const steps: JsonStep[] = [];
  let position = 0;
  while (position < path.length) {
    const step = stepAt(path, position);
    if (step === null) throw unreadable(path.slice(position));
    steps.push(step.value);
    position = step.end;
  }
  return steps;
}

/**
 * Writes a path in one way, however it was written.
 *
 * @param steps - The path.
 * @returns Such as `$.items[0]["a-b"]`.
 */
export function shownJsonPath(steps: readonly JsonStep[]): string {
  const shown = steps.map((step) => {
    if (typeof step === "number") return `[${String(step)}]`;
    return PLAIN_NAME.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return `$${shown.join("")}`;
}

/**
 * Follows a path into a value.
 *
 * @param value - What JSON gave.
 * @param steps - The path.
 * @returns What stands there; undefined, which JSON does not hold, when nothing does.
 */
export function valueAt(value: unknown, steps: readonly JsonStep[]): unknown {
  let current = value;
  for (const step of steps) {
    if (typeof step === "number") {
      current = Array.isArray(current) ? (current[step] as unknown) : undefined;
    } else {
      current = isRecord(current) && Object.hasOwn(current, step) ? current[step] : undefined;
    }
  }
  return current;
}

/**
 * A path into JSON.
 *
 * @returns The type; its values are text that {@link readJsonPath} reads.
 */
export function jsonPath(): OptionType<string, string> {
  const label = 'path into JSON such as $.items[0]["a-b"]';
  return new OptionType(label, (value) => {
    if (typeof value !== "string" || value === "") {
      throw new InvalidOption(`must be a ${label}: got ${shownValue(value)}`);
    }
    readJsonPath(value);
    return value;
  });
}

function stepAt(
  path: string,
  position: number,
): { readonly value: JsonStep; readonly end: number } | null {
  STEP.lastIndex = position;
  const groups = STEP.exec(path)?.groups;
  if (groups === undefined) return null;
  const end = STEP.lastIndex;
  const { name, index, double, single } = groups;
  if (name !== undefined) return { value: name, end };
  if (index !== undefined) return { value: Number(index), end };
  const value = unescaped(double ?? asDoubleQuoted(single ?? ""));
  return value === null ? null : { value, end };
}

// Between double quotes, JSON knows no \' and needs \".
function asDoubleQuoted(single: string): string {
  return single.replace(/\\(.)|"/gsu, (found, escaped?: string) => {
    if (escaped === "'") return "'";
    return escaped === undefined ? '\\"' : found;
  });
}

function unescaped(text: string): string | null {
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}

function unreadable(rest: string): InvalidOption {
  const message = `must be a path into JSON: cannot be read from ${shownValue(rest)}`;
  return new InvalidOption(message, {
    hint: 'write $.name, $.list[0] or $["any name"]; wildcards and filters are not supported',
  });
}
