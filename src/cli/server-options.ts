import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Option } from "@commander-js/extra-typings";
import { ALL_SETTINGS, type SettingFlags } from "../app/settings/settings.ts";

/**
 * Adds the flags of all settings to a command: `--listen`, `--tls-cert`, `--log-level` and the others. What they may hold is
 * checked with all other settings, by `loadSettings()`.
 *
 * @param command - The command.
 * @returns The same.
 */
export function withSettingFlags<C extends CommandUnknownOpts>(command: C): C {
  for (const { flag, setting } of ALL_SETTINGS) {
    if (flag === null) continue;
    const { traits, field } = setting;
    command.addOption(new Option(`${flag} ${traits.flag ?? ""}`.trim(), summaryOf(field.summary)));
  }
  return command;
}

/**
 * Tells what was typed of the flags of settings.
 *
 * @param command - The command that has them, as its action is given it.
 * @returns By flag, such as `--listen`: what `loadSettings()` takes.
 */
export function settingFlags(command: CommandUnknownOpts): SettingFlags {
  const typed = new Map<string, string | true>();
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (typeof value === "string" || value === true) typed.set(option.long ?? "", value);
  }
  return Object.fromEntries(
    ALL_SETTINGS.map(({ flag }) => flag)
      .filter((flag) => flag !== null)
      .map((flag) => [flag, typed.get(flag)]),
  );
}

// As other options are described: without capital and full stop.
function summaryOf(summary: string): string {
  return `${summary.slice(0, 1).toLowerCase()}${summary.slice(1).replace(/\.$/u, "")}`;
}
