import type { Specification, Stray } from "../../model/deployment.ts";
import { ObservationError } from "../../model/errors.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import type { StateSnapshot } from "../../ports/store.ts";
import { look, type EngineContext } from "./context.ts";

/**
 * Finds what carries the marks of the project, and is neither declared nor recorded: what was deployed before the state was
 * lost, and was taken out of the declaration since.
 *
 * @param wanted - What is declared.
 * @param snapshot - What is recorded.
 * @param context - The world.
 * @returns Them, by kind; of a kind that cannot be looked at, none.
 */
export async function findStrays(
  wanted: readonly Specification[],
  snapshot: StateSnapshot,
  context: EngineContext,
): Promise<readonly Stray[]> {
  const { projectId, kinds } = context;
  if (projectId === null) return [];
  const declared = new Set(wanted.map(({ kind, name }) => `${kind} ${name}`));
  const recorded = [...snapshot.resources.values()];
  const strays = await Promise.all(
    kinds.resourceNames.map(async (kind) =>
      (await marksOf(kind, projectId, context))
        .filter((marks) => !recorded.some((known) => isSameThing(known.marks, marks)))
        .map(({ resource }) => ({ resource, kind }))
        .filter(({ resource }) => !declared.has(`${kind} ${resource}`)),
    ),
  );
  return strays.flat();
}

async function marksOf(
  kind: string,
  projectId: string,
  context: EngineContext,
): Promise<readonly Marks[]> {
  try {
    return await marksFound(kind, projectId, context);
  } catch (error) {
    // An engine that does not run here has nothing of ours.
    if (error instanceof ObservationError) return [];
    throw error;
  }
}

async function marksFound(
  kind: string,
  projectId: string,
  context: EngineContext,
): Promise<readonly Marks[]> {
  const list = (await context.kinds.resource(kind))?.lifecycle?.list ?? null;
  if (list === null) return [];
  const found = await look(context, `looking for every ${kind}`, (scope) =>
    list(projectId, context.world, scope),
  );
  return found.map(({ marks }) => marks);
}
