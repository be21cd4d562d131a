import { watchFiles, type FileWatch } from "../app/project/watch-files.ts";
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

type Open = (signal: AbortSignal) => Promise<Watched>;

/** Node fires a longer one at once; one more look after some weeks does no harm. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Clears a terminal, and what was scrolled off it stays. */
const CLEAR = "\u001b[2J\u001b[H";

/**
 * Carries out assertions again and again until it is told to stop, and at once when a file of the project changes.
 *
 * A terminal shows the last report. Anything else gets a report only when a verdict has changed, so that a log stays short.
 *
 * @param open - Loads what is watched; again after each change of its files.
 * @param options - When to stop, how long to wait, and where reports go.
 * @returns The last report; null when there was none.
 * @throws {@link ConfigurationError} When it cannot be loaded the first time; later on, that is told and what was loaded
 *   before goes on.
 */
export async function watchAssertions(open: Open, options: WatchOptions): Promise<Report | null> {
  try {
    return await watchUntilStopped(open, options);
  } catch (error) {
    if (!options.signal.aborted) throw error;
    return null;
  }
}

async function watchUntilStopped(open: Open, options: WatchOptions): Promise<Report | null> {
  const { signal } = options;
  const isStopped = (): boolean => signal.aborted;
  let watched = await open(signal);
  let last: Shown = { report: null, state: "" };
  while (!isStopped()) {
    // A change is noticed at any time, also while assertions are carried out or the project is loaded anew.
    using changes = new Changes(watched.files);
    do {
      last = await look(watched, last, options);
      if (isStopped()) return last.report;
      await changes.wait(options);
    } while (!changes.isPending() && !isStopped());
    while (changes.take() && !isStopped()) watched = await reopened(watched, open, options);
  }
  return last.report;
}

/** The last report, and the verdicts in it. */
interface Shown {
  readonly report: Report | null;
  readonly state: string;
}

async function look(watched: Watched, last: Shown, options: WatchOptions): Promise<Shown> {
  const { signal, context } = options;
  try {
    const report = await watched.assert(signal);
    return signal.aborted ? last : { report, state: await show(report, last.state, options) };
  } catch (error) {
    // What was selected is no longer there: it may come back.
    if (!(error instanceof ConfigurationError) || last.report === null) throw error;
    if (last.state !== error.message) context.stderr.write(`${error.message}\n`);
    return { report: last.report, state: error.message };
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

/** Changes of files, from the moment on that they were loaded. */
class Changes implements Disposable {
  readonly #watch: FileWatch;
  #isSeen = false;
  #wake = (): void => undefined;

  constructor(files: readonly string[]) {
    this.#watch = watchFiles(files, () => {
      this.#isSeen = true;
      this.#wake();
    });
  }

  isPending(): boolean {
    return this.#isSeen || this.#watch.isSettling();
  }

  // Whether there was one; from now on, only further ones count.
  take(): boolean {
    const wasPending = this.isPending();
    this.#isSeen = false;
    return wasPending;
  }

  // Until there is one, the time for the next look has come, or it is told to stop.
  async wait({ signal, sleepMs }: Pick<WatchOptions, "signal" | "sleepMs">): Promise<void> {
    if (this.#isSeen || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#wake = () => {
      resolve(undefined);
    };
    const timer = setTimeout(this.#wake, Math.min(sleepMs, LONGEST_TIMER_MS));
    signal.addEventListener("abort", this.#wake, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", this.#wake);
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }
}

async function reopened(
  before: Watched,
  open: Open,
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
