import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import {
  catalogReference,
  type KindReference,
  type OptionReference,
} from "../../app/kinds-reference.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { painter, type Paint } from "../../model/color.ts";
import { displayWidth } from "../../model/text.ts";
import { closest } from "../../model/wording.ts";
import type { CommandContext } from "../command.ts";

const EXAMPLES = `
Examples:
  clockwork kinds                    every kind, a line each
  clockwork kinds port-accessible    one kind with all its options
  clockwork kinds --format json      all of it, for programs`;

interface KindsArguments {
  readonly format: "pretty" | "json";
}

/**
 * `clockwork kinds`: lists what can be declared.
 *
 * @param context - Streams.
 * @returns The command.
 */
export function kinds(context: CommandContext): CommandUnknownOpts {
  return new Command("kinds")
    .summary("list the kinds of assertions, resources and actions, with their options")
    .description("Lists the kinds of assertions, resources and actions, with their options.")
    .argument("[name]", "a kind or its class, such as port-accessible or PortAccessibleAssert")
    .addOption(
      new Option("--format <name>", "how the list is written")
        .choices(["pretty", "json"] as const)
        .default("pretty" as const),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (name, options) => {
      await listKinds(name, options, context);
    });
}

async function listKinds(
  name: string | undefined,
  { format }: KindsArguments,
  { stdout }: CommandContext,
): Promise<void> {
  const reference = await catalogReference();
  const chosen = name === undefined ? reference.kinds : [find(name, reference.kinds)];
  if (format === "json") {
    stdout.write(`${JSON.stringify({ ...reference, kinds: chosen }, null, 2)}\n`);
    return;
  }
  const paint = painter(stdout.hasColor);
  const [only] = chosen;
  stdout.write(
    name === undefined || only === undefined
      ? overview(chosen, paint)
      : details(only, reference.common[only.family], paint),
  );
}

function find(name: string, known: readonly KindReference[]): KindReference {
  const found = known.find((kind) => kind.kind === name || kind.name === name);
  if (found !== undefined) return found;
  const near = closest(
    name,
    known.flatMap((kind) => [kind.kind, kind.name]),
  );
  throw new ConfigurationError([
    {
      code: "kind-unknown",
      file: "",
      line: null,
      column: null,
      property: null,
      message: `there is no kind called ${JSON.stringify(name)}`,
      hint: near === null ? "clockwork kinds lists them all" : `did you mean ${near}?`,
    },
  ]);
}

function overview(known: readonly KindReference[], paint: Paint): string {
  const section = (title: string, family: KindReference["family"]): readonly string[] => [
    paint("bold", title),
    ...aligned(
      known.filter((kind) => kind.family === family).map(({ name, summary }) => [name, summary]),
    ),
    "",
  ];
  const lines = [
    ...section("Assertions", "assertion"),
    ...section("Resources", "resource"),
    ...section("Actions", "action"),
  ];
  return `${[...lines, "clockwork kinds NAME shows the options of one."].join("\n")}\n`;
}

function details(
  { name, kind, summary, options, family }: KindReference,
  common: readonly OptionReference[],
  paint: Paint,
): string {
  return [
    `${paint("bold", name)}  ${paint("dim", kind)}`,
    summary,
    "",
    ...(options.length === 0 ? ["It has no options of its own."] : options.flatMap(optionLines)),
    "",
    paint("bold", `Options of every ${family}`),
    ...common.flatMap(optionLines),
    "",
  ].join("\n");
}

function optionLines({
  name,
  type,
  presence,
  summary,
  ...option
}: OptionReference): readonly string[] {
  const note = presence === "required" ? "required" : option.default;
  const suffix =
    note === null ? "" : presence === "required" ? ", required" : `, ${note} by default`;
  return [`  ${name}: ${type}${suffix}`, `      ${summary}`];
}

function aligned(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([first]) => displayWidth(first)));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}
