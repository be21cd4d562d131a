import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { ObservationError, TransportError } from "../../model/errors.ts";
import { projectPath } from "../project/project-path.ts";
import { openWorld } from "../world.ts";
import { compose, type Composed } from "./compose.ts";
import { draftProblems, type Draft } from "./draft.ts";
import { readProjectText, replaceProjectText } from "./project-text.ts";
import { recognise } from "./recognise.ts";
import type { Subject } from "./sight.ts";

/** What is added, and how. */
export interface AddOptions {
  /** A folder with a `main.ts`, or such a file; the current folder by default. */
  readonly project?: string | undefined;
  /** True to write nothing. */
  readonly isDryRun?: boolean;
  /** True to write also what is not there. */
  readonly isForced?: boolean;
  /** How long is looked, in milliseconds; 10,000 by default. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
  /** Gets what the project prints while it is loaded. */
  readonly onOutput?: (text: string) => void;
}

/** What came of one word. */
export interface Looked {
  /** What it names. */
  readonly label: string;
  /** `error` when we could not look. */
  readonly outcome: "there" | "missing" | "error";
  /** In a few words. */
  readonly seen: string;
  readonly notes: readonly string[];
  /** Null when nothing is written for it. */
  readonly draft: Draft | null;
}

/** What was added. */
export interface Addition {
  /** The absolute path of the project's file. */
  readonly main: string;
  /** One for each word, in their order. */
  readonly looked: readonly Looked[];
  /** Null when there was nothing to write. */
  readonly composed: Composed | null;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Looks at what people name, and adds assertions that hold for it to a project.
 *
 * @param words - What to look at: URLs, ports, paths, containers, processes, certificates.
 * @param options - Which project, and how.
 * @returns What was seen and written.
 * @throws {@link ConfigurationError} When the project cannot be loaded, a word means nothing, or the project could not be loaded
 *   with what was added; it is as it was before.
 * @throws {@link OutputError} When the project's file cannot be written.
 * @throws The reason of the signal.
 */
export async function addToProject(
  words: readonly string[],
  options: AddOptions,
): Promise<Addition> {
  const { signal, onOutput, isDryRun = false } = options;
  const path = projectPath(options.project);
  const loading = { signal, ...(onOutput === undefined ? {} : { onOutput }) };
  const before = await readProjectText(path, loading);
  const looked = await look(words, path.root, options);
  const drafts = looked.flatMap(({ draft }) => (draft === null ? [] : [draft]));
  if (drafts.length === 0) return { main: path.main, looked, composed: null };
  const composed = compose(before.text, drafts, before.names);
  if (!isDryRun) {
    const problems = await replaceProjectText(path, composed.text, before, loading);
    if (problems.length > 0) throw new ConfigurationError(problems.map(restored));
  }
  return { main: path.main, looked, composed };
}

// A line within what is no longer there would lead astray.
function restored(problem: Diagnostic): Diagnostic {
  const hint = "what was to be added does not go with the rest; the file is as it was";
  return { ...problem, line: null, column: null, hint };
}

async function look(
  words: readonly string[],
  root: string,
  { signal, isForced = false, timeoutMs = DEFAULT_TIMEOUT_MS }: AddOptions,
): Promise<readonly Looked[]> {
  await using world = openWorld({ root });
  const subjects = await recognise(words, { world, root, cwd: process.cwd(), signal });
  return await Promise.all(
    subjects.map(async (subject) => {
      const looked = await lookAt(subject, signal, timeoutMs);
      const draft = looked.draft ?? (isForced ? subject.unseen() : null);
      const chosen = looked.outcome === "there" || isForced ? draft : null;
      if (chosen !== null) refuseUnusable(subject, chosen);
      return { ...looked, draft: chosen };
    }),
  );
}

async function lookAt(
  { label, look: lookOnce }: Subject,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Looked> {
  const limit = AbortSignal.timeout(timeoutMs);
  const nothing = { label, notes: [], draft: null };
  try {
    signal.throwIfAborted();
    const { isThere, ...rest } = await lookOnce(AbortSignal.any([signal, limit]));
    return { label, outcome: isThere ? "there" : "missing", ...rest };
  } catch (error) {
    if (error instanceof TransportError) {
      const outcome = error.blame === "target" ? "missing" : "error";
      return { ...nothing, outcome, seen: `gives no answer: ${error.message}` };
    }
    if (error instanceof ObservationError) {
      return { ...nothing, outcome: "error", seen: `could not be looked at: ${error.message}` };
    }
    if (error !== limit.reason) throw error;
    const seen = `gives no answer within ${String(timeoutMs / 1_000)} s`;
    return { ...nothing, outcome: "missing", seen };
  }
}

function refuseUnusable({ label }: Subject, draft: Draft): void {
  const problems = draftProblems(draft);
  if (problems.length === 0) return;
  const place = { file: "", line: null, column: null, property: null, hint: null };
  const message = `${label} cannot be asserted: ${problems.join("; ")}`;
  throw new ConfigurationError([{ ...place, code: "usage-invalid", message }]);
}
