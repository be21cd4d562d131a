import type { Json } from "../../model/json.ts";
import { boolean, text } from "../../model/option-types.ts";
import { list } from "../../model/composite-types.ts";
import type { OptionType } from "../../model/option-type.ts";
import type { Field, Fields } from "../../model/options.ts";

/** What is special about a setting. */
export interface SettingTraits {
  /** What a command line takes after `--the-name`, such as `<file>`; empty for a word of its own; null when it takes no such flag. */
  readonly flag?: string | null;
  /** Whether text of it is a path, relative to where it is written: asked with the key within it, or an empty one. */
  readonly isPath?: (key: string) => boolean;
  /** True when nobody may see it. */
  readonly isSecret?: boolean;
  /** What the environment holds, made to what a file would hold; null when the environment cannot set it. */
  readonly fromText?: ((text: string) => unknown) | null;
  /** The fields of each entry, when it is a list of objects. */
  readonly entries?: Fields | null;
  /** The value as people write it; JSON by default. */
  readonly shown?: ((value: Json) => string | null) | null;
}

/** One setting: what it may be, what it is otherwise, and how it is set. */
export class Setting<Value extends Json> {
  readonly field: Field<unknown, Value>;
  readonly traits: Required<SettingTraits>;

  /**
   * Makes a setting.
   *
   * @param field - What it may be, what it is otherwise, what it means.
   * @param traits - What is special about it.
   */
  constructor(field: Field<unknown, Value>, traits: SettingTraits = {}) {
    this.field = field;
    this.traits = {
      flag: null,
      isPath: () => false,
      isSecret: false,
      fromText: (given) => given,
      entries: null,
      shown: null,
      ...traits,
    };
  }
}

/** Settings by name, some of them in groups. */
export interface SettingGroup {
  readonly [name: string]: Setting<Json> | SettingGroup;
}

/** What the settings of a group are. */
export type SettingValues<G> = {
  readonly [K in keyof G]: G[K] extends Setting<infer Value> ? Value : SettingValues<G[K]>;
};

/** A setting, and where it is. */
export interface NamedSetting {
  /** Such as `server`, `tls`, `cert`. */
  readonly path: readonly string[];
  /** Such as `server.tls.cert`. */
  readonly key: string;
  /** The variable that sets it, such as `CW_TLS_CERT`; null when none does. */
  readonly variable: string | null;
  /** The flag that sets it, such as `--tls-cert`; null when none does. */
  readonly flag: string | null;
  readonly setting: Setting<Json>;
}

/**
 * Lists all settings of a group and of those in it.
 *
 * @param group - The group.
 * @param path - Where it is.
 * @returns In the order in which they are declared.
 */
export function settingsIn(
  group: SettingGroup,
  path: readonly string[] = [],
): readonly NamedSetting[] {
  return Object.entries(group).flatMap(([name, member]) => {
    const own = [...path, name];
    if (!(member instanceof Setting)) return settingsIn(member, own);
    const { fromText, flag } = member.traits;
    // What is served is most of it: its group goes without saying.
    const words = (own[0] === "server" ? own.slice(1) : own).flatMap(wordsOf);
    return [
      {
        path: own,
        key: own.join("."),
        variable: fromText === null ? null : `CW_${words.join("_").toUpperCase()}`,
        flag: flag === null ? null : `--${words.join("-")}`,
        setting: member,
      },
    ];
  });
}

/**
 * A file that may be named.
 *
 * @param summary - What it holds.
 * @param traits - Its flag.
 * @returns The setting; null when none is named.
 */
export function fileSetting(summary: string, traits: SettingTraits = {}): Setting<string | null> {
  return new Setting(text({ most: 4_096, label: "path" }).optional(summary), {
    isPath: () => true,
    ...traits,
  });
}

/**
 * Something that is so or not.
 *
 * @param summary - What it means when it is so.
 * @param traits - Its flag.
 * @returns The setting; false by default.
 */
export function switchSetting(summary: string, traits: SettingTraits = {}): Setting<boolean> {
  const fromText = (given: string): unknown => SWITCHES.get(given.trim().toLowerCase()) ?? given;
  return new Setting(boolean().or(false, summary), { fromText, ...traits });
}

/**
 * A list of texts; where text is all there is, they are apart by commas.
 *
 * @param of - What each may be.
 * @param summary - What they are.
 * @param traits - Whether they are paths.
 * @returns The setting; none by default.
 */
export function listSetting(
  of: OptionType<string, string>,
  summary: string,
  traits: SettingTraits = {},
): Setting<readonly string[]> {
  const fromText = (given: string): unknown =>
    given
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  return new Setting(list(of).or([], summary), { fromText, ...traits });
}

/**
 * A whole number, or whatever is one in the end.
 *
 * @param field - What it may be.
 * @returns The setting.
 */
export function numberSetting(field: Field<unknown, number>): Setting<number> {
  const fromText = (given: string): unknown =>
    /^\s*\d{1,16}\s*$/u.test(given) ? Number(given) : given;
  return new Setting(field, { fromText });
}

const SWITCHES = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["on", true],
  ["false", false],
  ["0", false],
  ["no", false],
  ["off", false],
]);

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/[A-Z]/gu, (letter) => ` ${letter}`)
    .toLowerCase()
    .split(" ");
}
