/**
 * Prints release notes: `node scripts/release-notes.ts [TAG]`.
 *
 * With a tag, they tell what is in it and was not in the version before; without, what came since the last version.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { singleLine } from "../src/model/text.ts";

/** A commit as git tells it. */
export interface Commit {
  /** Abbreviated, as long as it takes to be unique. */
  readonly hash: string;
  readonly author: string;
  /** The first paragraph of the message, in one line. */
  readonly subject: string;
  /** The rest of the message, footers included. */
  readonly body: string;
}

/** A commit as a reader of release notes wants it. */
interface Change {
  readonly section: Section;
  /** What was changed, such as `check`; empty when the subject names none. */
  readonly scope: string;
  readonly summary: string;
  /** What a breaking change asks of people, one text per footer, which may be empty. */
  readonly demands: readonly string[];
  readonly commit: Commit;
}

/** The headings, in the order in which they are shown. */
const SECTIONS = [
  "Breaking changes",
  "Features",
  "Fixes",
  "Performance",
  "Documentation",
  "Refactoring",
  "Tests",
  "Dependencies",
  "Chores",
  "Other",
] as const;

type Section = (typeof SECTIONS)[number];

const SECTION_OF_TYPE: ReadonlyMap<string, Section> = new Map([
  ["feat", "Features"],
  ["fix", "Fixes"],
  ["perf", "Performance"],
  ["docs", "Documentation"],
  ["refactor", "Refactoring"],
  ["test", "Tests"],
  ["deps", "Dependencies"],
  ["build", "Chores"],
  ["chore", "Chores"],
  ["ci", "Chores"],
  ["style", "Chores"],
]);

/** `type(scope)!: summary`, see conventionalcommits.org. */
const CONVENTIONAL = /^(\w+)(?:\(([^()]+)\))?(!)?: (.+)/u;

/** A footer with its text, which goes on until an empty line or the next footer. */
const BREAKING_FOOTER =
  /^BREAKING[ -]CHANGE:\s*((?:\S.*(?:\n(?!BREAKING CHANGE:|[\w-]+(?:: | #)).+)*)?)/gmu;

const DEPENDENCY_SCOPE = /^deps(?:-|$)/u;

/** Short hash, author, subject and body; `-z` ends the last one as well with NUL, which none of them can hold. */
const FORMAT = "tformat:%h%x00%aN%x00%s%x00%b";
const FIELDS = 4;

const LIMIT_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Reads what `git log` wrote in {@link FORMAT}.
 *
 * @param text - The output of git; what is cut off at its end is left out.
 * @returns The commits, in git's order.
 */
export function parseLog(text: string): readonly Commit[] {
  const fields = text.split("\0");
  const commits: Commit[] = [];
  for (let index = 0; index + FIELDS < fields.length; index += FIELDS) {
    const [hash = "", author = "", subject = "", body = ""] = fields.slice(index, index + FIELDS);
    commits.push({ hash, author, subject, body });
  }
  return commits;
}

/**
 * Writes release notes.
 *
 * @param commits - In the order in which they are shown within a section.
 * @returns Markdown with a trailing newline.
 */
export function renderNotes(commits: readonly Commit[]): string {
  const bySection = Map.groupBy(commits.map(classify), (change) => change.section);
  const parts = SECTIONS.flatMap((section) => {
    const lines = bySection.get(section)?.map(renderChange);
    return lines === undefined ? [] : [`## ${section}\n\n${lines.join("")}`];
  });
  return parts.length === 0 ? "No changes.\n" : parts.join("\n");
}

function renderChange({ scope, summary, demands, commit }: Change): string {
  const head = scope === "" ? "" : `**${escapeMarkdown(scope)}**: `;
  const origin = `(${commit.hash}, ${escapeMarkdown(commit.author)})`;
  const notes = demands
    .filter((demand) => demand !== "")
    .map((demand) => `  - ${escapeMarkdown(demand)}\n`);
  return `- ${head}${escapeMarkdown(summary)} ${origin}\n${notes.join("")}`;
}

function classify(commit: Commit): Change {
  const { isBreaking, ...change } = readSubject(commit.subject);
  const demands = Array.from(commit.body.matchAll(BREAKING_FOOTER), ([, text = ""]) => text);
  const section = isBreaking || demands.length > 0 ? "Breaking changes" : change.section;
  return { ...change, section, demands, commit };
}

function readSubject(
  subject: string,
): Pick<Change, "section" | "scope" | "summary"> & { readonly isBreaking: boolean } {
  const [, type = "", scope = "", mark, summary = ""] = CONVENTIONAL.exec(subject) ?? [];
  const isBreaking = mark !== undefined;
  const usual = SECTION_OF_TYPE.get(type.toLowerCase());
  // What does not follow the convention is shown as it is.
  if (usual === undefined) return { section: "Other", scope: "", summary: subject, isBreaking };
  const section = DEPENDENCY_SCOPE.test(scope) ? "Dependencies" : usual;
  return { section, scope: scope.trim(), summary, isBreaking };
}

/**
 * Makes Markdown that shows a text as it is.
 *
 * A backslash does not keep GitHub from making a link of an address or a mention of an `@name`, because it looks for
 * them after Markdown is done; code it leaves alone. `#12` stays what it is: a reference to an issue of this project.
 *
 * @param text - Any text; what would break the line or drive a terminal is replaced.
 * @returns One line of Markdown that may stand at the start of a list item, or within a line.
 */
export function escapeMarkdown(text: string): string {
  return singleLine(text)
    .split(" ")
    .map((word) => (/@|:\/\/|www\.|\w#\d/iu.test(word) ? codeSpan(word) : escapeWord(word)))
    .join(" ")
    .replace(/^(?=[-+=#])/u, "\\")
    .replace(/^(?<digits>\d+)(?=[.)])/u, "$<digits>\\");
}

function escapeWord(word: string): string {
  return word.replace(/[\\`*_[\]<>&~|$]/gu, "\\$&");
}

function codeSpan(word: string): string {
  const runs = word.match(/`+/gu) ?? [];
  const fence = "`".repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const padding = runs.length === 0 ? "" : " ";
  return fence + padding + word + padding + fence;
}

/** Release notes cannot be written, for a reason that a person can mend. */
class NotesError extends Error {}

async function git(...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", args, { maxBuffer: LIMIT_OUTPUT_BYTES });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new NotesError(`git failed: ${said === "" ? String(error) : said}`, { cause: error });
  }
}

async function readCommits(tag: string | undefined): Promise<readonly Commit[]> {
  const shallow = await git("rev-parse", "--is-shallow-repository");
  if (shallow.trim() === "true") {
    throw new NotesError("this clone lacks history: run `git fetch --unshallow --tags` first");
  }
  const commit = await findCommit(tag);
  const previous = await previousVersion(commit, tag !== undefined);
  const range = previous === null ? [commit] : [commit, `^refs/tags/${previous}`];
  const options = ["--no-merges", "--no-show-signature", "--encoding=UTF-8", "--abbrev=7"];
  return parseLog(await git("log", ...options, `--format=${FORMAT}`, "-z", ...range, "--"));
}

async function findCommit(tag: string | undefined): Promise<string> {
  const name = tag === undefined ? "HEAD" : `refs/tags/${tag}`;
  try {
    return (await git("rev-parse", "--verify", "--quiet", `${name}^{commit}`)).trim();
  } catch (error) {
    const problem = tag === undefined ? "there is no commit yet" : `there is no tag '${tag}'`;
    throw new NotesError(problem, { cause: error });
  }
}

/** The highest version tag in the history of a commit; null when there is none. */
async function previousVersion(commit: string, isReleased: boolean): Promise<string | null> {
  // Tags of the released commit itself, such as a release candidate's, are no earlier version.
  const earlier = isReleased ? [`--no-contains=${commit}`] : [];
  const order = ["-c", "versionsort.suffix=-", "tag", "--sort=-version:refname"];
  const tags = await git(...order, `--merged=${commit}`, ...earlier, "--list", "v[0-9]*");
  return tags.split("\n").find((name) => /^v\d+\.\d+\.\d+(?:[-+].+)?$/u.test(name)) ?? null;
}

async function main(args: readonly string[]): Promise<void> {
  try {
    if (args.length > 1) throw new NotesError("usage: node scripts/release-notes.ts [TAG]");
    process.stdout.write(renderNotes(await readCommits(args[0])));
  } catch (error) {
    if (!(error instanceof NotesError)) throw error;
    process.stderr.write(`release-notes: ${error.message}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main(process.argv.slice(2));
