import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { projectPath } from "../../app/project/project-path.ts";
import { loadSettings, type SettingFlags } from "../../app/settings/settings.ts";
import {
  groupedSettings,
  originText,
  shownSettings,
  type ShownSetting,
} from "../../app/settings/shown-settings.ts";
import { describeDiagnostic } from "../../model/diagnostic.ts";
import { isRecord, type Json } from "../../model/json.ts";
import { EXIT_CODES } from "../../model/report.ts";
import { singleLine } from "../../model/text.ts";
import type { CommandContext } from "../command.ts";
import { columnsText, type Cell } from "../deploy/columns-text.ts";
import { dataFormatOption, type DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { tellingProblems } from "../deploy/problems.ts";
import { shownOn } from "../deploy/shown.ts";
import { projectOption } from "../project-option.ts";
import { settingFlags, withSettingFlags } from "../server-options.ts";

interface ConfigArguments {
  readonly project?: string | undefined;
  readonly format: DataFormat;
}

const EXAMPLES = `
Examples:
  clockwork config                           every setting, and where it comes from
  clockwork config --format json             the same, for programs
  clockwork config --listen 0.0.0.0:5000     what clockwork up would make of that

Settings come from clockwork.yaml, then the environment (CW_…), then flags; the later wins. What is secret is shown as ***.

Exit codes: 0 all fine, 78 something is wrong with the settings.`;

/**
 * `clockwork config`: shows the settings that hold, and where each comes from.
 *
 * @param context - Streams.
 * @returns The command.
 */
export function config(context: CommandContext): CommandUnknownOpts {
  const command = new Command("config")
    .summary("show the settings that hold, and where each comes from")
    .description(
      "Shows the settings that hold for serving and logging, and where each comes from: its default, clockwork.yaml, the environment or a flag. Checks them all, and starts nothing.",
    )
    .addOption(projectOption())
    .addOption(dataFormatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options) => {
      context.exit(await runConfig(options, settingFlags(command), context));
    });
  return withSettingFlags(command);
}

async function runConfig(
  { project, format }: ConfigArguments,
  flags: SettingFlags,
  context: CommandContext,
): Promise<number> {
  const { stdout, stderr } = context;
  return await tellingProblems(context, "These settings would be refused.", async () => {
    const { root } = projectPath(project);
    const loaded = await loadSettings({ root, flags, env: process.env });
    const shown = shownSettings(loaded);
    const { warnings } = loaded;
    if (format === "json") {
      const origins = Object.fromEntries(shown.map(({ key, origin }) => [key, origin]));
      stdout.write(jsonText({ settings: groupedSettings(shown), origins, warnings }));
      return EXIT_CODES.pass;
    }
    const rows = shown.flatMap(rowsOf);
    const heading = ["SETTING", "VALUE", "FROM"];
    stdout.write(`${columnsText(heading, rows, shownOn(stdout)).join("\n")}\n`);
    for (const warning of warnings) stderr.write(`warning: ${describeDiagnostic(warning)}\n`);
    return EXIT_CODES.pass;
  });
}

// What holds several things has a line for each of them.
function rowsOf({ key, value, origin }: ShownSetting): readonly (readonly Cell[])[] {
  const from = originText(origin);
  const row = (name: string, text: string): readonly Cell[] => {
    const color = origin.kind === "default" ? "dim" : "plain";
    return [{ text: singleLine(name) }, { text: singleLine(text), color }, { text: from, color }];
  };
  if (isRecord(value) && Object.keys(value).length > 0) {
    return Object.entries(value).map(([name, part]) => row(`${key}.${name}`, JSON.stringify(part)));
  }
  if (isList(value) && value.some(isRecord)) {
    return value.map((part, index) => row(`${key}[${String(index)}]`, textOf(part)));
  }
  return [row(key, textOf(value))];
}

function textOf(value: Json): string {
  if (value === null || value === "" || (isList(value) && value.length === 0)) return "none";
  if (isList(value)) return value.map(textOf).join(", ");
  if (typeof value !== "object") return String(value);
  const facts = Object.entries(value).filter(([, part]) => part !== null);
  return facts.length === 0
    ? "none"
    : facts.map(([name, part]) => `${name}: ${textOf(part)}`).join(", ");
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
