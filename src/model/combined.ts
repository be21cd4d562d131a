import type { Judgement } from "./assertion.ts";

/**
 * Puts the judgements of several claims about one observation together: the first that fails decides, then the first that
 * could not be judged, then the first. What else does not hold is told in the details.
 *
 * @param first - What decides when all hold.
 * @param rest - More.
 * @returns One judgement.
 */
export function combined(first: Judgement, ...rest: readonly Judgement[]): Judgement {
  const all = [first, ...rest];
  const deciding =
    all.find(({ verdict }) => verdict === "fail") ??
    all.find(({ verdict }) => verdict === "error") ??
    first;
  const others = all.filter((each) => each.verdict !== "pass" && each !== deciding);
  const lines = others.map(({ expected, actual }) => `expected ${expected}, got ${actual}`);
  const details = [deciding.details ?? "", ...lines].filter((line) => line !== "");
  return details.length === 0 ? deciding : { ...deciding, details: details.join("\n") };
}
