import fc from "fast-check";
import { expect, it } from "vitest";
import { incident, NOW } from "../../../test/support/watch-decisions.ts";
import { failing } from "../../../test/support/watch-lab.ts";
import type { Incident, IncidentKind, MessageKind } from "../../model/incident.ts";
import { composeMessage, dueMessages, findingLine } from "./compose-message.ts";

const KINDS: readonly IncidentKind[] = ["failure", "drift", "blind"];
const ALERTS = ["drift", "failure", "gave_up", "recovery"] as const;

const anyIncident = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    gaveUpAt: fc.constantFrom(null, NOW),
    closedAt: fc.constantFrom(null, NOW),
    acknowledged: fc.constantFrom(null, { by: "ann", at: NOW, comment: "" }),
    told: fc.subarray<MessageKind>(["failure", "drift", "blind", "gave_up", "resolved"]),
  })
  .map(incident);

it("dueMessages() says what plain rules say, in all cases", () => {
  const anyAlerts = fc.subarray([...ALERTS]);
  fc.assert(
    fc.property(anyIncident, anyAlerts, fc.boolean(), (about, alertOn, mayTell) => {
      const { kind, told, gaveUpAt, closedAt, acknowledged } = about;
      const isFree = closedAt === null && mayTell && acknowledged === null;
      const rules: readonly (readonly [MessageKind, boolean])[] = [
        [kind, isFree && alertOn.includes(kind === "blind" ? "failure" : kind)],
        ["gave_up", isFree && gaveUpAt !== null && alertOn.includes("gave_up")],
        ["resolved", closedAt !== null && told.length > 0],
      ];
      const due = rules.filter(([one, isDue]) => isDue && !told.includes(one)).map(([one]) => one);
      expect(dueMessages(about, { alertOn, mayTell })).toEqual(due);
    }),
    { numRuns: 2_000 },
  );
});

const titleOf = (kind: MessageKind, changes: Partial<Incident> = {}): string =>
  composeMessage(kind, incident(changes), { id: 1, project: "shop", at: NOW }).title;

it("composeMessage() says in one line what happened", () => {
  const seen = "HTTPStatusAssert: expected 200, got 503";
  expect(titleOf("failure")).toBe(`web is unhealthy: ${seen}`);
  expect(titleOf("failure", { findings: [] })).toBe("web is unhealthy");
  expect(titleOf("drift")).toBe(`web is not as it was deployed: ${seen}`);
  expect(titleOf("blind")).toBe(`web cannot be checked: ${seen}`);
  expect(titleOf("gave_up", { repairs: 1 })).toBe(
    `web could not be repaired: 1 attempt, no more are made: ${seen}`,
  );
  expect(titleOf("gave_up", { repairs: 5 })).toContain("5 attempts");
});

it("composeMessage() says how it ended, and how long it took", () => {
  const openedAt = NOW - 90_000;
  const end = (changes: Partial<Incident>): string =>
    titleOf("resolved", { openedAt, closedAt: NOW, ...changes });
  expect(end({ outcome: "recovered" })).toMatch(/^web recovered after 1 ?m(?:in)? ?30 ?s$/u);
  expect(end({ outcome: "repaired", repairs: 2 })).toMatch(
    /^web was repaired by 2 attempts after/u,
  );
  expect(end({ outcome: "gone" })).toMatch(/^web is not watched any more after/u);
  expect(end({ kind: "blind", outcome: "recovered" })).toMatch(/^web can be checked again after/u);
  expect(end({ kind: "drift", outcome: "repaired" })).toMatch(/^web is as it was deployed again/u);
});

it("composeMessage() names what did not pass, and what is affected", () => {
  const message = composeMessage("failure", incident({ affected: ["api", "shop"] }), {
    id: 9,
    project: "shop",
    at: NOW,
  });
  expect(message).toEqual({
    id: 9,
    kind: "failure",
    project: "shop",
    resource: "web",
    incident: 1,
    at: NOW,
    title: "web is unhealthy: HTTPStatusAssert: expected 200, got 503",
    lines: ["HTTPStatusAssert: expected 200, got 503", "affects api, shop"],
  });
});

it("findingLine() is one line, whatever was seen", () => {
  const [finding] = failing().findings;
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (actual, expected) => {
      const line = findingLine({ ...finding, name: "HTTPStatusAssert", actual, expected } as never);
      expect(line).not.toMatch(/[\r\n\u0085\u2028\u2029]/u);
    }),
  );
  expect(
    findingLine({ ...finding, name: "A", expected: "", actual: "no\n  answer" } as never),
  ).toBe("A: no answer");
});
