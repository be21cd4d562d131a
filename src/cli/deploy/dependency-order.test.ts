import fc from "fast-check";
import { expect, it } from "vitest";
import { changeOf } from "../../../test/support/deployments.ts";
import { inDependencyOrder } from "./dependency-order.ts";

it("inDependencyOrder() keeps every change, needs first, whatever needs what", () => {
  const graph = fc.integer({ min: 1, max: 12 }).chain((count) =>
    fc.array(fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 4 }), {
      minLength: count,
      maxLength: count,
    }),
  );
  fc.assert(
    fc.property(graph, fc.boolean(), (needs, isDeleted) => {
      // Only what comes later may be needed, so that there is no circle; the order is turned round on purpose.
      const changes = needs.map((all, index) =>
        changeOf({
          resource: `r${String(index)}`,
          action: isDeleted ? "delete" : "create",
          needs: all.filter((need) => need > index).map((need) => `r${String(need)}`),
        }),
      );
      const ordered = inDependencyOrder(changes).map(({ resource }) => resource);
      expect(ordered.toSorted()).toEqual(changes.map(({ resource }) => resource).toSorted());
      for (const { resource, wanted, recorded } of changes) {
        for (const need of (wanted ?? recorded?.spec)?.dependsOn ?? []) {
          const isBefore = ordered.indexOf(need.resource) < ordered.indexOf(resource);
          expect(isBefore).toBe(!isDeleted);
        }
      }
    }),
  );
});

it("inDependencyOrder() keeps the order of declaration where nothing is needed, and survives circles and chains", () => {
  const names = ["c", "a", "b"];
  const independent = names.map((resource) => changeOf({ resource }));
  expect(inDependencyOrder(independent)).toEqual(independent);
  const deleted = names.map((resource) => changeOf({ resource, action: "delete" }));
  expect(inDependencyOrder(deleted)).toEqual(deleted);
  const circle = [
    changeOf({ resource: "a", needs: ["b"] }),
    changeOf({ resource: "b", needs: ["a", "nobody"] }),
  ];
  expect(inDependencyOrder(circle)).toHaveLength(2);
  const chain = Array.from({ length: 20_000 }, (_, index) =>
    changeOf({ resource: String(index), needs: [String(index + 1)] }),
  );
  expect(inDependencyOrder(chain)[0]?.resource).toBe("19999");
});
