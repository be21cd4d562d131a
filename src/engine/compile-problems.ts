import type { Code } from "../model/codes.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { InvalidOption } from "../model/options.ts";
import type { DeclaredAssertion, DeclaredResource } from "../model/project.ts";

/** Something that was declared: what it is, and where. */
export type Placed = Pick<DeclaredResource | DeclaredAssertion, "kind" | "declaredAt">;

/** Collects what is wrong with a project, each problem with its place. */
export class CompileProblems {
  readonly all: Diagnostic[] = [];
  readonly #file: string;

  /**
   * Begins without any.
   *
   * @param file - For problems that have no place of their own.
   */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Adds a problem.
   *
   * @param declared - What it is about; null for the whole project.
   * @param code - Which kind of problem it is.
   * @param message - What is wrong, in words.
   * @param details - How to mend it, and the option that is wrong.
   */
  add(
    declared: Pick<Placed, "declaredAt"> | null,
    code: Code,
    message: string,
    details: { readonly hint?: string | null; readonly property?: string } = {},
  ): void {
    const { hint = null, property = "" } = details;
    const nowhere = { file: this.#file, line: null, column: null };
    const { file, line, column } = declared?.declaredAt ?? nowhere;
    const path = property === "" ? null : property;
    this.all.push({ code, file, line, column, property: path, message, hint });
  }

  /**
   * Turns a wrong option into a problem at the place of its declaration.
   *
   * @param declared - What the task is about.
   * @param task - What may throw an {@link InvalidOption}.
   * @returns What the task returned; null where something is wrong.
   * @throws Whatever else the task threw, which is a bug.
   */
  guard<T>(declared: Placed, task: () => T): T | null {
    try {
      return task();
    } catch (error) {
      if (!(error instanceof InvalidOption)) throw error;
      const { code, message, hint, property } = error;
      this.add(declared, code, `${declared.kind} ${message}`, { hint, property });
      return null;
    }
  }
}

/**
 * Says that a project declares nothing.
 *
 * @param file - The file that was loaded.
 * @returns The problem.
 */
export function noResources(file: string): Diagnostic {
  return {
    code: "no-resources",
    file,
    line: null,
    column: null,
    property: null,
    message: "declares no resource",
    hint: 'construct at least one, such as new ServiceResource({ name: "api", url: "https://…" })',
  };
}
