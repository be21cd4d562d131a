import type { Code } from "../../model/codes.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { isPlainObject, type Json } from "../../model/json.ts";
import { InvalidOption, shownKey, shownValue, type Fields } from "../../model/options.ts";
import { inStyle, nameIn, readEitherCase, styleOf } from "../../model/task-options.ts";
import { closest } from "../../model/wording.ts";
import { Setting, type SettingGroup } from "./setting.ts";

/** Keys and indices that lead to a value, as they are written. */
export type WrittenPath = readonly (string | number)[];

/** A setting that a file holds. */
export interface FoundSetting {
  /** Such as `server.tls.cert`. */
  readonly key: string;
  readonly setting: Setting<Json>;
  readonly value: Json;
  readonly written: WrittenPath;
}

/** What is wrong with a value. */
export interface SettingProblem extends Pick<Diagnostic, "code" | "message" | "hint"> {
  /** The setting that is wrong, or was meant; null for none. */
  readonly key: string | null;
  readonly written: WrittenPath;
}

/** What was read of a file. */
export interface ReadSettings {
  readonly found: readonly FoundSetting[];
  readonly problems: readonly SettingProblem[];
}

/**
 * Reads what a file says of a group of settings, and finds everything that is wrong with it.
 *
 * @param group - The settings that there are.
 * @param given - What the file holds there.
 * @param at - Where that is: the names of the settings, and as they are written.
 * @returns What is set, and every problem.
 */
export function readGroup(
  group: SettingGroup,
  given: unknown,
  at: Where = { path: [], written: [] },
): ReadSettings {
  if (given === undefined || given === null) return { found: [], problems: [] };
  if (!isPlainObject(given)) {
    const message = `must be an object of ${Object.keys(group).join(", ")}: got ${shownValue(given)}`;
    return only({ code: "not-an-object", message, hint: null, key: null, written: at.written });
  }
  const seen = new Map<string, string>();
  const parts = Object.entries(given).map(([key, value]): ReadSettings => {
    const name = nameIn(group, key);
    const written = [...at.written, key];
    const member = Object.hasOwn(group, name) ? group[name] : undefined;
    if (member === undefined) return only(unknownSetting(key, group, { ...at, given }));
    const twin = seen.get(name);
    seen.set(name, key);
    if (twin !== undefined) return only(repeated(twin, written));
    const path = [...at.path, name];
    if (!(member instanceof Setting)) return readGroup(member, value, { path, written });
    return readSetting(member, value, { path, written });
  });
  return joined(parts);
}

/**
 * Reads what is said of one setting.
 *
 * @param setting - The setting.
 * @param given - What is said.
 * @param at - Where.
 * @returns What it is, or every problem; neither when nothing is said.
 * @throws Whatever a field throws that is no {@link InvalidOption}: a bug.
 */
export function readSetting(setting: Setting<Json>, given: unknown, at: Where): ReadSettings {
  if (given === undefined || given === null) return { found: [], problems: [] };
  const { written } = at;
  const key = at.path.join(".");
  const { entries } = setting.traits;
  const problems = entries === null ? [] : problemsOfEntries(entries, given);
  if (problems.length > 0) {
    return {
      found: [],
      problems: problems.map((problem) => ({
        ...problem,
        key,
        written: [...written, ...problem.written],
      })),
    };
  }
  try {
    const value = setting.field.read(entries === null ? given : inCamelCase(entries, given));
    return { found: [{ key, setting, value, written }], problems: [] };
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    const { code, message, hint, property } = error;
    return only({
      code: codeOf(code),
      message,
      hint,
      key,
      written: [...written, ...pathIn(property)],
    });
  }
}

/**
 * Writes a path as people do.
 *
 * @param path - Keys and indices.
 * @returns Such as `server.roles[2].san`.
 */
export function pathText(path: WrittenPath): string {
  return path
    .map((part) => (typeof part === "number" ? `[${String(part)}]` : shownKey(part)))
    .join("")
    .replace(/^\./u, "");
}

interface Where {
  readonly path: readonly string[];
  readonly written: WrittenPath;
}

const CODES: Partial<Record<Code, Code>> = {
  "option-invalid": "field-type",
  "option-missing": "field-missing",
  "option-unknown": "field-unknown",
};

function codeOf(code: Code): Code {
  return CODES[code] ?? code;
}

function only(problem: SettingProblem): ReadSettings {
  return { found: [], problems: [problem] };
}

function joined(parts: readonly ReadSettings[]): ReadSettings {
  return {
    found: parts.flatMap(({ found }) => found),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

function unknownSetting(
  key: string,
  group: SettingGroup,
  { path, written, given }: Where & { readonly given: object },
): SettingProblem {
  const style = styleOf(given);
  const names = Object.keys(group).map((name) => inStyle(name, style));
  const near = closest(key, names);
  return {
    code: "field-unknown",
    message: "is not a setting",
    hint: near === null ? `there are ${names.join(", ")}` : `did you mean ${near}?`,
    // What was meant is set, though wrongly.
    key: near === null ? null : [...path, nameIn(group, near)].join("."),
    written: [...written, key],
  };
}

function repeated(twin: string, written: WrittenPath): SettingProblem {
  const message = `is given twice, as ${twin} too`;
  const hint = "leave one of them out";
  return { code: "field-repeated", message, hint, key: null, written };
}

// All that is wrong with each entry of a list, not only the first of it.
function problemsOfEntries(fields: Fields, given: unknown): readonly SettingProblem[] {
  if (!Array.isArray(given)) return [];
  return given.slice(0, LIMIT_ENTRIES).flatMap((entry: unknown, index) =>
    readEitherCase(fields, entry).problems.map(({ code, property, message, hint }) => ({
      code: codeOf(code),
      message,
      hint,
      key: null,
      written: [index, ...pathIn(property)],
    })),
  );
}

const LIMIT_ENTRIES = 1_000;

function inCamelCase(fields: Fields, given: unknown): unknown {
  if (!Array.isArray(given)) return given;
  return given.map((entry: unknown) => readEitherCase(fields, entry).values ?? entry);
}

/**
 * Reads a path, as options name what is wrong within them.
 *
 * @param property - Such as `[2].b`, `a["b c"]`.
 * @returns Keys and indices.
 */
export function pathIn(property: string): WrittenPath {
  const parts = property.match(/\[\d+\]|\["(?:[^"\\]|\\.)*"\]|[\w$-]+/gu) ?? [];
  return parts.map((part) => {
    if (!part.startsWith("[")) return part;
    const inner: unknown = JSON.parse(part.slice(1, -1));
    return typeof inner === "number" ? inner : String(inner);
  });
}
