import fc from "fast-check";
import { expect, it } from "vitest";
import type { PlannedDependency } from "../model/check-plan.ts";
import { CONDITIONS, type Condition } from "../model/policy.ts";
import { resolveDependencies, type DependencyNode } from "./compile-dependencies.ts";

function node(
  name: string,
  more: Partial<Omit<DependencyNode, "explicit">> & { explicit?: Record<string, Condition> } = {},
): DependencyNode {
  const { explicit = {}, implied = [], passedOnTo = [] } = more;
  const needed = Object.entries(explicit).map(([resource, condition]) => ({ resource, condition }));
  return { name, explicit: needed, implied: [...implied, ...passedOnTo], passedOnTo };
}

function shown(
  resolved: ReadonlyMap<string, readonly PlannedDependency[]>,
): Record<string, string[]> {
  const words = ({ resource, condition }: PlannedDependency): string => `${resource} ${condition}`;
  return Object.fromEntries([...resolved].map(([name, needed]) => [name, needed.map(words)]));
}

it("resolveDependencies() lets the parts of a unit need what the unit needs", () => {
  const resolved = resolveDependencies([
    node("net"),
    node("db"),
    node("web", { explicit: { db: "started", net: "started" } }),
    node("shop", { explicit: { net: "healthy" }, passedOnTo: ["db", "web"] }),
  ]);
  expect(shown(resolved)).toEqual({
    net: [],
    db: ["net healthy"],
    // What it says itself holds.
    web: ["db started", "net started"],
    shop: ["net healthy", "db healthy", "web healthy"],
  });
});

it("resolveDependencies() passes on through units of units, whatever their order", () => {
  const nodes = [
    node("inner", { explicit: { disk: "started" }, passedOnTo: ["db"] }),
    node("outer", { explicit: { net: "completed" }, passedOnTo: ["inner", "web"] }),
    node("db"),
    node("web"),
  ];
  const wanted = {
    inner: ["disk started", "net completed", "db healthy"],
    outer: ["net completed", "inner healthy", "web healthy"],
    db: ["disk started", "net completed"],
    web: ["net completed"],
  };
  expect(shown(resolveDependencies(nodes))).toEqual(wanted);
  const reversed = shown(resolveDependencies(nodes.toReversed()));
  expect(reversed).toEqual({ ...wanted, db: expect.arrayContaining(wanted.db) as string[] });
});

it("resolveDependencies() takes the stricter condition where two units ask for the same", () => {
  const resolved = resolveDependencies([
    node("one", { explicit: { net: "started" }, passedOnTo: ["db"] }),
    node("two", { explicit: { net: "completed" }, passedOnTo: ["db"] }),
    node("db"),
  ]);
  expect(shown(resolved)["db"]).toEqual(["net completed"]);
});

it("resolveDependencies() makes no part depend on itself where the unit depends on it", () => {
  const resolved = resolveDependencies([
    node("shop", { explicit: { db: "started" }, passedOnTo: ["db", "web"] }),
    node("db"),
    node("web"),
  ]);
  expect(shown(resolved)).toEqual({
    shop: ["db started", "web healthy"],
    db: [],
    web: ["db started"],
  });
});

it("resolveDependencies() comes to an end for any units, and loses nothing", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "e");
  const names = fc.uniqueArray(name, { maxLength: 5 });
  const explicit = fc.dictionary(name, fc.constantFrom(...CONDITIONS), { maxKeys: 3 });
  const nodes = fc.uniqueArray(fc.record({ name, explicit, implied: names, passedOnTo: names }), {
    selector: (entry) => entry.name,
  });
  fc.assert(
    fc.property(nodes, (entries) => {
      const all = entries.map((entry) => node(entry.name, entry));
      const resolved = resolveDependencies(all);
      const needed = (of: string): string[] =>
        (resolved.get(of) ?? []).map(({ resource }) => resource);
      expect([...resolved.keys()]).toEqual(all.map((entry) => entry.name));
      for (const entry of all) {
        expect(new Set(needed(entry.name)).size).toBe(needed(entry.name).length);
        expect(needed(entry.name)).toEqual(expect.arrayContaining([...entry.implied]));
        const passed = entry.explicit.map(({ resource }) => resource);
        for (const part of entry.passedOnTo.filter((each) => resolved.has(each))) {
          const others = passed.filter((resource) => resource !== part);
          expect(needed(part)).toEqual(expect.arrayContaining(others));
        }
      }
    }),
  );
});
