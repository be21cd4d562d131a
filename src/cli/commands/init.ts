import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { initProject, type InitializedProject } from "../../app/scaffold/init-project.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { tellRefusal } from "../refusal.ts";
import { shellWord } from "../shell-word.ts";

const EXAMPLES = `
Examples:
  clockwork init                in the current folder
  clockwork init health         in a folder that is made when it is not there

Exit codes: 0 the project is there, 3 it could not be written, 78 there is a main.ts already.`;

/**
 * `clockwork init`: writes a small project that works at once.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function init(context: CommandContext): CommandUnknownOpts {
  return new Command("init")
    .summary("write a small project that works at once")
    .description(
      "Writes a small project that works at once: main.ts, package.json, tsconfig.json and .gitignore. " +
        "What is there already is kept as it is.",
    )
    .argument("[folder]", "where to; the current folder by default")
    .addHelpText("after", EXAMPLES)
    .action(async (folder) => {
      context.exit(await runInit(folder, context));
    });
}

async function runInit(folder: string | undefined, context: CommandContext): Promise<number> {
  try {
    const project = await initProject(folder);
    context.stdout.write(`${describe(project)}\n${nextSteps(project, folder)}`);
    return EXIT_CODES.pass;
  } catch (error) {
    return tellRefusal(error, context);
  }
}

function describe({ folder, written, kept, specifier }: InitializedProject): string {
  const keptText = kept.length === 0 ? "" : `Kept as it was: ${kept.join(", ")}.\n`;
  const reference = kept.includes("package.json")
    ? ""
    : `Until Clockwork is published, package.json refers to the program that runs now: ${specifier}\n`;
  return `Written to ${folder}: ${written.join(", ")}.\n${keptText}${reference}`;
}

function nextSteps({ kept, specifier }: InitializedProject, folder = "."): string {
  const isOwnPackage = kept.includes("package.json");
  // What a package.json that is not ours needs.
  const installInto = `npm install --save-dev ${shellWord(specifier)} typescript @types/node`;
  const enter = folder === "." ? [] : [["cd", shellWord(folder)].join(" ")];
  const steps = [
    ...enter.map((command) => [command, ""]),
    [
      isOwnPackage ? installInto : "npm install",
      "so that your editor completes and checks main.ts",
    ],
    ["npx clockwork assert", "carry out what main.ts declares"],
    ["npx clockwork add <what>", "add a URL, port, container, file or process to it"],
  ];
  const columns =
    Math.max(...steps.map(([command = "", why]) => (why === "" ? 0 : command.length))) + 2;
  const lines = steps.map(([command = "", why = ""]) =>
    `  ${command.padEnd(columns)}${why}`.trimEnd(),
  );
  return `Next:\n${lines.join("\n")}\n`;
}
