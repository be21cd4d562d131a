import type { Served, ServedWatching } from "../ports/served.ts";
import type { Caller } from "./caller.ts";

/** A change that somebody asked for, and what came of it. */
export interface Change {
  readonly caller: Caller;
  /** The name of the route. */
  readonly operation: string;
  /** What its path names. */
  readonly params: unknown;
  /** What was sent. */
  readonly body: unknown;
  /** `done`, or why not. */
  readonly outcome: string;
  /** Of the answer. */
  readonly status: number;
}

/** So much of what was sent is kept, in UTF-16 units. */
const LIMIT_TEXT = 300;

/** So many properties of what was sent are kept. */
const LIMIT_WORDS = 10;

/** What needs no quotes. */
const WORD = /^[\w.-]{1,63}$/u;

/**
 * Writes a change to the audit log of the project it is about; to that of the first project when it is about none that is
 * watched here.
 *
 * @param change - The change.
 * @param served - The projects.
 * @param onError - Told when it cannot be written: the change has happened, and its answer is still true.
 */
export async function audit(
  change: Change,
  served: Pick<Served, "projects">,
  onError: (error: unknown) => void,
): Promise<void> {
  const { caller, outcome, status } = change;
  const { who, role, from } = caller;
  try {
    const { log, names } = placeOf(change, served);
    const what = [change.operation, ...names, ...sentWords(change.body)].join(" ");
    await log?.audit({ who, role: role ?? "none", from, what, outcome: cut(outcome), status });
  } catch (error) {
    onError(error);
  }
}

function placeOf(
  { params }: Change,
  served: Pick<Served, "projects">,
): { readonly log: ServedWatching | null; readonly names: readonly string[] } {
  const named = Object.entries(typeof params === "object" && params !== null ? params : {});
  const projects = served.projects().filter(({ watching }) => watching !== null);
  const own = projects.find(({ name }) =>
    named.some(([key, value]) => key === "project" && value === name),
  );
  const names = named.filter(([key]) => own === undefined || key !== "project");
  return {
    log: (own ?? projects[0])?.watching ?? null,
    names: names.map(([, value]) => quotedUnlessWord(String(value))),
  };
}

function quotedUnlessWord(text: string): string {
  return WORD.test(text) ? text : cut(JSON.stringify(text));
}

// What is asked for has one level; what has more was not read, and may have any depth.
function sentWords(body: unknown): readonly string[] {
  if (typeof body !== "object" || body === null) return [];
  const words = Object.entries(body)
    .slice(0, LIMIT_WORDS)
    .map(([key, value]: [string, unknown]) => {
      const text = typeof value === "object" && value !== null ? "…" : JSON.stringify(value);
      return `${quotedUnlessWord(key)}=${cut(text)}`;
    });
  return words;
}

function cut(text: string): string {
  return text.length > LIMIT_TEXT ? `${text.slice(0, LIMIT_TEXT)}…` : text;
}
