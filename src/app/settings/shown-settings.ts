import { isRecord, type Json, type JsonObject } from "../../model/json.ts";
import { isSecretName } from "../../model/secret-name.ts";
import { withoutSecrets } from "../log/log-text.ts";
import { ALL_SETTINGS, type LoadedSettings, type SettingOrigin } from "./settings.ts";

/** A setting as people may see it. */
export interface ShownSetting {
  /** Such as `server.tls.cert`. */
  readonly key: string;
  readonly path: readonly string[];
  /** As people write it, without what is secret. */
  readonly value: Json;
  readonly origin: SettingOrigin;
}

const HIDDEN = "***";

/**
 * Shows all settings, without what is secret: credentials of URLs, and whatever has a name such as `password`.
 *
 * @param loaded - What holds.
 * @returns Every setting, in the order in which they are documented.
 */
export function shownSettings({ settings, origins }: LoadedSettings): readonly ShownSetting[] {
  return ALL_SETTINGS.map(({ key, path, setting: { traits } }) => {
    const value = path.reduce<unknown>((at, name) => (isRecord(at) ? at[name] : null), settings);
    const bare = redacted(value);
    return {
      key,
      path,
      value: traits.isSecret && bare !== null ? HIDDEN : (traits.shown?.(bare) ?? bare),
      origin: origins.get(key) ?? { kind: "default" },
    };
  });
}

/**
 * Puts settings in their groups, as a file has them.
 *
 * @param shown - Each setting.
 * @returns Such as `{ server: { listen: … } }`.
 */
export function groupedSettings(
  shown: readonly Pick<ShownSetting, "path" | "value">[],
): JsonObject {
  const heads = new Set(shown.flatMap(({ path: [head] }) => head ?? []));
  return Object.fromEntries(
    [...heads].map((head) => {
      const own = shown.filter(({ path }) => path[0] === head);
      const leaf = own.find(({ path }) => path.length === 1);
      const below = own.map(({ path, value }) => ({ path: path.slice(1), value }));
      return [head, leaf === undefined ? groupedSettings(below) : leaf.value];
    }),
  );
}

/**
 * Tells in a word where a setting comes from.
 *
 * @param origin - Where.
 * @returns Such as `default`, `clockwork.yaml:12`, `CW_LISTEN`, `--listen`.
 */
export function originText(origin: SettingOrigin): string {
  switch (origin.kind) {
    case "default":
      return "default";
    case "file":
      return [origin.file, origin.line].filter((part) => part !== null).join(":");
    case "environment":
      return origin.variable;
    case "flag":
      return origin.flag;
  }
}

function redacted(value: unknown): Json {
  if (typeof value === "string") return withoutSecrets(value);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(redacted);
  if (!isRecord(value)) return null;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      isSecretName(name) && part !== null ? HIDDEN : redacted(part),
    ]),
  );
}
