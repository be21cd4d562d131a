import { expect, it } from "vitest";
import { changeOf, outcomeOf, planOf, resultOf } from "../../../test/support/deployments.ts";
import { displayWidth } from "../../model/text.ts";
import { outcomeText } from "./outcome-text.ts";

const PLAIN = { hasColor: false, columns: null, durationMs: 12_400 };

it("outcomeText() tells what was done, in which time, as which version", () => {
  const results = [resultOf(), resultOf({ resource: "db", action: "update" })];
  expect(outcomeText(outcomeOf({ results }), PLAIN)).toBe(
    "Deployed as version 4 in 12s: 1 created, 1 updated.\n",
  );
  const plan = planOf([], { purpose: "destroy" });
  const deleted = [resultOf({ action: "delete" })];
  expect(outcomeText(outcomeOf({ plan, results: deleted }), PLAIN)).toContain("Destroyed as");
});

it("outcomeText() tells that there was nothing to do, and that nothing was agreed to", () => {
  const plan = planOf([changeOf({ action: "keep" }), changeOf({ action: "keep" })]);
  const unchanged = outcomeOf({ status: "unchanged", version: null, plan });
  expect(outcomeText(unchanged, PLAIN)).toBe("Nothing to do: 2 resources unchanged.\n");
  const empty = outcomeOf({ status: "unchanged", version: null, plan: planOf([]) });
  expect(outcomeText(empty, PLAIN)).toBe("Nothing to do.\n");
  const declined = outcomeOf({ status: "declined", version: null });
  expect(outcomeText(declined, PLAIN)).toBe("Nothing was changed.\n");
});

it("outcomeText() tells what went wrong and why, what stays, and what to do next", () => {
  const verdict = {
    name: "PortAccessibleAssert",
    claim: "port 8080 accepts connections",
    verdict: "fail",
    expected: "open",
    actual: "refused",
  } as const;
  const results = [
    resultOf({ resource: "db" }),
    resultOf({
      outcome: "failed",
      problems: ["it did not come to hold what is asserted\n  exited with 137", "out of memory"],
      verdicts: [verdict, { ...verdict, claim: "is fine", verdict: "pass" }],
    }),
    resultOf({ resource: "api", outcome: "skipped" }),
  ];
  const failed = outcomeOf({ status: "failed", version: 5, results });
  expect(outcomeText(failed, { ...PLAIN, project: "my shop" }))
    .toBe(`✗ web: create failed after 2.1s
    it did not come to hold what is asserted
      exited with 137
    out of memory
    fail: PortAccessibleAssert: port 8080 accepts connections: expected open, got refused
- api: create skipped

Version 5 failed after 12s.
What was done stays: db.

Next:
  clockwork show 5 --project 'my shop'         all that is known of it
  clockwork plan --project 'my shop'           what is to be done now
  clockwork apply --retry --project 'my shop'  try the same declaration again
`);
});

it("outcomeText() tells of a rollback, of an interrupt, and of what is to be committed", () => {
  const results = [resultOf({ outcome: "undone" })];
  expect(outcomeText(outcomeOf({ status: "rolled-back", results }), PLAIN)).toContain(
    "Version 4 failed after 12s and was rolled back: what was there before is there again.",
  );
  const interrupted = outcomeOf({ status: "interrupted", results: [resultOf()] });
  const text = outcomeText(interrupted, PLAIN);
  expect(text).toContain("Stopped after 12s, 1 of 1 step done.");
  expect(text).toContain("The next apply continues where this one stopped.");
  const fresh = outcomeOf({ isNewIdentity: true, planProblems: ["plans/a could\nnot be written"] });
  expect(outcomeText(fresh, PLAIN)).toContain("clockwork.yaml was written: commit it");
  expect(outcomeText(fresh, PLAIN)).toContain("plans/a could not be written\n");
});

it("outcomeText() fits into 40 columns, and drives no terminal with what a program said", () => {
  const evil =
    "\u001b[31mlog line that goes on \u0007 and on and on until nobody reads it any more\r";
  const results = [
    resultOf({
      resource: `web${evil}`,
      outcome: "undone",
      problems: [evil],
      verdicts: [{ name: evil, claim: evil, verdict: "error", expected: evil, actual: evil }],
    }),
  ];
  const text = outcomeText(outcomeOf({ status: "rolled-back", results }), {
    ...PLAIN,
    columns: 40,
  });
  expect(text).not.toMatch(/[[\p{Cc}]--\n]/v);
  const told = text.slice(0, text.indexOf("Next:")).split("\n");
  expect(told.filter((line) => displayWidth(line) > 40)).toEqual([]);
});
