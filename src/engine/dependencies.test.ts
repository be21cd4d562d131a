import fc from "fast-check";
import { expect, it } from "vitest";
import { findCycles } from "./dependencies.ts";

function cyclesOf(graph: Readonly<Record<string, readonly string[]>>): readonly string[][] {
  return findCycles(new Map(Object.entries(graph))).map((cycle) => [...cycle]);
}

it("findCycles finds none in a diamond", () => {
  expect(cyclesOf({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] })).toEqual([]);
});

it("findCycles gives the path of each circle, from and to the same name", () => {
  expect(cyclesOf({ x: ["a"], a: ["b"], b: ["c"], c: ["a"], y: ["y"] })).toEqual([
    ["a", "b", "c", "a"],
    ["y", "y"],
  ]);
});

it("findCycles gives a circle once, though a dependency is named twice", () => {
  expect(cyclesOf({ a: ["b", "b"], b: ["a", "a"] })).toEqual([["a", "b", "a"]]);
});

it("findCycles passes over names that are no resource", () => {
  expect(cyclesOf({ a: ["b", "constructor"] })).toEqual([]);
});

it("findCycles takes a chain of 30,000 and a circle as long", () => {
  const names = Array.from({ length: 30_000 }, (_, index) => String(index));
  const chain = new Map(names.map((name, index) => [name, names.slice(index + 1, index + 2)]));
  expect(findCycles(chain)).toEqual([]);
  chain.set("29999", ["0"]);
  expect(findCycles(chain)[0]).toHaveLength(30_001);
});

it("findCycles takes a resource that depends on 30,000, and stops at 100 circles", () => {
  const names = Array.from({ length: 30_000 }, (_, index) => String(index));
  const star = new Map<string, readonly string[]>(names.map((name) => [name, ["hub"]]));
  star.set("hub", names);
  expect(findCycles(star)).toHaveLength(100);
});

const graphs = fc
  .integer({ min: 1, max: 7 })
  .chain((size) =>
    fc.array(fc.array(fc.nat(size), { maxLength: 4 }), { minLength: size, maxLength: size }),
  )
  .map((edges) => new Map(edges.map((to, from) => [String(from), to.map(String)])));

// Which names can be reached, by taking every step again and again.
function reachable(graph: ReadonlyMap<string, readonly string[]>, start: string): Set<string> {
  const found = new Set<string>();
  for (let before = -1; before !== found.size;) {
    before = found.size;
    const next = [start, ...found].flatMap((name) => graph.get(name) ?? []);
    for (const name of next.filter((one) => graph.has(one))) found.add(name);
  }
  return found;
}

it("findCycles finds a circle exactly where a name can be reached from itself", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const cycles = findCycles(graph);
      for (const cycle of cycles) {
        expect(cycle.at(-1)).toBe(cycle[0]);
        expect(new Set(cycle).size).toBe(cycle.length - 1);
        for (const [index, name] of cycle.slice(1).entries()) {
          expect(graph.get(cycle[index] ?? "")).toContain(name);
        }
      }
      const texts = cycles.map((cycle) => cycle.join(" "));
      expect(new Set(texts).size).toBe(texts.length);
      // Every circle shares a resource with one that is found: without those, none is left.
      const found = new Set(cycles.flat());
      const rest = new Map([...graph].filter(([name]) => !found.has(name)));
      const own = [...rest.keys()].filter((name) => reachable(rest, name).has(name));
      expect(own).toEqual([]);
      const isCyclic = [...graph.keys()].some((name) => reachable(graph, name).has(name));
      expect(cycles.length > 0).toBe(isCyclic);
    }),
  );
});
