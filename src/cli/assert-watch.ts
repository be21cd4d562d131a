import { watchFiles } from "../app/project/watch-files.ts";
import { ConfigurationError } from "../model/diagnostic.ts";
import type { Report } from "../model/report.ts";
import { emitReport, type ReportOutput } from "./report-output.ts";

/** What is carried out again and again. */
interface Watched {
  readonly files: readonly string[];
  readonly assert: (signal: AbortSignal) => Promise<Report>;
}

/** How it is watched. */
interface WatchOptions extends ReportOutput {
  readonly signal: AbortSignal;
  /** From the end of one look to the next, in milliseconds. */
  readonly sleepMs: number;
}

/** Clears a terminal, and what was scrolled off it stays. */
const CLEAR = "\u001b[2J\u001b[H";

/**
 * Carries out assertions again and again until it is told to stop, and at once when a file of the project changes.
 *
 * A terminal shows the last report. Anything else gets a report only when a verdict has changed, so that a log stays short.
 *
 * @param open - Loads what is watched; again after each change of its files.
 * @param options - When to stop, how long to wait, and where reports go.
 * @throws {@link ConfigurationError} When it cannot be loaded the first time; later on, that is told and what was loaded
 *   before goes on.
 */
export async function watchAssertions(
  open: (signal: AbortSignal) => Promise<Watched>,
  options: WatchOptions,
): Promise<void> {
  const { signal } = options;
  let watched = await open(signal);
  let shown = "";
  for (;;) {
    const report = await watched.assert(signal);
    if (signal.aborted) return;
    shown = await show(report, shown, options);
    if (await changed(watched.files, options)) watched = await reopened(watched, open, options);
  }
}

async function show(report: Report, shown: string, options: WatchOptions): Promise<string> {
  const { stdout } = options.context;
  const verdicts = report.items.map(({ name, kind, verdict }) => `${name} ${kind} ${verdict}`);
  const state = verdicts.join("\n");
  const isScreen = stdout.isTerminal && options.output === undefined;
  if (isScreen) stdout.write(CLEAR);
  if (isScreen || state !== shown) await emitReport(report, options);
  return state;
}

// Waits for the next look; true when a file has changed meanwhile.
function changed(
  files: readonly string[],
  { signal, sleepMs }: Pick<WatchOptions, "signal" | "sleepMs">,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isChange: boolean): void => {
      clearTimeout(timer);
      watch[Symbol.dispose]();
      signal.removeEventListener("abort", onAbort);
      resolve(isChange);
    };
    const onAbort = (): void => {
      end(false);
    };
    const timer = setTimeout(onAbort, sleepMs);
    const watch = watchFiles(files, () => {
      end(true);
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

async function reopened(
  before: Watched,
  open: (signal: AbortSignal) => Promise<Watched>,
  { signal, context: { stderr } }: WatchOptions,
): Promise<Watched> {
  try {
    return await open(signal);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    stderr.write(`${error.message}\nWhat was loaded before goes on.\n`);
    return before;
  }
}
