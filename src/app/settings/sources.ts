import { resolve } from "node:path";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { isRecord, type Json } from "../../model/json.ts";
import { readIdentityFile } from "../project/identity-file.ts";
import { IDENTITY_FILE, isPlainIdentity, readIdentityText } from "../project/identity-text.ts";
import {
  pathText,
  readGroup,
  readSetting,
  type SettingProblem,
  type WrittenPath,
} from "./read-settings.ts";
import type { NamedSetting, Setting, SettingGroup } from "./setting.ts";
import { parseSettingsText, type Place } from "./settings-text.ts";

/** Where a setting comes from. */
export type SettingOrigin =
  | { readonly kind: "default" }
  | { readonly kind: "file"; readonly file: string; readonly line: number | null }
  | { readonly kind: "environment"; readonly variable: string }
  | { readonly kind: "flag"; readonly flag: string };

/** What a setting is, and who says so. */
export interface SetValue {
  readonly value: Json;
  readonly origin: SettingOrigin;
}

/** What one source says. */
export interface Source {
  /** By key. */
  readonly values: ReadonlyMap<string, SetValue>;
  readonly problems: readonly Diagnostic[];
  /** The settings that it sets, and wrongly. */
  readonly wrongKeys: readonly string[];
  /** Where a value of it is. */
  readonly placeOf: (path: WrittenPath) => Place;
}

/**
 * Reads what the `clockwork.yaml` of a folder says.
 *
 * @param root - The folder; paths are relative to it.
 * @param groups - The settings that there are.
 * @returns What it says, also of who the project is where that is wrong.
 * @throws {@link ConfigurationError} When it is not YAML, or cannot be read.
 */
export async function fileSource(
  root: string,
  groups: Readonly<Record<string, SettingGroup>>,
): Promise<Source> {
  const text = await readIdentityFile(root);
  if (text === null || isPlainIdentity(text)) return NOTHING;
  const { value, placeOf } = await parseSettingsText(text);
  const parts = Object.entries(groups).map(([name, group]) =>
    readGroup(group, isRecord(value) ? ownValue(value, name) : null, {
      path: [name],
      written: [name],
    }),
  );
  const wrong = parts.flatMap((part) => part.problems);
  const values = parts.flatMap(({ found }) =>
    found.map(({ key, setting, value: given, written }): readonly [string, SetValue] => [
      key,
      {
        value: located(setting, given, root),
        origin: { kind: "file", file: IDENTITY_FILE, line: placeOf(written).line },
      },
    ]),
  );
  return {
    values: new Map(values),
    problems: [
      ...(await identityProblems(text)),
      ...wrong.map((problem) => inFile(problem, placeOf(problem.written))),
    ],
    wrongKeys: keysOf(wrong),
    placeOf,
  };
}

/** What was said of a setting where there is only text, and by whom. */
export interface Said {
  readonly given: string | boolean;
  /** The variable or the flag. */
  readonly by: string;
  readonly origin: SettingOrigin;
}

/**
 * Reads what is said in texts: variables, or flags.
 *
 * @param settings - The settings that there are.
 * @param cwd - What paths are relative to.
 * @param saidOf - What was said of one; null for nothing.
 * @returns What they say.
 */
export function textSource(
  settings: readonly NamedSetting[],
  cwd: string,
  saidOf: (setting: NamedSetting) => Said | null,
): Source {
  const values = new Map<string, SetValue>();
  const problems: Diagnostic[] = [];
  const wrongKeys: string[] = [];
  for (const named of settings) {
    const said = saidOf(named);
    if (said === null) continue;
    const { given, by, origin } = said;
    const { setting, path, key } = named;
    const meant = typeof given === "string" ? (setting.traits.fromText?.(given) ?? null) : given;
    const read = readSetting(setting, meant, { path, written: [] });
    for (const { value } of read.found) {
      values.set(key, { value: located(setting, value, cwd), origin });
    }
    problems.push(...read.problems.map((problem) => inText(problem, by)));
    wrongKeys.push(...keysOf(read.problems));
  }
  return { values, problems, wrongKeys, placeOf: nowhere };
}

const nowhere = (): Place => ({ line: null, column: null });
const NOTHING: Source = { values: new Map(), problems: [], wrongKeys: [], placeOf: nowhere };

async function identityProblems(text: string): Promise<readonly Diagnostic[]> {
  try {
    await readIdentityText(text);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.diagnostics;
    throw error;
  }
}

function ownValue(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : null;
}

// Paths are kept as they are meant, whoever uses them later from wherever.
function located({ traits: { isPath } }: Setting<Json>, whole: Json, base: string): Json {
  const within = (value: Json, key: string): Json => {
    if (typeof value === "string") return isPath(key) ? resolve(base, value) : value;
    if (typeof value !== "object" || value === null) return value;
    if (isList(value)) return value.map((part) => within(part, key));
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, within(part, name)]),
    );
  };
  return within(whole, "");
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function inFile({ code, message, hint, written }: SettingProblem, place: Place): Diagnostic {
  return { code, file: IDENTITY_FILE, ...place, property: pathText(written), message, hint };
}

function inText({ code, message, hint, written }: SettingProblem, by: string): Diagnostic {
  const property = `${by}${pathText(written)}`;
  return { code, file: "", line: null, column: null, property, message, hint };
}

function keysOf(problems: readonly SettingProblem[]): readonly string[] {
  return problems.flatMap(({ key }) => key ?? []);
}
