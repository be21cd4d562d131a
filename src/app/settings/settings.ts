import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { isRecord, type JsonObject } from "../../model/json.ts";
import { IDENTITY_FILE } from "../project/identity-text.ts";
import { unknownVariables } from "./environment.ts";
import { pathIn, type WrittenPath } from "./read-settings.ts";
import { Setting, settingsIn, type SettingGroup } from "./setting.ts";
import { SETTINGS, type Settings } from "./setting-table.ts";
import { brokenRules, type BrokenRule } from "./settings-rules.ts";
import type { Place } from "./settings-text.ts";
import { fileSource, textSource, type SettingOrigin, type SetValue } from "./sources.ts";

export type { Settings } from "./setting-table.ts";
export type { SettingOrigin } from "./sources.ts";

/** Where settings come from. What is later wins: `clockwork.yaml`, then the environment, then flags. */
export interface SettingSources {
  /** The folder with `clockwork.yaml`; paths in it are relative to it. */
  readonly root: string;
  readonly flags?: SettingFlags;
  /** `process.env`, as a rule. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What paths of flags and of the environment are relative to; the current folder by default. */
  readonly cwd?: string;
}

/** What was typed, by flag: `--listen`. */
export type SettingFlags = Readonly<Record<string, string | boolean | undefined>>;

/** What holds, and why. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** By key, such as `server.listen`; every setting has one. */
  readonly origins: ReadonlyMap<string, SettingOrigin>;
  /** What may be a mistake, and stops nothing: variables `CW_…` that nobody knows. */
  readonly warnings: readonly Diagnostic[];
}

/** All settings, in the order in which they are shown. */
export const ALL_SETTINGS = settingsIn(SETTINGS);

/**
 * Loads the settings: of the file, of the environment, of the command line. To take over an edit, load them again.
 *
 * @param sources - Where they come from.
 * @returns What holds, and where each setting comes from.
 * @throws {@link ConfigurationError} With everything that is wrong in any of them.
 */
export async function loadSettings(sources: SettingSources): Promise<LoadedSettings> {
  const { root, env, flags = {}, cwd = "." } = sources;
  const read = [
    await fileSource(root, SETTINGS),
    textSource(ALL_SETTINGS, cwd, ({ variable }) => {
      const given = variable === null ? undefined : env[variable];
      // Set to nothing, as files for containers do, is not set.
      if (variable === null || given === undefined || given === "") return null;
      return { given, by: variable, origin: { kind: "environment", variable } };
    }),
    textSource(ALL_SETTINGS, cwd, ({ flag }) => {
      const given = flag === null ? undefined : flags[flag];
      if (flag === null || given === undefined || given === false) return null;
      return { given, by: flag, origin: { kind: "flag", flag } };
    }),
  ] as const;
  const merged = new Map(read.flatMap(({ values }) => [...values]));
  const settings = settingsOf(merged);
  const origins = new Map(
    ALL_SETTINGS.map(({ key }) => [key, merged.get(key)?.origin ?? DEFAULT] as const),
  );
  const wrong = new Set(read.flatMap(({ wrongKeys }) => wrongKeys));
  const broken = (await brokenRules(settings)).filter(
    ({ keys }) => !keys.some((key) => wrong.has(key)),
  );
  const { placeOf } = read[0];
  const problems = [
    ...read.flatMap((source) => source.problems),
    ...broken.map((rule) => diagnosticOf(rule, { origins, placeOf })),
  ];
  if (problems.length > 0) throw new ConfigurationError(shortened(problems));
  return { settings, origins, warnings: unknownVariables(env, ALL_SETTINGS) };
}

const DEFAULT: SettingOrigin = { kind: "default" };
const LIMIT_SHOWN = 100;

function settingsOf(merged: ReadonlyMap<string, SetValue>): Settings {
  const values = groupOf(SETTINGS, [], merged);
  if (isWhole(values)) return values;
  throw new Error("a setting was left out");
}

function groupOf(
  group: SettingGroup,
  path: readonly string[],
  merged: ReadonlyMap<string, SetValue>,
): JsonObject {
  return Object.fromEntries(
    Object.entries(group).map(([name, member]) => {
      const own = [...path, name];
      if (!(member instanceof Setting)) return [name, groupOf(member, own, merged)];
      const set = merged.get(own.join("."));
      return [name, set === undefined ? member.field.read(undefined) : set.value];
    }),
  );
}

function isWhole(values: JsonObject): values is JsonObject & Settings {
  return ALL_SETTINGS.every(({ path }) => {
    const at = path.reduce<unknown>(
      (value, name) => (isRecord(value) ? value[name] : undefined),
      values,
    );
    return at !== undefined;
  });
}

/** Where settings come from, and where their values stand in the file. */
interface Sought {
  readonly origins: ReadonlyMap<string, SettingOrigin>;
  readonly placeOf: (path: WrittenPath) => Place;
}

function diagnosticOf(
  { property, message, hint }: BrokenRule,
  { origins, placeOf }: Sought,
): Diagnostic {
  const key = ALL_SETTINGS.map((named) => named.key).find((known) => property.startsWith(known));
  const origin = origins.get(key ?? "") ?? DEFAULT;
  const rest = property.slice(key?.length);
  const place =
    origin.kind === "file"
      ? { file: IDENTITY_FILE, ...placeOf(pathIn(property)) }
      : { file: "", line: null, column: null };
  const said = nameOf(origin);
  const named = said === null ? property : `${said}${rest}`;
  return { code: "field-range", ...place, property: named, message, hint };
}

// What people wrote in place of the key.
function nameOf(origin: SettingOrigin): string | null {
  if (origin.kind === "environment") return origin.variable;
  return origin.kind === "flag" ? origin.flag : null;
}

function shortened(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const more = problems.length - LIMIT_SHOWN;
  if (more <= 0) return problems;
  const message = `${String(more)} more problems are not shown`;
  const nowhere = { file: "", line: null, column: null, property: null, hint: null };
  return [...problems.slice(0, LIMIT_SHOWN), { code: "too-many-problems", ...nowhere, message }];
}
