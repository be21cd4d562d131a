import fc from "fast-check";
import { expect, it } from "vitest";
import { changeOf, fieldOf, planOf } from "../../../test/support/deployments.ts";
import { displayWidth } from "../../model/text.ts";
import { planText } from "./plan-text.ts";

const PLAIN = { hasColor: false, columns: null };

it("planText() shows each action with its sign, field by field, and sums up", () => {
  const plan = planOf([
    changeOf({
      resource: "web",
      needs: ["db"],
      fields: [fieldOf({ from: null }), fieldOf({ field: "ports", from: null, to: "8080:80" })],
    }),
    changeOf({
      resource: "db",
      action: "replace",
      reason: "is declared otherwise",
      fields: [fieldOf({ from: "postgres:16", to: "postgres:17", isReplacing: true })],
    }),
    changeOf({
      resource: "motd",
      kind: "file",
      action: "update",
      reason: "is no longer as it was",
      fields: [
        fieldOf({ field: "mode", from: "0644", to: "0600", cause: "drift" }),
        fieldOf({ field: "content", from: "a\nb\nc\n", to: null }),
      ],
    }),
    changeOf({ resource: "base", action: "import", reason: "is there already" }),
    changeOf({ resource: "api", action: "update", reason: "", renamedFrom: "old-api" }),
    changeOf({ resource: "probe", kind: "host", action: "update", isLookedAt: true }),
    changeOf({ resource: "cache", action: "keep", reason: "" }),
    changeOf({ resource: "gone", action: "delete", reason: "is not declared any more" }),
  ]);
  expect(planText(plan, PLAIN)).toBe(`shop: what apply does

-/+ db (docker): is declared otherwise
      image: postgres:16 → postgres:17 (needs a new one)
  + web (docker): is not there
      image: nginx:2
      ports: 8080:80
  ~ motd (file): is no longer as it was
      mode: 0644 → 0600 (drift)
      content: a … (3 lines) → (not set)
  ↻ base (docker): is there already
  ~ api (docker): was old-api
  ~ probe (host) (watched only): is not there
  - gone (docker): is not declared any more

Plan: 1 to create, 3 to update, 1 to replace, 1 to delete, 1 to import, 1 unchanged.
`);
});

it("planText() folds what stays into a number, unless all is asked for", () => {
  const plan = planOf([changeOf({ action: "keep", reason: "" })]);
  expect(planText(plan, PLAIN)).toBe("Plan: no changes, 1 unchanged.\n");
  expect(planText(plan, { ...PLAIN, isAll: true })).toBe(
    "shop: what apply does\n\n  = web (docker)\n\nPlan: no changes, 1 unchanged.\n",
  );
});

it("planText() takes what needs others away before what it needs", () => {
  const plan = planOf([
    changeOf({ resource: "db", action: "delete" }),
    changeOf({ resource: "web", action: "delete", needs: ["db"] }),
  ]);
  const text = planText(plan, PLAIN);
  expect(text.indexOf("web")).toBeLessThan(text.indexOf("db"));
});

it("planText() tells of the quarantine, the pin and what is open", () => {
  const changes = [changeOf()];
  const plan = planOf(changes, { quarantinedBy: 5, pinnedTo: 3 });
  const text = planText(plan, { ...PLAIN, openSteps: 2 });
  expect(text).toContain("Version 5 failed with this very declaration");
  expect(text).toContain("--retry");
  expect(text).toContain("pinned the project to version 3");
  expect(text).toContain("left 2 steps open");
  expect(planText(planOf(changes), PLAIN).split("\n").at(-2)).toMatch(/^Plan: /u);
});

it("planText() fits into 40 columns", () => {
  const plan = planOf([
    changeOf({
      resource: "a-resource-with-a-name-that-is-much-too-long-for-this",
      reason: "is declared otherwise, and a lot more is to be said about it",
      fields: [
        fieldOf({ from: "registry.example/a/b/c:1".repeat(9), to: "x", isReplacing: true }),
        fieldOf({ field: "environment.".repeat(9) }),
      ],
      action: "replace",
    }),
    changeOf({ action: "update", fields: [fieldOf()] }),
  ]);
  const lines = planText(plan, { hasColor: false, columns: 40 }).split("\n");
  expect(lines.filter((line) => displayWidth(line) > 40)).toEqual([]);
  expect(lines).toContain("      image: nginx:1 → nginx:2");
  expect(lines).toContain("        + x");
});

it("planText() paints only where colour is welcome", () => {
  const plan = planOf([changeOf({ action: "update", fields: [fieldOf()] })]);
  expect(planText(plan, { hasColor: true, columns: 80 })).toContain("\u001b[32mnginx:2\u001b[0m");
  expect(planText(plan, PLAIN)).not.toContain("\u001b");
});

it("planText() drives no terminal and keeps its width, whatever names and values are", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constant("a\u001b]0;x\u0007\r\u009b2J"),
  );
  fc.assert(
    fc.property(hostile, hostile, fc.integer({ min: 40, max: 100 }), (name, value, columns) => {
      const fields = [fieldOf({ field: name, from: value, to: name })];
      const plan = planOf(
        [
          changeOf({ resource: name, kind: value, reason: value, fields }),
          changeOf({ resource: value, action: "delete", renamedFrom: name }),
        ],
        { project: { id: null, name } },
      );
      const text = planText(plan, { hasColor: false, columns });
      expect(text).not.toMatch(/[[\p{Cc}\p{Bidi_Control}]--\n]/v);
      for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }),
  );
});
