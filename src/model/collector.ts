import type { Diagnostic } from "./diagnostic.ts";
import { ConfigurationError } from "./diagnostic.ts";
import type { FunctionReference } from "./function-reference.ts";
import type { OptionProblem } from "./options.ts";
import type { SourceLocation } from "./source-location.ts";

/** A function that a project declares, of any signature. */
export type DeclaredFunction = (...args: never[]) => unknown;

/** Whoever loads a project: hears of everything that is declared meanwhile. */
export interface Collector<Resource = unknown, Assertion = unknown> {
  readonly addResource: (resource: Resource) => void;
  readonly addAssertion: (assertion: Assertion) => void;
  /** An assertion is part of another one, and needs no resource of its own. */
  readonly useAssertion: (assertion: unknown) => void;
  readonly addFunction: (declared: DeclaredFunction) => FunctionReference;
  readonly addProblem: (problem: Diagnostic) => void;
  /** Tells which line of the project is being carried out; null when none is. */
  readonly locate: () => SourceLocation | null;
}

let active: Collector | null = null;

/**
 * Begins to collect what is declared from now on.
 *
 * @param collector - Who collects.
 * @returns Ends it; a process that loads one project has no use for that.
 */
export function collectInto(collector: Collector): () => void {
  const before = active;
  active = collector;
  return () => {
    active = before;
  };
}

/**
 * Who collects at the moment.
 *
 * @returns Null where no project is being loaded: then nobody hears of what is declared.
 */
export function activeCollector(): Collector | null {
  return active;
}

/**
 * Tells what is wrong with a declaration: to the collector, so that all problems come together; otherwise by throwing.
 *
 * @param name - The class, such as `PortAccessibleAssert`.
 * @param problems - At least one.
 * @throws {@link ConfigurationError} When no project is being loaded.
 */
export function reportProblems(name: string, problems: readonly OptionProblem[]): void {
  const location = active?.locate() ?? null;
  const diagnostics = problems.map(({ code, property, message, hint }): Diagnostic => ({
    code,
    file: location?.file ?? "",
    line: location?.line ?? null,
    column: location?.column ?? null,
    property: property === "" ? name : `${name}.${property}`,
    message,
    hint,
  }));
  if (active === null) throw new ConfigurationError(diagnostics);
  for (const diagnostic of diagnostics) active.addProblem(diagnostic);
}
