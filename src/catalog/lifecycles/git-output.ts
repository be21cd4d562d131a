import { excerpt } from "../../model/excerpt.ts";

/** What a remote has. */
export interface RemoteReferences {
  /** Commits, by the full name of what points to them: `refs/heads/main`. */
  readonly commits: ReadonlyMap<string, string>;
  /** What points to another one: `HEAD` to `refs/heads/main`. */
  readonly symbolic: ReadonlyMap<string, string>;
}

/** How a working copy differs from its commit. */
export interface GitStatus {
  /** Null before the first commit. */
  readonly commit: string | null;
  /** Null when none is checked out. */
  readonly branch: string | null;
  /** Files of the repository that were changed, added, renamed or removed. */
  readonly changed: readonly string[];
  /** Files, and whole folders with a slash at their end, that git does not keep; ignored ones left out. */
  readonly untracked: readonly string[];
}

const COMMIT = /^[\da-f]{40}(?:[\da-f]{24})?$/u;

/** What stands before the path of a changed file: how many fields, by the letter that begins its line. */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10 };

/** So much of what git said is shown. */
const LIMIT_LINES = 4;
const LIMIT_CHARACTERS = 500;

/**
 * Reads what `git ls-remote --symref` prints.
 *
 * @param text - Its output; lines that are none of its own are passed over.
 * @returns What points where.
 */
export function parseReferences(text: string): RemoteReferences {
  const commits = new Map<string, string>();
  const symbolic = new Map<string, string>();
  for (const line of text.split("\n")) {
    const tab = line.indexOf("\t");
    const [from, name] = [line.slice(0, Math.max(tab, 0)), line.slice(tab + 1)];
    if (COMMIT.test(from)) commits.set(name, from);
    else if (from.startsWith("ref: ")) symbolic.set(name, from.slice("ref: ".length));
  }
  return { commits, symbolic };
}

/**
 * Reads what `git status --porcelain=v2 --branch -z` prints.
 *
 * @param text - Its output, whole or cut; records that are not understood are passed over.
 * @returns What is checked out, and what was changed.
 */
export function parseStatus(text: string): GitStatus {
  const records = text.split("\0");
  const changed: string[] = [];
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index] ?? "";
    const path = pathIn(record);
    if (path !== null) changed.push(path);
    // What was renamed has its old path in a record of its own.
    if (record.startsWith("2 ")) index += 1;
  }
  const after = (start: string): readonly string[] =>
    records
      .filter((record) => record.startsWith(start))
      .map((record) => record.slice(start.length));
  const [commit = ""] = after("# branch.oid ");
  const [branch = DETACHED] = after("# branch.head ");
  return {
    commit: COMMIT.test(commit) ? commit : null,
    branch: branch === DETACHED ? null : branch,
    changed,
    untracked: after("? "),
  };
}

const DETACHED = "(detached)";

// The path is last, and may hold spaces.
function pathIn(record: string): string | null {
  const before = FIELDS_BEFORE_PATH[record.slice(0, record.indexOf(" "))];
  if (before === undefined) return null;
  let start = 0;
  for (let field = 0; field < before; field += 1) {
    const space = record.indexOf(" ", start);
    if (space === -1) return null;
    start = space + 1;
  }
  return start < record.length ? record.slice(start) : null;
}

/**
 * Tells what git said, for people.
 *
 * @param text - What it printed as errors.
 * @returns The lines that say what went wrong, on one line, without what may be credentials; never empty.
 */
export function saidByGit(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const isTelling = (line: string): boolean => /^(?:fatal|error|ERROR|remote|ssh): ?/u.test(line);
  const telling = lines.some(isTelling) ? lines.filter(isTelling) : lines;
  const shown = telling
    .filter((line) => line !== "")
    .slice(0, LIMIT_LINES)
    .map((line) => line.replace(/^(?:fatal|error): /u, ""))
    .join("; ");
  return shown === "" ? "git gave no reason" : excerpt(withoutSecrets(shown), LIMIT_CHARACTERS);
}

/**
 * Reads which files a checkout would overwrite.
 *
 * @param text - What `git checkout` or `git read-tree` printed when it refused.
 * @returns Paths; none when it refused for another reason.
 */
export function parseOverwritten(text: string): readonly string[] {
  const lines = text.split("\n");
  const named = lines.flatMap((line) => OVERWRITTEN.exec(line)?.[1] ?? []);
  const isListed = lines.some((line) => /would be overwritten by (?:checkout|merge):/u.test(line));
  const listed = lines.filter((line) => isListed && line.startsWith("\t"));
  return [...named, ...listed.map((line) => line.slice(1))];
}

const OVERWRITTEN = /working tree (?:file|directory) '(.+)' would be (?:overwritten|removed|lost)/u;

// Also what the configuration of git puts into a URL: a user, a password, a token in its query.
function withoutSecrets(text: string): string {
  return text
    .replace(/(:\/\/)[^/\s@']*@/gu, "$1***@")
    .replace(/(:\/\/[^\s'"?]*)\?[^\s'"]*/gu, "$1?***");
}
