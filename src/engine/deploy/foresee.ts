import type { Change, DeployedResource } from "../../model/deployment.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { OptionProblem } from "../../model/options.ts";
import { Limiter } from "../limiter.ts";
import {
  lifecycleOf,
  look,
  LOOKS_AT_ONCE,
  recordedSubject,
  subjectOf,
  type EngineContext,
} from "./context.ts";
import type { PlanInput } from "./plan-input.ts";
import { problemAt, type ResourceProblem } from "./problem-at.ts";
import { readRecorded } from "./survey.ts";

/**
 * Finds what would go wrong, before anything is touched.
 *
 * @param changes - What is going to be done.
 * @param input - Where it is declared, and whether files stay.
 * @param context - The world.
 * @returns Problems: an image that does not exist, a port that somebody else has, data that people would lose.
 * @throws {@link ObservationError} When we could not look.
 */
export async function foresee(
  changes: readonly Change[],
  { declared, keepFiles }: Pick<PlanInput, "declared" | "keepFiles">,
  context: EngineContext,
): Promise<readonly Diagnostic[]> {
  const limiter = new Limiter(LOOKS_AT_ONCE);
  const places = new Map(declared.map((resource) => [resource.name, resource]));
  const given = givenUp(changes);
  const problems = await Promise.all(
    changes.map((change) =>
      limiter.run(async () => {
        const found = await problemsOf(change, { given, keepFiles, context });
        const { resource } = change;
        const place = places.get(resource) ?? { name: resource, declaredAt: null };
        return found.map((problem) => problemAt(place, problem));
      }),
    ),
  );
  return problems.flat();
}

interface Foresight {
  /** What of the world is going to be free. */
  readonly given: ReadonlySet<string>;
  readonly keepFiles: boolean;
  readonly context: EngineContext;
}

async function problemsOf(
  change: Change,
  foresight: Foresight,
): Promise<readonly ResourceProblem[]> {
  const { action, isLookedAt, recorded } = change;
  if (isLookedAt || action === "keep" || action === "import") return [];
  const losses = recorded === null ? [] : await lossesOf(change, recorded, foresight);
  return action === "delete" ? losses : [...losses, ...(await obstaclesOf(change, foresight))];
}

async function obstaclesOf(
  { wanted, recorded }: Change,
  { given, context }: Foresight,
): Promise<readonly OptionProblem[]> {
  if (wanted === null) return [];
  const verify = (await lifecycleOf(context.kinds, wanted))?.verify ?? null;
  if (verify === null) return [];
  const live = recorded === null ? null : await readRecorded(recorded, context);
  const subject = subjectOf(wanted, recorded?.marks ?? null, recorded?.physical ?? null);
  const problems = await look(context, `verifying ${wanted.name}`, (scope) =>
    verify(subject, live, context.world, scope),
  );
  const isFreed = wanted.claims.some((claim) => given.has(claim));
  return problems.filter(({ code }) => code !== "claim-taken" || !isFreed);
}

async function lossesOf(
  change: Change,
  recorded: DeployedResource,
  { keepFiles, context }: Foresight,
): Promise<readonly ResourceProblem[]> {
  if (!isGoing(change, recorded) || context.mayDeleteData) return [];
  const lifecycle = await lifecycleOf(context.kinds, recorded.spec);
  if (lifecycle === null || (keepFiles && lifecycle.isFiles)) return [];
  const { data, isFiles } = lifecycle;
  if (data === null) return [];
  const lost = await look(context, `looking at what ${recorded.spec.name} holds`, (scope) =>
    data(recordedSubject(recorded), context.world, scope),
  );
  return lost === null ? [] : [loss(lost, isFiles)];
}

// What is replaced under its own name keeps what belongs to it.
function isGoing({ action, wanted }: Change, recorded: DeployedResource): boolean {
  return action === "delete" || (action === "replace" && isMoved(wanted, recorded));
}

function loss(lost: string, isFiles: boolean): ResourceProblem {
  return {
    code: "resource-protected",
    message: `would take with it what is not Clockwork's: ${lost}`,
    hint: `move that elsewhere, allow it with --delete-data${isFiles ? ", or keep it with --keep-files" : ""}`,
  };
}

function isMoved(wanted: Change["wanted"], { spec }: DeployedResource): boolean {
  return wanted?.claims[0] !== spec.claims[0];
}

function givenUp(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap(({ recorded, wanted }) =>
      (recorded?.spec.claims ?? []).filter((claim) => wanted?.claims.includes(claim) !== true),
    ),
  );
}
