import { readMarks, type Marks } from "../../model/marks.ts";

const PREFIX = "CLOCKWORK_";
const ROOT = `${PREFIX}ROOT`;
const DECLARATION = `${PREFIX}DECLARATION`;

/** Whose a process is, and what it was to be. */
export interface ProcessOrigin {
  readonly marks: Marks;
  /** The folder of the project that it was started for; null when it does not say. */
  readonly root: string | null;
  /** How it was declared, as text; null when it does not say. */
  readonly declaration: string | null;
}

/**
 * Writes marks as variables: a process carries them from its first moment to its last, and hands them on to what it starts.
 *
 * @param origin - Whose it is, and what it is to be.
 * @returns Variables by name.
 */
export function variablesOf({
  marks,
  root,
  declaration,
}: ProcessOrigin): Readonly<Record<string, string>> {
  return {
    [`${PREFIX}PROJECT`]: marks.project,
    [`${PREFIX}RESOURCE`]: marks.resource,
    [`${PREFIX}INSTANCE`]: marks.instance,
    [`${PREFIX}GENERATION`]: String(marks.generation),
    [`${PREFIX}SPEC`]: marks.specHash,
    [`${PREFIX}VERSION`]: String(marks.version),
    [ROOT]: root ?? "",
    [DECLARATION]: declaration ?? "",
  };
}

/**
 * Reads marks from the environment of a process, whoever started it.
 *
 * @param environment - Variables by name.
 * @returns Whose it is; null when it carries no marks of ours.
 */
export function marksIn(environment: Readonly<Record<string, string>>): ProcessOrigin | null {
  const value = (name: string): string | null =>
    Object.hasOwn(environment, name) ? (environment[name] ?? null) : null;
  const variable = (name: string): string | null => value(`${PREFIX}${name}`);
  const marks = readMarks({
    project: variable("PROJECT"),
    resource: variable("RESOURCE"),
    instance: variable("INSTANCE"),
    generation: Number(variable("GENERATION")),
    specHash: variable("SPEC"),
    version: Number(variable("VERSION")),
  });
  return marks && { marks, root: value(ROOT), declaration: value(DECLARATION) };
}
