import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { relative } from "node:path";
import { addToProject, type Addition, type Looked } from "../../app/scaffold/add-to-project.ts";
import { EXIT_CODES } from "../../model/report.ts";
import { printable, singleLine } from "../../model/text.ts";
import type { CommandContext } from "../command.ts";
import { projectOption } from "../project-option.ts";
import { tellRefusal } from "../refusal.ts";
import { tellInterrupt } from "../report-output.ts";

interface AddArguments {
  readonly project?: string | undefined;
  readonly dryRun?: true | undefined;
  readonly force?: true | undefined;
}

const EXAMPLES = `
Examples:
  clockwork add https://example.com/      its status, how quickly it answers, its certificate
  clockwork add 5432 db.example:5432      ports
  clockwork add nginx-web                 a container or a process that runs, by its name
  clockwork add container:web process:web the same without a doubt, and though it does not run
  clockwork add /etc/hosts ./data         a file, a directory
  clockwork add cert:example.com          a certificate
  clockwork add 8080 --dry-run            show what would be added

Exit codes: 0 all of it was added, 1 something is not there, 3 could not be looked at or written, 78 wrong usage, or no project here, 130 interrupted.`;

/**
 * `clockwork add`: looks at what is there, and adds assertions that hold for it to a project.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function add(context: CommandContext): CommandUnknownOpts {
  return new Command("add")
    .summary("add assertions to a project for what is there")
    .description(
      "Looks at what is there, and adds assertions that hold for it to the end of main.ts.",
    )
    .argument("<what...>", "URLs, ports, containers, processes, files, directories, certificates")
    .addOption(projectOption())
    .option("--dry-run", "show what would be added, and write nothing")
    .option("--force", "add also what is not there")
    .addHelpText("after", EXAMPLES)
    .action(async (words, options) => {
      context.exit(await runAdd(words, options, context));
    });
}

async function runAdd(
  words: readonly string[],
  { project, dryRun, force }: AddArguments,
  context: CommandContext,
): Promise<number> {
  const { signal, stdout, stderr } = context;
  const isDryRun = dryRun === true;
  const isForced = force === true;
  try {
    const addition = await addToProject(words, {
      project,
      isDryRun,
      isForced,
      signal,
      onOutput: stderr.write,
    });
    stderr.write(`${addition.looked.map(describe).join("")}\n`);
    if (addition.composed !== null) stdout.write(printable(addition.composed.declarations));
    stderr.write(outcomeText(addition, isDryRun));
    return exitCode(addition.looked, isForced);
  } catch (error) {
    if (signal.aborted && error === signal.reason)
      return tellInterrupt("nothing was added", context);
    return tellRefusal(error, context);
  }
}

function describe({ label, seen, outcome, notes, draft }: Looked): string {
  const mark = outcome === "there" ? "✓" : "✗";
  const consequence = draft === null ? "; nothing is added for it" : "; added all the same";
  const rest = notes.map((note) => `  ${singleLine(note)}.\n`).join("");
  return `${mark} ${singleLine(label)} ${singleLine(seen)}${outcome === "there" ? "" : consequence}\n${rest}`;
}

function outcomeText({ main, composed }: Addition, isDryRun: boolean): string {
  const file = relative(process.cwd(), main) || main;
  if (composed === null)
    return `${file} is as it was. With --force, what is not there is added too.\n`;
  const { lines, imported, names } = composed;
  const imports = imported.length === 0 ? "" : `, with imports of ${imported.join(", ")}`;
  const place = `lines ${String(lines.first)} to ${String(lines.last)}`;
  if (isDryRun) return `\nWould be added to ${file} as ${place}${imports}.\n`;
  return (
    `\nAdded to ${file} as ${place}${imports}.\n` +
    `To undo it, delete these lines; an import that is not used does no harm.\n` +
    `To carry it out: clockwork assert ${names.join(" ")}\n`
  );
}

function exitCode(looked: readonly Looked[], isForced: boolean): number {
  if (isForced) return EXIT_CODES.pass;
  if (looked.some(({ outcome }) => outcome === "missing")) return EXIT_CODES.fail;
  return looked.some(({ outcome }) => outcome === "error") ? EXIT_CODES.error : EXIT_CODES.pass;
}
