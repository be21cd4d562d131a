import { DeployError } from "../../model/deploy-errors.ts";
import type { DeployedResource, Specification } from "../../model/deployment.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Live } from "../../model/lifecycle.ts";
import { Limiter } from "../limiter.ts";
import {
  lifecycleOf,
  look,
  LOOKS_AT_ONCE,
  recordedSubject,
  subjectOf,
  type EngineContext,
} from "./context.ts";

/** One resource, before anything is decided: what should be, what was deployed, and what is there. */
export interface Sight {
  readonly name: string;
  /** Null when it is not declared any more. */
  readonly wanted: Specification | null;
  /** Null when it was never deployed. */
  readonly recorded: DeployedResource | null;
  /** The thing itself; without a record, what stands in its place. Null when nothing does. */
  readonly live: Live | null;
  /** What stands where it is to move to; null when nothing does, or it stays where it is. */
  readonly inTheWay: Live | null;
  /** What it was called before; null when it keeps its name. */
  readonly renamedFrom: string | null;
}

/** What a resource should be and what it was. */
export type Pair = Pick<Sight, "name" | "wanted" | "recorded" | "renamedFrom">;

/**
 * Looks at the live state of resources, many at once.
 *
 * @param pairs - What should be, and what was deployed.
 * @param context - The world.
 * @returns One sight for each, in the order given.
 * @throws {@link DeployError} When any of them could not be looked at: it lists them all.
 */
export async function survey(
  pairs: readonly Pair[],
  context: EngineContext,
): Promise<readonly Sight[]> {
  const limiter = new Limiter(LOOKS_AT_ONCE);
  const blind: string[] = [];
  const sights = await Promise.all(
    pairs.map((pair) =>
      limiter.run(async (): Promise<readonly Sight[]> => {
        try {
          return [await sightOf(pair, context)];
        } catch (error) {
          if (!(error instanceof ObservationError)) throw error;
          blind.push(`${pair.name}: ${error.message}`);
          return [];
        }
      }),
    ),
  );
  if (blind.length === 0) return sights.flat();
  const [first = ""] = blind;
  const message =
    blind.length === 1
      ? `could not look at ${first}`
      : `could not look at ${String(blind.length)} resources:\n  ${blind.join("\n  ")}`;
  throw new DeployError(message, { code: "cannot-observe" });
}

async function sightOf(pair: Pair, context: EngineContext): Promise<Sight> {
  const { wanted, recorded } = pair;
  const isMoving =
    wanted !== null && recorded !== null && wanted.claims[0] !== recorded.spec.claims[0];
  if (isMoving) {
    const [live, inTheWay] = await Promise.all([
      readRecorded(recorded, context),
      readWanted(wanted, null, context),
    ]);
    return { ...pair, live, inTheWay };
  }
  const live =
    wanted === null
      ? recorded && (await readRecorded(recorded, context))
      : await readWanted(wanted, recorded, context);
  return { ...pair, live, inTheWay: null };
}

/**
 * Looks at the thing that is recorded.
 *
 * @param recorded - What is recorded.
 * @param context - The world.
 * @returns What is there, compared with what is recorded; null when nothing is.
 */
export async function readRecorded(
  recorded: DeployedResource,
  context: EngineContext,
): Promise<Live | null> {
  return await readWanted(recorded.spec, recorded, context);
}

async function readWanted(
  wanted: Specification,
  recorded: DeployedResource | null,
  context: EngineContext,
): Promise<Live | null> {
  const lifecycle = await lifecycleOf(context.kinds, wanted);
  if (lifecycle === null) return null;
  const subject =
    recorded === null
      ? subjectOf(wanted, null, null)
      : { ...recordedSubject({ ...recorded, spec: wanted }), resource: wanted.name };
  return await look(context, `looking at ${wanted.name}`, (scope) =>
    lifecycle.read(subject, context.world, scope),
  );
}
