import fc from "fast-check";
import { expect, it } from "vitest";
import { entry, incident } from "../../../test/support/watch-decisions.ts";
import type { Incident } from "../../model/incident.ts";
import type { Entry } from "./entry.ts";
import { Victims } from "./victims.ts";

const withIncident = (changes: Partial<Incident> = {}): Entry => ({
  ...entry({ name: "db" }),
  incidents: [incident({ resource: "db", ...changes })],
});

it("Victims.of() names what fails because of a resource by now", () => {
  const names = ["a", "b", "c"];
  const step = fc.record({
    name: fc.constantFrom(...names),
    root: fc.constantFrom(null, "x", "y"),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const victims = new Victims();
      const rootOf = new Map<string, string | null>();
      for (const { name, root } of steps) {
        victims.set(name, root);
        rootOf.set(name, root);
      }
      for (const root of ["x", "y"]) {
        const plain = names.filter((name) => rootOf.get(name) === root);
        expect([...victims.of(root)].toSorted()).toEqual(plain);
      }
    }),
  );
});

it("Victims.missingIn() gives all that its incident should name, and null when it does", () => {
  const victims = new Victims();
  expect(victims.missingIn(withIncident())).toBeNull();
  victims.set("api", "db");
  victims.set("web", "db");
  expect(victims.missingIn(entry({ name: "db" }))).toBeNull();
  expect(victims.missingIn(withIncident({ kind: "drift" }))).toBeNull();
  expect(victims.missingIn(withIncident())).toEqual(["api", "web"]);
  // Who was affected once stays named.
  expect(victims.missingIn(withIncident({ affected: ["old", "api"] }))).toEqual([
    "old",
    "api",
    "web",
  ]);
  expect(victims.missingIn(withIncident({ affected: ["web", "api", "old"] }))).toBeNull();
});

it("Victims.missingIn() names a hundred at the most", () => {
  const victims = new Victims();
  for (let index = 0; index < 10_000; index += 1) victims.set(`app-${String(index)}`, "db");
  const named = victims.missingIn(withIncident());
  expect(named).toHaveLength(100);
  expect(victims.missingIn(withIncident({ affected: named ?? [] }))).toBeNull();
});
