import type { z } from "zod";

/** What is wrong with a value, as a schema finds it. */
export type Issue = z.core.$ZodRawIssue;

/** Words of schemas that people would not use. */
const NAMES: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  datetime: "a moment in ISO 8601, with its zone",
  regex: "in the form that the documentation shows",
};

/** What there is too much or too little of. */
const UNITS: Readonly<Record<string, string>> = { string: "character", array: "item" };

/**
 * Says what was needed, and repeats nothing of what was sent.
 *
 * @param issue - What is wrong.
 * @returns A sentence; undefined where the schema's own words say it.
 */
export function issueText(issue: Issue): string | undefined {
  if (issue.input === undefined && issue.code === "invalid_type") {
    return `It is missing, and must be ${named(issue.expected)}.`;
  }
  const needed = neededBy(issue);
  return needed === null ? undefined : `It must ${needed}.`;
}

function neededBy(issue: Issue): string | null {
  const { code } = issue;
  if (code === "invalid_type") return `be ${named(issue.expected)}`;
  if (code === "invalid_format") return `be ${named(issue.format)}`;
  if (code === "too_small") return counted("at least", issue.minimum, issue.origin);
  if (code === "too_big") return counted("at most", issue.maximum, issue.origin);
  if (code !== "invalid_value") return null;
  return `be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
}

function counted(bound: string, limit: number | bigint, origin: string): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `be ${bound} ${String(limit)}`;
  return `have ${bound} ${String(limit)} ${Number(limit) === 1 ? unit : `${unit}s`}`;
}

function named(word: string): string {
  return NAMES[word] ?? word;
}
