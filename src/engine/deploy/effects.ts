import { DeployError } from "../../model/deploy-errors.ts";
import type { DeployedResource, JournalStep, Specification } from "../../model/deployment.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Lifecycle, Live, Subject } from "../../model/lifecycle.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { effect, lifecycleOf, look, subjectOf, type EngineContext } from "./context.ts";

/** What one step does to the world. Each part may be called again at any time: a step may be resumed. */
export interface Effects {
  /** Makes, changes or takes away. Gives how the world knows what is there now; null when nothing is. */
  readonly make: () => Promise<JsonObject | null>;
  /** Brings back what was before. */
  readonly goBack: () => Promise<void>;
  /** Gives up what was replaced; null where nothing was. */
  readonly finish: (() => Promise<void>) | null;
}

/** What effects are made of: what the journal knows of a step. */
export type StepParts = Pick<
  JournalStep,
  "resource" | "action" | "wanted" | "marks" | "recorded" | "captured"
>;

/** Who carries effects out, and hears how far they have come. */
export interface EffectsOptions {
  readonly context: EngineContext;
  readonly note: (text: string) => void;
}

/**
 * Says what a step does to the world.
 *
 * @param parts - What the journal knows of it.
 * @param options - Who carries it out.
 * @returns Its effects.
 */
export async function effectsOf(parts: StepParts, options: EffectsOptions): Promise<Effects> {
  const { wanted, recorded, marks } = parts;
  const before = recorded && (await thing(recorded.spec, recorded.marks, recorded, options));
  const after = wanted && (await thing(wanted, marks, sameLife(recorded, marks), options));
  const workshop = { ...options, parts };
  switch (parts.action) {
    case "create":
      return creating(after, workshop);
    case "update":
    case "import":
      return updating(after, before, workshop);
    case "replace":
      return replacing(after, before, workshop);
    case "delete":
      return deleting(before, workshop);
  }
}

/** Something with the way in which its kind is made. */
interface Thing {
  readonly lifecycle: Lifecycle<DeployWorld>;
  readonly subject: Subject;
  readonly spec: Specification;
}

type Workshop = EffectsOptions & { readonly parts: StepParts };

async function thing(
  spec: Specification,
  marks: Marks | null,
  recorded: DeployedResource | null,
  { context }: EffectsOptions,
): Promise<Thing | null> {
  const lifecycle = await lifecycleOf(context.kinds, spec);
  if (lifecycle === null) return null;
  return { lifecycle, spec, subject: subjectOf(spec, marks, recorded?.physical ?? null) };
}

// Another generation is another thing: how the world knows the old one says nothing about the new one.
function sameLife(recorded: DeployedResource | null, marks: Marks | null): DeployedResource | null {
  return recorded !== null && isSameThing(recorded.marks, marks) ? recorded : null;
}

function creating(after: Thing | null, workshop: Workshop): Effects {
  if (after === null) return nothing();
  return {
    make: () => create(after, workshop),
    goBack: () => remove(after, keepingData(workshop)),
    finish: null,
  };
}

function updating(after: Thing | null, before: Thing | null, workshop: Workshop): Effects {
  if (after === null) return nothing();
  return {
    make: async () => {
      const live = await read(after, workshop);
      if (live === null) throw new DeployError(`${after.spec.name} has gone meanwhile`);
      refuseForeign(after, live, workshop);
      return await update(after, live, workshop);
    },
    goBack: async () => {
      const { captured } = workshop.parts;
      const { restore } = after.lifecycle;
      if (captured !== null && restore !== null) {
        const { subject } = before ?? after;
        await run(workshop, "going back", (world, scope) =>
          restore(subject, captured, world, scope),
        );
        return;
      }
      if (before === null) return;
      const live = await read(before, workshop);
      if (live === null) await create(before, workshop);
      else {
        refuseForeign(before, live, workshop);
        await update(before, live, workshop);
      }
    },
    finish: null,
  };
}

function replacing(after: Thing | null, before: Thing | null, workshop: Workshop): Effects {
  if (after === null) return nothing();
  if (before === null) return creating(after, workshop);
  const isInTheWay = after.spec.claims.some((claim) => before.spec.claims.includes(claim));
  const { setAside, bringBack } = before.lifecycle;
  const isKept = !isInTheWay || setAside !== null;
  // What is replaced under its own name leaves to the new one what belongs to both.
  const isSamePlace = after.spec.claims[0] === before.spec.claims[0];
  const finishing = isSamePlace ? keepingData(workshop) : workshop;
  return {
    make: async () => {
      if (isInTheWay && setAside !== null) {
        await run(workshop, "making room", (world, scope) =>
          setAside(before.subject, after.subject, world, scope),
        );
      } else if (isInTheWay) await remove(before, keepingData(workshop));
      return await create(after, workshop);
    },
    goBack: async () => {
      await remove(after, keepingData(workshop));
      if (!isInTheWay) return;
      if (bringBack === null) await create(before, workshop);
      else {
        await run(workshop, "bringing back the old one", (world, scope) =>
          bringBack(before.subject, world, scope),
        );
      }
    },
    finish: isKept ? () => remove(before, finishing) : null,
  };
}

function deleting(before: Thing | null, workshop: Workshop): Effects {
  if (before === null) return nothing();
  return {
    make: async () => {
      await remove(before, workshop);
      const live = await read(before, workshop);
      if (live === null || !isSameThing(live.marks, before.subject.marks)) return null;
      throw new DeployError(`${before.spec.name} is still there: ${live.description}`);
    },
    goBack: async () => {
      await create(before, workshop);
    },
    finish: null,
  };
}

// Between the plan and now, somebody may have put something of theirs there.
function refuseForeign(
  { subject, spec }: Thing,
  { marks, description }: Live,
  { parts }: Workshop,
): void {
  const isAdopting = parts.action === "import" && marks === null;
  if (isAdopting || isSameThing(marks, subject.marks)) return;
  throw new DeployError(`something else stands in the place of ${spec.name}: ${description}`, {
    code: "resource-foreign",
    hint: "plan again",
  });
}

// Going back never takes with it what people keep.
function keepingData(workshop: Workshop): Workshop {
  return { ...workshop, context: { ...workshop.context, mayDeleteData: false } };
}

// What is only looked at exists without us.
function nothing(): Effects {
  return { make: () => Promise.resolve(null), goBack: () => Promise.resolve(), finish: null };
}

async function create({ lifecycle, subject }: Thing, workshop: Workshop): Promise<JsonObject> {
  return await run(workshop, "making", (world, scope) => lifecycle.create(subject, world, scope));
}

async function update(
  { lifecycle, subject }: Thing,
  live: Live,
  workshop: Workshop,
): Promise<JsonObject> {
  return await run(workshop, "changing", (world, scope) =>
    lifecycle.update(subject, live, world, scope),
  );
}

async function remove({ lifecycle, subject }: Thing, workshop: Workshop): Promise<void> {
  await run(workshop, "removing", (world, scope) => lifecycle.remove(subject, world, scope));
}

async function read({ lifecycle, subject }: Thing, { context }: Workshop): Promise<Live | null> {
  return await look(context, `looking at ${subject.resource}`, (scope) =>
    lifecycle.read(subject, context.world, scope),
  );
}

function run<T>(
  { context, note, parts }: Workshop,
  doing: string,
  task: (world: DeployWorld, scope: Parameters<Lifecycle<DeployWorld>["create"]>[2]) => Promise<T>,
): Promise<T> {
  const what = `${doing} ${parts.resource}`;
  return effect(context, { what, note }, (scope) => task(context.world, scope));
}
