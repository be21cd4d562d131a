import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { SettingFlags } from "../../app/settings/settings.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import { tellingProblems } from "../deploy/problems.ts";
import { settingFlags, withSettingFlags } from "../server-options.ts";

const EXAMPLES = `
Examples:
  clockwork serve                                  at 127.0.0.1:5000, for this machine alone
  clockwork serve ../shop ../mail --listen 127.0.0.1:8080
  clockwork serve --listen 0.0.0.0:8443 --tls-cert server.pem --tls-key server.key --tls-ca clients.pem

It reads what clockwork up watches, or stored last, and changes nothing: clockwork up --listen serves where things can be done, too. SIGHUP loads settings, rules and certificates anew. Ctrl-C stops it, with exit code 0, once what is under way is answered.

Exit codes: 0 told to stop, and stopped; 3 the address is taken, or a state cannot be read; 78 wrong configuration.`;

/**
 * `clockwork serve`: answers over HTTP for projects that others watch.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function serve(context: CommandContext): CommandUnknownOpts {
  const command = new Command("serve")
    .summary("answer over HTTP for projects that others watch, and change nothing")
    .description(
      "Serves status, metrics and history of projects over HTTP until it is told to stop: as the clockwork up that watches them tells, or as it stored them last. Changes nothing.",
    )
    .argument("[paths...]", "folders of projects, or files in them; the current folder by default")
    .addHelpText("after", EXAMPLES)
    .action(async (paths) => {
      context.exit(await runServe(paths, settingFlags(command), context));
    });
  return withSettingFlags(command);
}

async function runServe(
  paths: readonly string[],
  flags: SettingFlags,
  context: CommandContext,
): Promise<number> {
  const { stdout, stderr, signal } = context;
  return await tellingProblems(context, "Nothing is served.", async () => {
    const [{ prepareServing }, { serveStored }] = await Promise.all([
      import("../../app/serving/prepare-serving.ts"),
      import("../../app/serving/serve-stored.ts"),
    ]);
    const { serving } = await prepareServing({
      paths,
      flags,
      env: process.env,
      terminal: stderr,
      isReloadedBySignal: !stdout.isTerminal,
      onText: (text) => {
        stderr.write(`${text}\n`);
      },
    });
    await serveStored({ paths, signal, serving });
    return EXIT_CODES.pass;
  });
}
