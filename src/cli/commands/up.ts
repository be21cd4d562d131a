import { Command, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { UpOptions } from "../../app/watching/up.ts";
import { logEvent } from "../../app/serving/log-event.ts";
import type { PreparedServing } from "../../app/serving/prepare-serving.ts";
import type { SettingFlags } from "../../app/settings/settings.ts";
import { Watchlist } from "../../app/watching/watchlist.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { WatchEvent, WatchEventType } from "../../model/watch-event.ts";
import type { CommandContext } from "../command.ts";
import { lockTimeoutOption } from "../deploy/deploy-options.ts";
import { outcomeText } from "../deploy/outcome-text.ts";
import { tellingProblems } from "../deploy/problems.ts";
import { shownOn } from "../deploy/shown.ts";
import { showStepLines } from "../deploy/step-lines.ts";
import type { Display } from "../display/display.ts";
import { showLines } from "../display/lines.ts";
import { durationOption, resolverOption } from "../options.ts";
import { settingFlags, withSettingFlags } from "../server-options.ts";

interface UpArguments {
  readonly apply: boolean;
  readonly autoApprove?: true | undefined;
  readonly ephemeral?: true | undefined;
  readonly interval?: number | undefined;
  readonly lockTimeout?: number | undefined;
  readonly resolver: "dns" | "system";
}

const EXAMPLES = `
Examples:
  clockwork up                               make what main.ts of this folder declares, and keep it true
  clockwork up --no-apply                    only watch and repair what is deployed already
  clockwork up shop.json --interval 10s      watch the services of a file
  clockwork up tasks.yaml                    run the tasks of a file
  clockwork up ../shop ../mail               two projects at once
  clockwork up --listen 127.0.0.1:5000       answer over HTTP meanwhile; without it, no port is opened

An edit of a file is taken over at once: what is new is made, an update or a deletion waits for clockwork apply. SIGHUP loads all files anew. On a terminal it shows a live table, in a pipe one line for each change. Ctrl-C stops it, with exit code 0, and leaves everything running.

Exit codes: 0 told to stop, and stopped; 1 what is declared could not be made; 3 somebody else works on the project, the state cannot be written, or the address of --listen is taken; 78 wrong configuration.`;

/**
 * `clockwork up`: makes what is declared, and keeps it true until it is told to stop.
 *
 * @param context - Streams, and when to stop.
 * @returns The command.
 */
export function up(context: CommandContext): CommandUnknownOpts {
  const command = new Command("up")
    .summary("make what is declared, and keep it true until told to stop")
    .description(
      "Makes what a main.ts declares, then watches and repairs it until it is told to stop; watches the services, and runs the tasks of a file.",
    )
    .argument("[files...]", "main.ts, a services or a task file, or a folder with one; several")
    .option("--no-apply", "make nothing: watch what is deployed already")
    .option("--auto-approve", "carry out updates, replacements and deletions, too, without asking")
    .option("--ephemeral", "destroy everything that is deployed once told to stop")
    .addOption(
      new Option(
        "--interval <duration>",
        "from one check of a service in a file to its next; 30s by default",
      ).argParser(durationOption),
    )
    .addOption(lockTimeoutOption())
    .addOption(resolverOption())
    .addHelpText("after", EXAMPLES)
    .action(async (files, options) => {
      context.exit(await runUp({ files, options, flags: settingFlags(command) }, context));
    });
  return withSettingFlags(command);
}

interface Asked {
  readonly files: readonly string[];
  readonly options: UpArguments;
  readonly flags: SettingFlags;
}

async function runUp(asked: Asked, context: CommandContext): Promise<number> {
  const { signal } = context;
  const { up: watch } = await import("../../app/watching/up.ts");
  return await tellingProblems(context, "Nothing is watched.", async () => {
    const watchlist = new Watchlist("clockwork up");
    const display = new LazyDisplay(watchlist, context);
    try {
      const prepared = await prepare(asked, context, display);
      const showing = { context, watchlist, display, prepared };
      const isWatched = await watch(upOptions(asked, showing));
      return isWatched ? EXIT_CODES.pass : EXIT_CODES.fail;
    } catch (error) {
      // Whoever is told to stop before it began has stopped cleanly.
      const isTold = error instanceof DeployError;
      if (!signal.aborted || isTold) throw error;
      return EXIT_CODES.pass;
    } finally {
      display[Symbol.dispose]();
    }
  });
}

// People see what happens otherwise: the log goes to its file alone.
async function prepare(
  { files, flags }: Asked,
  { stdout, stderr }: CommandContext,
  display: LazyDisplay,
): Promise<PreparedServing> {
  const { prepareServing } = await import("../../app/serving/prepare-serving.ts");
  return await prepareServing({
    paths: files,
    flags,
    env: process.env,
    terminal: null,
    isReloadedBySignal: !stdout.isTerminal,
    onText: (text) => {
      if (display.isShown) display.onText(text);
      else stderr.write(`${text}\n`);
    },
  });
}

interface Showing {
  readonly context: CommandContext;
  readonly watchlist: Watchlist;
  readonly display: LazyDisplay;
  readonly prepared: PreparedServing;
}

function upOptions(
  { files, options }: Asked,
  { context, watchlist, display, prepared }: Showing,
): UpOptions {
  const { apply, autoApprove, ephemeral, interval, lockTimeout, resolver } = options;
  const { stderr, signal } = context;
  const { log } = prepared;
  const steps = showStepLines(stderr);
  const begunMs = new Map<string, number>();
  return {
    paths: files,
    signal,
    resolver,
    isApplying: apply,
    isAutoApproved: autoApprove === true,
    isEphemeral: ephemeral === true,
    serve: prepared.serveUp,
    // Where somebody looks on, it means that they have gone.
    isReloadedBySignal: !context.stdout.isTerminal,
    lockTimeoutMs: lockTimeout ?? 0,
    ...(interval === undefined ? {} : { intervalSeconds: interval / 1_000 }),
    onOutput: stderr.write,
    onText: (text) => {
      display.onText(text);
    },
    onEvent: (project, event) => {
      logEvent(log, project, event);
      const text = SHOWN.has(event.type) ? textOf(project, event) : null;
      if (text !== null) display.onText(text);
    },
    onLook: (project, entry, look) => {
      const name = `${project}/${entry.subject.name}`;
      display.onLook(watchlist.add(name, entry, look), look.verdict);
    },
    onDeployEvent: (project, event) => {
      if (!begunMs.has(project)) begunMs.set(project, performance.now());
      if (!display.isShown) steps.onEvent(event);
    },
    onDeployed: (project, outcome) => {
      const now = performance.now();
      const durationMs = now - (begunMs.get(project) ?? now);
      stderr.write(outcomeText(outcome, { ...shownOn(stderr), durationMs }));
    },
    onWatched: (projects) => {
      watchlist.nameAs(projects.map(({ project }) => project).join(", "));
      watchlist.keepOnly(
        projects.flatMap(({ project, resources }) =>
          resources.map((resource) => `${project}/${resource}`),
        ),
      );
      display.show();
    },
  };
}

/** What looks do not show already. */
const SHOWN: ReadonlySet<WatchEventType> = new Set([
  "reloaded",
  "reload_failed",
  "pending_changes",
  "sync_changed",
  "repair_started",
  "repair_ended",
  "flapping",
  "held",
  "released",
  "expired",
  "clock_jumped",
  "deployed",
  "results_lost",
  "delivery_failed",
]);

function textOf(project: string, { resource, text, type }: WatchEvent): string {
  const about = resource === null ? project : `${project}/${resource}`;
  return `${about} ${type.replaceAll("_", " ")}: ${text}`;
}

/** A display that begins once something is watched: before, steps of a deploy are shown. */
class LazyDisplay implements Display {
  readonly #watchlist: Watchlist;
  readonly #context: CommandContext;
  readonly #lines: Display;
  #table: Display | null = null;
  isShown = false;

  constructor(watchlist: Watchlist, context: CommandContext) {
    this.#watchlist = watchlist;
    this.#context = context;
    this.#lines = showLines(context.stdout, () => Date.now());
  }

  readonly onLook: Display["onLook"] = (row, verdict) => {
    if (this.#context.stdout.isTerminal) this.#table?.onLook(row, verdict);
    else this.#lines.onLook(row, verdict);
  };

  readonly onText: Display["onText"] = (text) => {
    (this.#table ?? this.#lines).onText(text);
  };

  show(): void {
    if (this.isShown) return;
    this.isShown = true;
    const { stdout } = this.#context;
    if (!stdout.isTerminal) return;
    // The table and what it draws with load only where somebody sees it.
    void import("../display/live-table.ts").then(({ showTable }) => {
      if (this.isShown) this.#table = showTable(this.#watchlist, stdout);
    });
  }

  [Symbol.dispose](): void {
    this.isShown = false;
    this.#table?.[Symbol.dispose]();
  }
}
