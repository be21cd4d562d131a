import type { ChangedField, Specification } from "../../model/deployment.ts";
import { canonicalJson, isRecord, type Json } from "../../model/json.ts";
import type { Difference } from "../../model/lifecycle.ts";

/** What is shown in the place of what may be a secret. */
const HIDDEN = "***";

/** So many characters of a value are shown. */
const LIMIT_CHARACTERS = 60;

/** Options that say how something came to be: once it is recorded, they say nothing any more. */
const PAST: ReadonlySet<string> = new Set(["name", "renamedFrom", "adopt"]);

/** What makes a difference: the declaration, as it was and as it is. */
export interface Declarations {
  /** Null when nothing is recorded. */
  readonly before: Specification | null;
  readonly after: Specification;
  /** Options whose change needs a new one. */
  readonly replacing: readonly string[];
}

/**
 * Tells which fields change, and why: because the declaration did, or because the world did.
 *
 * @param differences - How what is there differs from what is wanted.
 * @param declarations - The declaration, as it was and as it is.
 * @returns Fields, in the order of the differences; what only the declaration knows comes last.
 */
export function changedFields(
  differences: readonly Difference[],
  declarations: Declarations,
): readonly ChangedField[] {
  const { before, after, replacing } = declarations;
  const declared = before === null ? new Set<string>() : declaredOtherwise(before, after);
  const isIgnored = ({ field }: Difference): boolean =>
    !declared.has(topOf(field)) &&
    after.policy.ignoreDifferences.some((name) => name === field || name === topOf(field));
  const seen = differences
    .filter((difference) => !isIgnored(difference))
    .map(({ field, live, wanted }): ChangedField => ({
      field,
      from: live === HIDDEN ? declaredText(before, field) : live,
      to: wanted,
      cause: isDeclared(field, declared, after) ? "declared" : "drift",
      isReplacing: replacing.includes(topOf(field)),
    }));
  const told = new Set(seen.map(({ field }) => topOf(field)));
  const unseen = before === null ? [] : declaredFields(before, after);
  // What the world shows no difference in is as it should be already: it never needs a new one.
  return [...seen, ...unseen.filter(({ field }) => !told.has(topOf(field)))];
}

/**
 * Tells how one specification differs from another, by option.
 *
 * @param before - How it was.
 * @param after - How it is.
 * @returns Fields of what makes the thing itself, without secrets: there are none in a specification.
 */
export function declaredFields(
  before: Specification,
  after: Specification,
): readonly ChangedField[] {
  return [...declaredOtherwise(before, after)].map((field) => ({
    field,
    from: shownJson(before.parameters[field] ?? before.resolved[field]),
    to: shownJson(after.parameters[field] ?? after.resolved[field]),
    cause: "declared",
    isReplacing: false,
  }));
}

/**
 * Tells how the watching of a resource differs: its policies, assertions and dependencies.
 *
 * @param before - How it was.
 * @param after - How it is.
 * @returns Fields.
 */
export function watchedFields(
  before: Specification,
  after: Specification,
): readonly ChangedField[] {
  const parts = (spec: Specification): Readonly<Record<string, Json>> => ({
    ...spec.policy,
    dependsOn: spec.dependsOn.map(({ resource, condition }) => ({ resource, condition })),
    assertions: spec.assertions.map(
      // Where it stands in the file is no part of what it claims.
      ({ kind, parameters, severity, timeoutSeconds, description }) => ({
        kind,
        parameters,
        severity,
        timeoutSeconds,
        description,
      }),
    ),
  });
  const [was, is] = [parts(before), parts(after)];
  return Object.keys(is)
    .filter((field) => !PAST.has(field) && canonicalJson(was[field]) !== canonicalJson(is[field]))
    .map((field) => ({
      field,
      from: shownPart(was[field]),
      to: shownPart(is[field]),
      cause: "declared",
      isReplacing: false,
    }));
}

// The option that a field such as `envVars.PORT` belongs to.
function topOf(field: string): string {
  return field.split(/[.[]/u, 1)[0] ?? field;
}

function declaredOtherwise(before: Specification, after: Specification): Set<string> {
  const names = new Set<string>();
  for (const part of ["parameters", "resolved"] as const) {
    for (const name of new Set([...Object.keys(before[part]), ...Object.keys(after[part])])) {
      if (canonicalJson(before[part][name]) !== canonicalJson(after[part][name])) names.add(name);
    }
  }
  return names;
}

// Whoever looks cannot tell whether a value has been a secret; where it was declared in plain text, it was none.
function declaredText(before: Specification | null, field: string): string {
  const [top = "", ...rest] = field.split(".");
  const of = before?.parameters[top];
  const value = isRecord(of) ? of[rest.join(".")] : null;
  return (typeof value === "string" ? shownJson(value) : null) ?? HIDDEN;
}

// A field that is no option, such as the content of a source, follows from what was looked up.
function isDeclared(field: string, declared: ReadonlySet<string>, after: Specification): boolean {
  const top = topOf(field);
  if (declared.has(top)) return true;
  if (Object.hasOwn(after.parameters, top) && after.parameters[top] !== null) return false;
  return [...declared].some((name) => Object.hasOwn(after.resolved, name));
}

function shownPart(value: Json | undefined): string | null {
  return Array.isArray(value) ? `${String(value.length)} entries` : shownJson(value);
}

function shownJson(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === "string" ? value : canonicalJson(value);
  return text.length <= LIMIT_CHARACTERS ? text : `${text.slice(0, LIMIT_CHARACTERS - 1)}…`;
}
