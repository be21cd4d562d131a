import { assertion } from "../../src/model/assertion.ts";
import { DeployError } from "../../src/model/deploy-errors.ts";
import type { LifecycleScope, Live, Subject } from "../../src/model/lifecycle.ts";
import { isSameThing, type Marks } from "../../src/model/marks.ts";
import { oneOf, text } from "../../src/model/option-types.ts";
import { resource, type ResourceKind } from "../../src/model/resource.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";
import type { Kinds } from "../../src/ports/kinds.ts";
import type { World } from "../../src/ports/world.ts";

/** A thing of a simulated world. */
export interface Box {
  readonly place: string;
  marks: Marks | null;
  value: string;
  /** Of another size, it is another box. */
  size: string;
  isAside: boolean;
  isComplete: boolean;
}

/** What may go wrong with an effect: it does not happen, or it does and is told not to have. */
export type Fault = "none" | "fails" | "lies";

/** The process was killed: nothing that it still does has an effect. */
export class Killed extends Error {}

/** Boxes that stand in places, and what goes wrong with them. */
export class BoxWorld {
  boxes: Box[] = [];
  /** Says what goes wrong with the next effect. */
  nextFault: () => Fault = () => "none";
  /** Called wherever the process may be killed; throws {@link Killed}. */
  reach: () => void = () => undefined;

  at(place: string): Box | null {
    return this.boxes.find((box) => box.place === place && !box.isAside) ?? null;
  }

  of(marks: Marks): Box | null {
    return this.boxes.find((box) => isSameThing(box.marks, marks)) ?? null;
  }

  /** Carries out an effect, or not, and tells, or lies. */
  effect(change: () => void): void {
    this.reach();
    const fault = this.nextFault();
    if (fault === "fails") throw new DeployError("the world does not want to");
    change();
    this.reach();
    if (fault === "lies") throw new DeployError("the world says it did not");
  }
}

interface BoxParameters {
  readonly place: string;
  readonly value: string;
  readonly size: string;
}

/** A catalogue of boxes that live in a world. A box whose value begins with `bad` does not hold what is asserted of it. */
export function boxKinds(world: () => BoxWorld): Kinds {
  class BoxHoldsAssert extends assertion({
    kind: "box-holds",
    name: "BoxHoldsAssert",
    summary: "A box is good.",
    uses: [],
    fields: { place: text().required("Where.") },
    claim: ({ place }) => `${place} is good`,
    subject: ({ place }) => place,
    probe: ({ place }, _: World, { signal }) => {
      signal.throwIfAborted();
      return Promise.resolve(world().at(place)?.value ?? null);
    },
    judge: (value) => ({
      verdict: value !== null && !value.startsWith("bad") ? "pass" : "fail",
      expected: "good",
      actual: value ?? "nothing",
    }),
    samples: [],
  }) {}

  class BoxResource extends resource({
    kind: "box",
    name: "BoxResource",
    summary: "A box.",
    fields: {
      place: text().required("Where."),
      value: text().or("good", "What."),
      size: oneOf(["small", "large"]).or("small", "How large."),
    },
    checkIntervalSeconds: 60,
    target: ({ place }) => ({ path: place }),
    builtIn: ({ place }) => [{ kind: "box-holds", parameters: { place } }],
    lifecycle: {
      settleSeconds: 0,
      replacing: ["size", "place"],
      claims: ({ place }) => [`box:${place}`],
      read: (subject, _: DeployWorld, { signal }) => {
        signal.throwIfAborted();
        return Promise.resolve(read(world(), subject));
      },
      create: (subject, _, scope) => Promise.resolve(create(world(), subject, scope)),
      update: (subject, live) => Promise.resolve(update(world(), subject, live)),
      remove: ({ marks }) => {
        const there = world();
        if (there.of(marks) !== null) {
          there.effect(() => {
            there.boxes = there.boxes.filter((box) => !isSameThing(box.marks, marks));
          });
        }
        return Promise.resolve();
      },
      setAside: ({ marks }) => {
        const there = world();
        const box = there.of(marks);
        if (box?.isAside === false) there.effect(() => (box.isAside = true));
        return Promise.resolve();
      },
      bringBack: ({ marks, parameters: { place } }) => {
        const there = world();
        const box = there.of(marks);
        if (box?.isAside === true) {
          if (there.at(place) !== null) throw new DeployError("its place is taken");
          there.effect(() => (box.isAside = false));
        }
        return Promise.resolve();
      },
      list: (project) =>
        Promise.resolve(
          world().boxes.flatMap(({ marks, place }) =>
            marks?.project === project ? [{ marks, physical: { place } }] : [],
          ),
        ),
      capture: (_, { physical }) => Promise.resolve({ value: physical["value"] ?? "" }),
      restore: ({ marks }, { value }) => {
        const there = world();
        const box = there.of(marks);
        if (box !== null) there.effect(() => (box.value = JSON.stringify(value).slice(1, -1)));
        return Promise.resolve();
      },
    },
    sample: { place: "a" },
  }) {}

  const kind: ResourceKind<DeployWorld> = BoxResource.kind;
  return {
    assertion: (name) => Promise.resolve(name === "box-holds" ? BoxHoldsAssert.kind : null),
    resource: (name) => Promise.resolve(name === "box" ? kind : null),
    action: () => Promise.resolve(null),
    resourceNames: ["box"],
  };
}

function read(world: BoxWorld, { parameters, marks }: Subject): Live | null {
  world.reach();
  const { place, value, size } = parametersOf(parameters);
  const box = world.of(marks) ?? world.at(place);
  if (box === null) return null;
  const differences = [
    { field: "value", live: box.value, wanted: value },
    { field: "size", live: box.size, wanted: size },
  ].filter(({ live, wanted }) => live !== wanted);
  return {
    marks: box.marks,
    physical: { place: box.place, value: box.value },
    isComplete: box.isComplete,
    progress: "static",
    differences,
    description: `a box of ${box.value}`,
  };
}

function create(
  world: BoxWorld,
  { parameters, marks }: Subject,
  scope: LifecycleScope,
): { readonly place: string } {
  const { place, value, size } = parametersOf(parameters);
  const there = world.at(place);
  if (there !== null && !isSameThing(there.marks, marks)) {
    throw new DeployError("somebody else's box is there", { code: "resource-foreign" });
  }
  if (world.of(marks) === null) {
    world.effect(() => {
      world.boxes.push({ place, marks, value: "", size, isAside: false, isComplete: false });
    });
  }
  scope.note("half made");
  world.effect(() => {
    const box = world.of(marks);
    if (box !== null) Object.assign(box, { value, size, isComplete: true, marks });
  });
  return { place };
}

function update(
  world: BoxWorld,
  { parameters, marks }: Subject,
  live: Live,
): { readonly place: string } {
  const { place, value } = parametersOf(parameters);
  const box = live.marks === null ? world.at(place) : world.of(live.marks);
  if (box === null) throw new DeployError("the box has gone");
  world.effect(() => Object.assign(box, { marks }));
  world.effect(() => Object.assign(box, { value, isComplete: true }));
  return { place };
}

function parametersOf(parameters: Subject["parameters"]): BoxParameters {
  return parameters as unknown as BoxParameters;
}
