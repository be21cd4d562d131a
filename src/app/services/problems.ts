import type { Code } from "../../model/codes.ts";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { positionsIn } from "./json-source.ts";

/** More problems than this are counted, not shown. */
const LIMIT_SHOWN = 100;

/** A problem, without its place. */
export interface Problem {
  readonly code: Code;
  /** Path of the property, such as `[2].timeout`; left out where the problem is not in one. */
  readonly property?: string | undefined;
  /** What was needed and what was got. */
  readonly message: string;
  /** How to mend it; left out where the message says it all. */
  readonly hint?: string | null | undefined;
}

/** Collects the problems of one text, so that they are reported together. */
export class Problems {
  readonly #file: string;
  readonly #positionOf: ReturnType<typeof positionsIn>;
  readonly #shown: Diagnostic[] = [];
  /** How many there are beyond the limit, and where the first of them is. */
  #hiddenCount = 0;
  #hiddenFrom: number | null = null;

  /**
   * Starts without problems.
   *
   * @param text - The text that the offsets count in.
   * @param file - The file as the person named it.
   */
  constructor(text: string, file: string) {
    this.#file = file;
    this.#positionOf = positionsIn(text);
  }

  /**
   * Notes a problem. They are reported in the order in which they come.
   *
   * @param offset - Where it is, in UTF-16 units from the start of the text; null where it has no place.
   * @param describe - Says what it is; called only when it will be shown, as there may be millions.
   */
  add(offset: number | null, describe: () => Problem): void {
    if (this.#shown.length < LIMIT_SHOWN) {
      this.#shown.push(this.#diagnostic(offset, describe()));
      return;
    }
    this.#hiddenFrom ??= offset;
    this.#hiddenCount += 1;
  }

  /**
   * Makes an error of one problem that leaves no sense in the others.
   *
   * @param offset - Where it is, in UTF-16 units from the start of the text; null where it has no place.
   * @param problem - What it is.
   * @returns The error, without the problems that were noted.
   */
  only(offset: number | null, problem: Problem): ConfigurationError {
    return new ConfigurationError([this.#diagnostic(offset, problem)]);
  }

  /**
   * Finds the line of a place, to be named in a message.
   *
   * @param offset - In UTF-16 units from the start of the text.
   * @returns Such as `line 3`.
   */
  line(offset: number): string {
    return `line ${String(this.#positionOf(offset).line)}`;
  }

  /**
   * Ends the reading when there is a problem.
   *
   * @throws {@link ConfigurationError} With the first 100 problems, and how many more there are.
   */
  throwIfAny(): void {
    if (this.#shown.length === 0) return;
    if (this.#hiddenCount === 0) throw new ConfigurationError(this.#shown);
    const more =
      this.#hiddenCount === 1
        ? "1 more problem is"
        : `${String(this.#hiddenCount)} more problems are`;
    const message = `${more} not shown, from here on`;
    const last = this.#diagnostic(this.#hiddenFrom, { code: "too-many-problems", message });
    throw new ConfigurationError([...this.#shown, last]);
  }

  #diagnostic(offset: number | null, problem: Problem): Diagnostic {
    const { code, property = null, message, hint = null } = problem;
    const place = offset === null ? { line: null, column: null } : this.#positionOf(offset);
    return { code, file: this.#file, ...place, property, message, hint };
  }
}
