import { ObservationError } from "../../model/errors.ts";
import type { LifecycleScope, Lifecycle, Subject } from "../../model/lifecycle.ts";
import type { DeployedResource, Specification } from "../../model/deployment.ts";
import type { Marks } from "../../model/marks.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { Kinds } from "../../ports/kinds.ts";
import type { Random } from "../../ports/random.ts";
import type { Cancellation } from "../cancellation.ts";
import { withinTimeout } from "../within-timeout.ts";
import type { Contents, Sha256 } from "./contents.ts";

/** What deciding and deploying need. */
export interface EngineContext {
  /** The project's UUID; null while it has none, when nothing can carry its marks. */
  readonly projectId: string | null;
  /** The project's folder. */
  readonly root: string;
  readonly kinds: Kinds;
  readonly world: DeployWorld;
  readonly random: Random;
  readonly sha256: Sha256;
  readonly contents: Contents;
  readonly cancellation: Cancellation;
  readonly mayDeleteData: boolean;
}

/** One look. */
const LOOK_LIMIT_MS = 30_000;

/** One effect: fetching an image is the longest. */
const EFFECT_LIMIT_MS = 30 * 60_000;

/** So that no look asks for more at once than engines and disks answer well. */
export const LOOKS_AT_ONCE = 64;

/** Marks of nobody: no project has this UUID. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * Looks, under a deadline.
 *
 * @param context - The world.
 * @param what - What is looked at, for the message.
 * @param task - Looks.
 * @returns What was seen.
 * @throws {@link ObservationError} When it takes too long, or whatever the task throws.
 */
export function look<T>(
  context: EngineContext,
  what: string,
  task: (scope: LifecycleScope) => Promise<T>,
): Promise<T> {
  return within(context, { what, limitMs: LOOK_LIMIT_MS, note: ignore }, task);
}

/**
 * Carries out an effect, under a deadline.
 *
 * @param context - The world.
 * @param options - What it is, for the message, and who hears how far it has come.
 * @param task - Carries it out.
 * @returns What it returns.
 * @throws Whatever the task throws.
 */
export function effect<T>(
  context: EngineContext,
  options: { readonly what: string; readonly note: (text: string) => void },
  task: (scope: LifecycleScope) => Promise<T>,
): Promise<T> {
  return within(context, { ...options, limitMs: EFFECT_LIMIT_MS }, task);
}

/**
 * Finds how a kind of resource is made.
 *
 * @param kinds - The catalogue.
 * @param spec - What should exist.
 * @returns Null when it is only looked at.
 */
export async function lifecycleOf(
  kinds: Kinds,
  spec: Pick<Specification, "kind" | "parameters">,
): Promise<Lifecycle<DeployWorld> | null> {
  const lifecycle = (await kinds.resource(spec.kind))?.lifecycle ?? null;
  return lifecycle?.isManaged(spec.parameters) === true ? lifecycle : null;
}

/**
 * Says what is to be made.
 *
 * @param spec - What should exist.
 * @param marks - What it carries; nobody's when it was never made.
 * @param physical - How the world knows it.
 * @returns The subject.
 */
export function subjectOf(
  { name, parameters, resolved, specHash }: Specification,
  marks: Marks | null,
  physical: Subject["physical"],
): Subject {
  const nobody = {
    project: NOBODY,
    resource: name,
    instance: "0".repeat(16),
    generation: 1,
    specHash,
    version: 1,
  };
  return { resource: name, parameters, resolved, marks: marks ?? nobody, physical };
}

/**
 * Says what was made.
 *
 * @param recorded - What is recorded.
 * @returns The subject.
 */
export function recordedSubject({ spec, marks, physical }: DeployedResource): Subject {
  return subjectOf(spec, marks, physical);
}

interface Within {
  readonly what: string;
  readonly limitMs: number;
  readonly note: (text: string) => void;
}

function within<T>(
  context: EngineContext,
  { what, limitMs, note }: Within,
  task: (scope: LifecycleScope) => Promise<T>,
): Promise<T> {
  const { world, cancellation, root, contents, mayDeleteData } = context;
  cancellation.throwIfCancelled();
  const limit = {
    clock: world.clock,
    cancellation,
    timeoutMs: limitMs,
    timeoutError: () =>
      new ObservationError(`${what} was not done within ${String(limitMs / 1_000)} s`),
  };
  return withinTimeout(limit, (signal) =>
    task({
      root,
      signal,
      note,
      mayDeleteData,
      keep: (bytes) => contents.keep(bytes),
      content: (hash) => contents.find(hash),
    }),
  );
}

function ignore(): void {
  // Nobody wants to know how far a look has come.
}
