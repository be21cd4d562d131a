/**
 * Who made a thing: everything that we create carries it, as labels, a comment, a variable or a note of our own beside it.
 * It tells what is ours from what is somebody else's, also when our own state is lost.
 */
export interface Marks {
  /** The project's UUID, from its `clockwork.yaml`. */
  readonly project: string;
  readonly resource: string;
  /** One life of a resource, from its creation to its destruction: 16 hexadecimal digits. */
  readonly instance: string;
  /** Counted from 1; a replacement has the next one. */
  readonly generation: number;
  /** SHA-256 of what was to be, in lower-case hexadecimal. */
  readonly specHash: string;
  /** The version that made it, counted from 1. */
  readonly version: number;
}

const PREFIX = "clockwork.";

/**
 * Writes marks as labels.
 *
 * @param marks - Whose thing it is.
 * @returns Such as `clockwork.resource` → `web`.
 */
export function labelsOf(marks: Marks): Readonly<Record<string, string>> {
  return {
    [`${PREFIX}project`]: marks.project,
    [`${PREFIX}resource`]: marks.resource,
    [`${PREFIX}instance`]: marks.instance,
    [`${PREFIX}generation`]: String(marks.generation),
    [`${PREFIX}spec`]: marks.specHash,
    [`${PREFIX}version`]: String(marks.version),
  };
}

/**
 * Reads marks from labels, whoever wrote them.
 *
 * @param labels - Labels by name.
 * @returns Null when they are not all there, or are none of ours.
 */
export function marksOfLabels(labels: Readonly<Record<string, unknown>>): Marks | null {
  const label = (name: string): unknown => labels[`${PREFIX}${name}`];
  return readMarks({
    project: label("project"),
    resource: label("resource"),
    instance: label("instance"),
    generation: Number(label("generation")),
    specHash: label("spec"),
    version: Number(label("version")),
  });
}

/**
 * Reads marks from data, whoever wrote it.
 *
 * @param data - An object with the fields of {@link Marks}.
 * @returns Null when they are not all there, or no marks of ours.
 */
export function readMarks(data: Readonly<Record<string, unknown>>): Marks | null {
  const { project, resource, instance, generation, specHash, version } = data;
  if (!isLike(project, UUID) || !isLike(resource, NAME)) return null;
  if (!isLike(instance, INSTANCE) || !isLike(specHash, HASH)) return null;
  if (!isCount(generation) || !isCount(version)) return null;
  return { project, resource, instance, generation, specHash, version };
}

/**
 * Tells whether two marks are of the same thing: the same life of the same resource, in the same generation.
 *
 * @param one - Marks, or none.
 * @param other - Marks, or none.
 * @returns True when they are; the specification and the version may differ.
 */
export function isSameThing(one: Marks | null, other: Marks | null): boolean {
  return (
    one !== null &&
    other !== null &&
    one.project === other.project &&
    one.instance === other.instance &&
    one.generation === other.generation
  );
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u;
const INSTANCE = /^[\da-f]{16}$/u;
const HASH = /^[\da-f]{64}$/u;

function isLike(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}
