import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import { isOpen } from "../../src/model/deployment.ts";
import type { Store } from "../../src/ports/store.ts";
import {
  applyBoxes,
  destroyBoxes,
  planBoxes,
  type BoxRun,
  type DeclaredBox,
} from "../support/box-project.ts";
import { BoxWorld, Killed, type Fault } from "../support/box-world.ts";

function newRun(): BoxRun {
  return { world: new BoxWorld(), store: memoryStore() };
}

const NAMES = ["a", "b", "c", "d"];

const project = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom(...NAMES),
      place: fc.constantFrom("p", "q", "r", "s", "t"),
      value: fc.constantFrom("good", "better", "bad"),
      size: fc.constantFrom("small", "large"),
      needs: fc.subarray(NAMES),
    }),
    { selector: ({ name }) => name, maxLength: 4 },
  )
  .map((boxes): DeclaredBox[] => {
    const places = new Set<string>();
    return boxes
      .filter(({ place }) => {
        const isFree = !places.has(place);
        places.add(place);
        return isFree;
      })
      .map(({ needs, ...box }, index, all) => ({
        ...box,
        // Only on what comes before: no circles.
        dependsOn: needs.filter((need) => all.slice(0, index).some(({ name }) => name === need)),
      }));
  });

const disturbance = fc.record({
  boxes: project,
  killAfter: fc.option(fc.nat({ max: 80 })),
  faults: fc.array(fc.constantFrom<Fault>("none", "none", "none", "fails", "lies"), {
    maxLength: 40,
  }),
});

// A process of its own: once it is killed, nothing that it still does counts.
async function asProcess(
  { world, store }: BoxRun,
  killAfter: number | null,
  task: (run: BoxRun) => Promise<unknown>,
): Promise<void> {
  let left = killAfter ?? Number.POSITIVE_INFINITY;
  let isDead = false;
  const reach = (): void => {
    left -= 1;
    if (left < 0) isDead = true;
    if (isDead) throw new Killed();
  };
  const mine = new Proxy(world, {
    get: (target, key, receiver) =>
      key === "reach" ? reach : (Reflect.get(target, key, receiver) as unknown),
  });
  const own: Store = {
    ...store,
    commit: async (changes, options) => {
      reach();
      const serial = await store.commit(changes, options);
      reach();
      return serial;
    },
  };
  await task({ world: mine, store: own }).catch((error: unknown) => error);
}

describe("whatever happens", () => {
  it("the next apply leaves no open step, no duplicate, no orphan, and nothing to plan", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(disturbance, { minLength: 1, maxLength: 4 }),
        project,
        async (runs, last) => {
          const run = newRun();
          const wanted = last.map((box) => ({ ...box, value: "good" }));
          for (const { boxes, killAfter, faults } of runs) {
            const left = [...faults];
            run.world.nextFault = () => left.shift() ?? "none";
            await asProcess(run, killAfter, (own) => applyBoxes(boxes, own, { mayRetry: true }));
            run.world.nextFault = () => "none";
          }
          // What changes places may take two steps, as the error says; a person takes everything away first.
          const outcome = await applyBoxes(wanted, run, { mayRetry: true }).catch(
            async (error: unknown) => {
              if (!String(error).includes("circle")) throw error;
              await destroyBoxes(run);
              return await applyBoxes(wanted, run, { mayRetry: true });
            },
          );
          expect(["deployed", "unchanged"]).toContain(outcome.status);
          const state = await run.store.snapshot();
          expect(state.openSteps.filter(isOpen)).toEqual([]);
          expect(state.resources.size).toBe(wanted.length);
          const standing = run.world.boxes.map(({ place, value, size, isAside, isComplete }) => ({
            place,
            value,
            size,
            isAside,
            isComplete,
          }));
          const due = wanted.map(({ place, value, size }) => ({
            place,
            value,
            size,
            isAside: false,
            isComplete: true,
          }));
          const byPlace = (
            one: { place: string | undefined },
            other: { place: string | undefined },
          ): number => String(one.place).localeCompare(String(other.place));
          expect(standing.toSorted(byPlace)).toEqual(due.toSorted(byPlace));
          const plan = await planBoxes(wanted, run);
          expect(plan.changes.filter(({ action }) => action !== "keep")).toEqual([]);
        },
      ),
      { numRuns: process.env["CW_TEST_SOAK"] === "all" ? 20_000 : 300 },
    );
  }, 600_000);
});
