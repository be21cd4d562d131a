import type { Code } from "./codes.ts";
import { singleLine } from "./text.ts";

/** One problem in a configuration file: what is wrong, where, and how to mend it. */
export interface Diagnostic {
  readonly code: Code;
  /** The file as the person named it; `-` for standard input, empty where no file is concerned. */
  readonly file: string;
  /** Counted from 1; null where the problem has no line. */
  readonly line: number | null;
  /** Counted from 1, in UTF-16 units; null where the problem has no column. */
  readonly column: number | null;
  /** Path of the property, such as `[2].timeout`; null where the problem is not in one. */
  readonly property: string | null;
  /** What was needed and what was got. */
  readonly message: string;
  /** How to mend it; null where the message says it all. */
  readonly hint: string | null;
}

/** A configuration that cannot be used; every problem of it is listed. */
export class ConfigurationError extends Error {
  override readonly name: string = "ConfigurationError";
  readonly code: Code = "configuration-invalid";
  readonly diagnostics: readonly Diagnostic[];

  /**
   * Collects the problems of one configuration.
   *
   * @param diagnostics - At least one problem, in the order in which people should read them.
   */
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(describeDiagnostic).join("\n"));
    this.diagnostics = diagnostics;
  }
}

/**
 * Renders a problem as text: place, message and code on the first line, the hint on a second one.
 *
 * @param diagnostic - The problem.
 * @returns One or two lines, without a trailing newline.
 */
export function describeDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, property, message, hint, code } = diagnostic;
  const place = [singleLine(file), line, column]
    .filter((part) => part !== null && part !== "")
    .join(":");
  const head = [place, property].filter((part) => part !== null && part !== "").join(" ");
  const first = `${head === "" ? "" : `${head}: `}${message} (${code})`;
  return hint === null ? first : `${first}\n  hint: ${hint}`;
}
