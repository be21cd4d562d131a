import { readMarks, type Marks } from "../../model/marks.ts";

const PREFIX = "CLOCKWORK_";
const DECLARATION = `${PREFIX}DECLARATION`;

/**
 * Writes marks as variables: a process carries them from its first moment to its last, and hands them on to what it starts.
 *
 * @param marks - Whose it is.
 * @param declaration - How it was declared, as text.
 * @returns Variables by name.
 */
export function variablesOf(marks: Marks, declaration: string): Readonly<Record<string, string>> {
  return {
    [`${PREFIX}PROJECT`]: marks.project,
    [`${PREFIX}RESOURCE`]: marks.resource,
    [`${PREFIX}INSTANCE`]: marks.instance,
    [`${PREFIX}GENERATION`]: String(marks.generation),
    [`${PREFIX}SPEC`]: marks.specHash,
    [`${PREFIX}VERSION`]: String(marks.version),
    [DECLARATION]: declaration,
  };
}

/**
 * Reads marks from the environment of a process, whoever started it.
 *
 * @param environment - Variables by name.
 * @returns Its marks with its declaration; null when it carries none of ours.
 */
export function marksIn(
  environment: Readonly<Record<string, string>>,
): { readonly marks: Marks; readonly declaration: string | null } | null {
  const variable = (name: string): string | null => environment[`${PREFIX}${name}`] ?? null;
  const marks = readMarks({
    project: variable("PROJECT"),
    resource: variable("RESOURCE"),
    instance: variable("INSTANCE"),
    generation: Number(variable("GENERATION")),
    specHash: variable("SPEC"),
    version: Number(variable("VERSION")),
  });
  return marks === null ? null : { marks, declaration: environment[DECLARATION] ?? null };
}
