import type { Code } from "../../model/codes.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { DeclaredResource } from "../../model/project.ts";

/** What is wrong with a resource. */
export interface ResourceProblem {
  readonly code: Code;
  readonly message: string;
  /** Path of the option; empty or left out for the resource itself. */
  readonly property?: string;
  readonly hint?: string | null;
}

/**
 * Puts a problem where its resource is declared.
 *
 * @param resource - The resource; null when it is not declared any more.
 * @param problem - What is wrong.
 * @returns The problem, with its place.
 */
export function problemAt(
  resource: Pick<DeclaredResource, "name" | "declaredAt"> | null,
  { code, message, property = "", hint = null }: ResourceProblem,
): Diagnostic {
  const { file, line, column } = resource?.declaredAt ?? { file: "", line: null, column: null };
  const own = resource === null || message.startsWith(resource.name) ? "" : `${resource.name} `;
  const path = property === "" ? null : property;
  return { code, file, line, column, property: path, message: `${own}${message}`, hint };
}
