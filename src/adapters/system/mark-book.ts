import { hash } from "node:crypto";
import { opendir, readdir, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { DeployError } from "../../model/deploy-errors.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Marks } from "../../model/marks.ts";
import type { Clock } from "../../ports/clock.ts";
import type { BookEntry, MarkBook } from "../../ports/mark-book.ts";
import { Batches } from "./batches.ts";
import { asDiskFailure } from "./disk-failure.ts";
import { readFileItself } from "./disk-read.ts";
import { giveNewName, syncFolder, writeNewFile } from "./disk-write.ts";
import { formatEntries, parseEntries } from "./mark-entries.ts";
import { checkMarksFolder, makeMarksFolder } from "./marks-folder.ts";
import { asObservationError, isAbsent } from "./system-failure.ts";

/** So many entries share a page at most: a page is read to find one of them. */
const LIMIT_PAGE_ENTRIES = 64;
const LIMIT_PAGE_BYTES = 4 * 1024 * 1024;
const LIMIT_ENTRIES = 1_000_000;
const PRIVATE = { mode: 0o600, userId: null, groupId: null };
const NAME = /^[\da-f]{64}$/u;
const TEMPORARY = ".tmp";
/** No write takes this long: what is older was left behind by a process that was killed. */
const LEFTOVER_MS = 60 * 60_000;
const NEVER = new AbortController().signal;

/** One thing to be done to the book. */
type Change =
  | { readonly type: "write"; readonly entry: BookEntry; readonly isNew: boolean }
  | { readonly type: "erase"; readonly claim: string; readonly marks: Marks };

/**
 * The marks of this machine: a file for each claim, named by its SHA-256.
 *
 * What is written at once shares one page: it is written once, made durable once, and has a name for each of its claims. Each
 * name is put in its place at once, so that several processes may write without knowing of one another.
 *
 * @param options - The folder, and the time.
 * @returns The book; nothing is made before something is written.
 */
export function systemMarkBook(options: {
  readonly folder: string;
  readonly clock: Clock;
}): MarkBook {
  const book = new Book(options.folder, options.clock);
  return {
    find: async (claim) => (await book.find(claim))?.marks ?? null,
    write: (claim, marks, kind, { isNew = false } = {}) =>
      book.change({
        type: "write",
        entry: { claim, marks, ...(kind === undefined ? {} : { kind }) },
        isNew,
      }),
    erase: (claim, marks) => book.change({ type: "erase", claim, marks }),
    list: (project) => book.list(project),
  };
}

class Book {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #batches = new Batches<Change>((changes) => this.#carryOut(changes), LIMIT_PAGE_ENTRIES);
  /** Changes of a batch that would have taken what somebody else has. */
  readonly #refused = new Set<Change>();
  #temporary = 0;
  #isChecked = false;
  #isSwept = false;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  async find(claim: string): Promise<BookEntry | null> {
    if (!(await this.#check())) return null;
    return await this.#findIn(this.#pathOf(claim), claim);
  }

  async change(change: Change): Promise<void> {
    await this.#batches.add(change);
    if (!this.#refused.delete(change)) return;
    throw new DeployError(`${claimOf(change)} was marked by somebody else a moment ago`, {
      code: "resource-foreign",
      hint: "let only one project have it",
    });
  }

  async list(project: string): Promise<readonly BookEntry[]> {
    if (!(await this.#check())) return [];
    const entries: BookEntry[] = [];
    for (const name of await this.#names()) {
      // A page has a name for each of its claims: each is asked only for its own.
      const page = await this.#read(join(this.#folder, name));
      entries.push(...page.filter(({ claim }) => nameOf(claim) === name));
    }
    return entries
      .filter(({ marks }) => marks.project === project)
      .toSorted((one, other) => (one.claim < other.claim ? -1 : 1));
  }

  async #carryOut(changes: readonly Change[]): Promise<void> {
    try {
      await makeMarksFolder(this.#folder);
      await this.#check();
      await this.#sweep();
      for (const turn of turnsOf(changes)) await this.#carryOutAtOnce(turn);
      await syncFolder(this.#folder);
    } catch (error) {
      if (error instanceof ObservationError) {
        throw new DeployError(error.message, { cause: error });
      }
      throw asDiskFailure(`write marks in ${this.#folder}`, error);
    }
  }

  // No two of them are about the same claim.
  async #carryOutAtOnce(changes: readonly Change[]): Promise<void> {
    const writes = changes.flatMap((each) => (each.type === "write" ? [each] : []));
    if (writes.length > 0) {
      const page = this.#newTemporary();
      const text = formatEntries(writes.map(({ entry }) => entry));
      await writeNewFile(page, new TextEncoder().encode(text), PRIVATE);
      try {
        for (const write of writes) await this.#putInPlace(page, write);
      } finally {
        await unlink(page);
      }
    }
    for (const each of changes) if (each.type === "erase") await this.#erase(each);
  }

  async #putInPlace(page: string, write: Extract<Change, { type: "write" }>): Promise<void> {
    const { claim } = write.entry;
    const path = this.#pathOf(claim);
    const name = this.#newTemporary();
    if (!(await giveNewName(page, name, "copy"))) throw new Error(`${name} is taken`);
    if (write.isNew) {
      const isFree = await giveNewName(name, path, "copy");
      if (isFree || (await this.#findIn(path, claim)) !== null) {
        await unlink(name);
        if (!isFree) this.#refused.add(write);
        return;
      }
      // What stands there is no entry of ours, such as one that was cut off.
    }
    await rename(name, path);
  }

  // Whoever comes between a look and a removal would lose what was just written: so it is moved away first, and looked at then.
  async #erase({ claim, marks }: Extract<Change, { type: "erase" }>): Promise<void> {
    const path = this.#pathOf(claim);
    const isOwn = (entry: BookEntry | null): boolean =>
      entry?.marks.project === marks.project && entry.marks.instance === marks.instance;
    if (!isOwn(await this.#findIn(path, claim))) return;
    const name = this.#newTemporary();
    try {
      await rename(path, name);
    } catch (error) {
      if (isAbsent(error)) return;
      throw error;
    }
    if (!isOwn(await this.#findIn(name, claim))) await giveNewName(name, path);
    await unlink(name);
  }

  async #findIn(path: string, claim: string): Promise<BookEntry | null> {
    return (await this.#read(path)).find((entry) => entry.claim === claim) ?? null;
  }

  async #read(path: string): Promise<readonly BookEntry[]> {
    try {
      const bytes = await readFileItself(path, LIMIT_PAGE_BYTES, NEVER);
      return bytes === null ? [] : parseEntries(new TextDecoder().decode(bytes));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw asObservationError(`read ${path}`, error);
    }
  }

  async #names(): Promise<readonly string[]> {
    const names: string[] = [];
    try {
      for await (const { name } of await opendir(this.#folder)) {
        if (NAME.test(name)) names.push(name);
        if (names.length > LIMIT_ENTRIES) throw new ObservationError("there are too many marks");
      }
    } catch (error) {
      throw asObservationError(`list ${this.#folder}`, error);
    }
    return names;
  }

  async #check(): Promise<boolean> {
    this.#isChecked ||= await checkMarksFolder(this.#folder);
    return this.#isChecked;
  }

  async #sweep(): Promise<void> {
    if (this.#isSwept) return;
    this.#isSwept = true;
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(TEMPORARY));
    for (const name of names) {
      const path = join(this.#folder, name);
      const stats = await stat(path).catch(() => null);
      if (stats !== null && this.#clock.now() - stats.ctimeMs > LEFTOVER_MS) {
        await unlink(path).catch(() => undefined);
      }
    }
  }

  #pathOf(claim: string): string {
    return join(this.#folder, nameOf(claim));
  }

  // What nobody else has: a process number comes again only once its process has gone, and the time has moved on.
  #newTemporary(): string {
    this.#temporary += 1;
    const life = [process.pid, Math.trunc(this.#clock.now()), this.#temporary];
    return join(this.#folder, `${life.map(String).join("-")}${TEMPORARY}`);
  }
}

// One after the other where several are about the same claim.
function turnsOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const turns: Change[][] = [];
  const counts = new Map<string, number>();
  for (const change of changes) {
    const count = counts.get(claimOf(change)) ?? 0;
    counts.set(claimOf(change), count + 1);
    (turns[count] ??= []).push(change);
  }
  return turns;
}

function claimOf(change: Change): string {
  return change.type === "write" ? change.entry.claim : change.claim;
}

function nameOf(claim: string): string {
  return hash("sha256", claim, "hex");
}
