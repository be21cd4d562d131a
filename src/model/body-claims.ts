import { boundedWork } from "./bounded-work.ts";
import type { Judgement } from "./assertion.ts";
import { quotedExcerpt } from "./excerpt.ts";
import { describeJsonClaim, judgeJson, type JsonClaim, type SeenText } from "./json-claim.ts";
import { expressionOf, shownPattern, type Pattern } from "./pattern-option.ts";

/** What must be true of the body of an answer; null where nothing is said. */
export interface BodyClaims {
  readonly contains: string | null;
  readonly matches: Pattern | null;
  readonly json: JsonClaim | null;
}

/**
 * Tells whether anything is claimed of a body.
 *
 * @param claims - Claims.
 * @returns False when there are none.
 */
export function claimsBody({ contains, matches, json }: BodyClaims): boolean {
  return contains !== null || matches !== null || json !== null;
}

/**
 * Says what is claimed of a body, in words.
 *
 * @param claims - Claims.
 * @param isAbsent - True when none of them may hold.
 * @returns One entry per claim, such as `the body contains "ok"`.
 */
export function describeBodyClaims(claims: BodyClaims, isAbsent = false): readonly string[] {
  const { contains, matches, json } = claims;
  const [verbContains, verbMatches] = isAbsent
    ? ["does not contain", "does not match"]
    : ["contains", "matches"];
  return [
    ...(contains === null ? [] : [`the body ${verbContains} ${quotedExcerpt(contains)}`]),
    ...(matches === null ? [] : [`the body ${verbMatches} ${shownPattern(matches)}`]),
    ...(json === null ? [] : [describeJsonClaim(json, isAbsent)]),
  ];
}

/**
 * Judges a body.
 *
 * @param seen - The body, as far as it was read.
 * @param claims - What must be true of it.
 * @param isAbsent - True when none of the claims may hold.
 * @returns One judgement per claim: `error` when the answer may lie beyond our own limit, which it always may for a
 *   pattern.
 */
export function judgeBody(
  seen: SeenText,
  claims: BodyClaims,
  isAbsent = false,
): readonly Judgement[] {
  const { contains, matches, json } = claims;
  const judgements: Judgement[] = [];
  if (contains !== null) {
    const isFound = seen.body.includes(contains);
    judgements.push(judgeText(seen, quotedExcerpt(contains), { isFound, isAbsent }));
  }
  if (matches !== null) {
    judgements.push(judgePattern(seen, matches, isAbsent));
  }
  if (json !== null) judgements.push(judgeJson(seen, json, isAbsent));
  return judgements;
}

// What was cut ends where nothing ends, so that `$` or `(?!…)` would be met there by mistake.
function judgePattern(seen: SeenText, pattern: Pattern, isAbsent: boolean): Judgement {
  const what = shownPattern(pattern);
  if (!seen.isTruncated) {
    const isFound = boundedWork("searching the body", () => expressionOf(pattern).test(seen.body));
    return judgeText(seen, what, { isFound, isAbsent });
  }
  const expected = `${isAbsent ? "no " : ""}${what} in the body`;
  return { verdict: "error", expected, actual: "a body longer than the 1 MiB that is read" };
}

function judgeText(
  { body, isTruncated }: SeenText,
  what: string,
  { isFound, isAbsent }: { readonly isFound: boolean; readonly isAbsent: boolean },
): Judgement {
  const expected = `${isAbsent ? "no " : ""}${what} in the body`;
  if (isFound) return { verdict: isAbsent ? "fail" : "pass", expected, actual: "found" };
  if (isTruncated) {
    return { verdict: "error", expected, actual: "not found in the 1 MiB that is read" };
  }
  const actual = body === "" ? "an empty body" : "not found";
  return { verdict: isAbsent ? "pass" : "fail", expected, actual };
}
