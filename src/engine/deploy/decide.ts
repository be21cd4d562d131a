import type {
  Change,
  ChangedField,
  DeployedResource,
  Specification,
} from "../../model/deployment.ts";
import type { Lifecycle, Live } from "../../model/lifecycle.ts";
import { isSameThing, type Marks } from "../../model/marks.ts";
import { changedFields, watchedFields } from "./changed-fields.ts";
import type { ResourceProblem } from "./problem-at.ts";
import type { Sight } from "./survey.ts";

/** What deciding knows besides what it sees. */
export interface Circumstances {
  /** The project's UUID; null while it has none. */
  readonly projectId: string | null;
  /** Of what is wanted; null when it is only looked at. */
  readonly lifecycle: Pick<Lifecycle<never>, "replacing"> | null;
  /** Why something is not wanted, in a few words: `is not declared any more`. */
  readonly absence: string;
  /** What gives its place up: it may stand in the way now, and will not then. */
  readonly leaving: readonly Marks[];
}

/** What is to be done, or why nothing can be. */
export type Decision = { readonly change: Change } | { readonly problem: ResourceProblem };

/**
 * Decides what has to be done with one resource. Pure.
 *
 * @param sight - What should be, what was deployed, and what is there.
 * @param circumstances - Whose project it is, and what the kind needs a new one for.
 * @returns A change, `keep` included, or a problem that people have to solve.
 */
export function decide(sight: Sight, circumstances: Circumstances): Decision {
  const { wanted, recorded } = sight;
  if (wanted === null) return leaving(sight, circumstances);
  if (circumstances.lifecycle === null) return { change: watched(sight, wanted) };
  // What was only looked at before has never been ours.
  const isOurs = (recorded?.physical ?? null) !== null;
  if (recorded === null || !isOurs) return arriving(sight, wanted, circumstances);
  return present({ ...sight, wanted, recorded }, circumstances.lifecycle, circumstances);
}

type Present = Sight & { readonly wanted: Specification; readonly recorded: DeployedResource };

function leaving({ name, recorded }: Sight, { absence }: Circumstances): Decision {
  if (recorded?.spec.policy.protect === true) {
    const message = "is protected, and would be destroyed";
    const hint = "keep it declared, or apply once with protect: false before";
    return { problem: { code: "resource-protected", message, hint } };
  }
  const change = changeOf({ name, wanted: null, recorded, renamedFrom: null }, "delete");
  const isLookedAt = (recorded?.physical ?? null) === null;
  return { change: { ...change, reason: absence, isLookedAt } };
}

function watched(sight: Sight, wanted: Specification): Change {
  const { recorded } = sight;
  if (recorded === null) {
    return { ...changeOf(sight, "create"), reason: "is not watched yet", isLookedAt: true };
  }
  const fields = [...changedFields([], declarations(recorded, wanted)), ...recordFields(sight)];
  if (fields.length === 0) return { ...changeOf(sight, "keep"), isLookedAt: true };
  return { ...changeOf(sight, "update"), ...declaredOtherwise(fields), isLookedAt: true };
}

function arriving(sight: Sight, wanted: Specification, circumstances: Circumstances): Decision {
  const { recorded } = sight;
  const live = recorded === null ? sight.live : sight.inTheWay;
  if (live === null) {
    return { change: { ...changeOf(sight, "create"), reason: "is not there" } };
  }
  const owner = ownerOf(live, sight, circumstances);
  if (owner === "leaving") {
    return { change: { ...changeOf(sight, "create"), reason: "is not there yet" } };
  }
  if (owner === "other" || (owner === "foreign" && !wanted.policy.adopt)) {
    return { problem: inTheWay(live, owner, wanted) };
  }
  const reason = owner === "ours" ? "is there, with our marks" : "is there, and adopted";
  const fields = changedFields(live.differences, { ...circumstancesOf(circumstances, wanted) });
  return { change: { ...changeOf(sight, "import"), reason, fields } };
}

function present(
  sight: Present,
  { replacing }: Pick<Lifecycle<never>, "replacing">,
  circumstances: Circumstances,
): Decision {
  const { wanted, recorded, live, inTheWay: obstacle } = sight;
  if (wanted.claims[0] !== recorded.spec.claims[0]) {
    const owner = obstacle === null ? "leaving" : ownerOf(obstacle, sight, circumstances);
    if (obstacle !== null && owner !== "leaving") {
      return { problem: inTheWay(obstacle, owner, wanted) };
    }
    return { change: { ...changeOf(sight, "replace"), ...moved(recorded, wanted) } };
  }
  if (live === null) {
    return { change: { ...changeOf(sight, "create"), reason: "is missing" } };
  }
  if (!isSameThing(live.marks, recorded.marks)) {
    // A state that was restored from a backup, or something that was made anew by hand.
    const owner = ownerOf(live, sight, circumstances);
    const isTaken = owner === "ours" || (live.marks === null && wanted.policy.adopt);
    if (!isTaken) return { problem: inTheWay(live, owner, wanted) };
    const reason = "is another one than is recorded";
    const fields = changedFields(live.differences, circumstancesOf(circumstances, wanted));
    return { change: { ...changeOf(sight, "import"), reason, fields } };
  }
  const fields = changedFields(live.differences, { ...declarations(recorded, wanted), replacing });
  return { change: presentChange(sight, live, fields) };
}

function presentChange(sight: Present, live: Live, fields: readonly ChangedField[]): Change {
  const replacing = fields.filter(({ isReplacing }) => isReplacing).map(({ field }) => field);
  if (replacing.length > 0) {
    const reason = `needs a new one: ${replacing.join(", ")}`;
    return { ...changeOf(sight, "replace"), fields, reason };
  }
  const recordOnly = recordFields(sight);
  if (fields.length > 0 || !live.isComplete) {
    const all = [...fields, ...recordOnly];
    const isDrift = fields.every(({ cause }) => cause === "drift");
    const complete = isDrift ? "is not as it was deployed" : "is declared otherwise";
    const reason = live.isComplete ? complete : "is not complete";
    return { ...changeOf(sight, "update"), fields: all, reason };
  }
  if (recordOnly.length === 0) return changeOf(sight, "keep");
  return { ...changeOf(sight, "update"), ...declaredOtherwise(recordOnly), isLookedAt: true };
}

// What is recorded otherwise although the thing itself stays as it is.
function recordFields({ wanted, recorded, renamedFrom }: Sight): readonly ChangedField[] {
  if (wanted === null || recorded === null) return [];
  const fields = watchedFields(recorded.spec, wanted);
  if (renamedFrom === null) return fields;
  const name = { field: "name", from: renamedFrom, to: wanted.name } as const;
  return [{ ...name, cause: "declared", isReplacing: false }, ...fields];
}

function declaredOtherwise(fields: readonly ChangedField[]): Pick<Change, "fields" | "reason"> {
  return { fields, reason: "is declared otherwise" };
}

function moved(
  recorded: DeployedResource,
  wanted: Specification,
): Pick<Change, "fields" | "reason"> {
  const from = recorded.spec.claims[0] ?? null;
  const to = wanted.claims[0] ?? null;
  const fields = changedFields([], declarations(recorded, wanted));
  return {
    fields: fields.map((field) => ({ ...field, isReplacing: true })),
    reason: `becomes another thing: ${from ?? "nothing"} → ${to ?? "nothing"}`,
  };
}

type Owner = "ours" | "leaving" | "other" | "foreign";

function ownerOf(
  { marks }: Live,
  sight: Sight,
  { projectId, leaving: going }: Circumstances,
): Owner {
  if (marks?.project !== projectId) return "foreign";
  if (going.some((other) => isSameThing(marks, other))) return "leaving";
  const isOwn = marks.resource === sight.name || marks.resource === sight.renamedFrom;
  return isOwn ? "ours" : "other";
}

function inTheWay(
  { marks, description }: Live,
  owner: Owner,
  wanted: Specification,
): ResourceProblem {
  const place = wanted.claims[0] ?? wanted.name;
  if (owner === "other" && marks !== null) {
    return {
      code: "claim-taken",
      message: `finds ${place} taken by ${marks.resource} of this project: ${description}`,
      hint: `if it is the same thing, write renamedFrom: "${marks.resource}"`,
    };
  }
  const whose = marks === null ? "which Clockwork did not make" : "which another project made";
  return {
    code: "resource-foreign",
    message: `finds ${place} taken by something ${whose}: ${description}`,
    hint:
      marks === null
        ? "write adopt: true to take it over, take it away yourself, or choose another name or place"
        : "choose another name or place, or destroy it in the project that it belongs to",
  };
}

function declarations(
  { spec }: DeployedResource,
  after: Specification,
): {
  readonly before: Specification;
  readonly after: Specification;
  readonly replacing: readonly string[];
} {
  return { before: spec, after, replacing: [] };
}

function circumstancesOf(
  { lifecycle }: Circumstances,
  after: Specification,
): { readonly before: null; readonly after: Specification; readonly replacing: readonly string[] } {
  return { before: null, after, replacing: lifecycle?.replacing ?? [] };
}

function changeOf(
  { name, wanted, recorded, renamedFrom }: Omit<Sight, "live" | "inTheWay">,
  action: Change["action"],
): Change {
  const kind = wanted?.kind ?? recorded?.spec.kind ?? "";
  return {
    resource: name,
    kind,
    action,
    reason: "",
    fields: [],
    renamedFrom,
    wanted,
    recorded,
    isLookedAt: false,
  };
}

/**
 * Finds what gives its place up: it goes, or moves elsewhere.
 *
 * @param sights - Everything that a plan is about.
 * @returns The marks of each.
 */
export function leavingMarks(sights: readonly Sight[]): readonly Marks[] {
  return sights.flatMap(({ wanted, recorded }) =>
    recorded !== null && recorded.spec.claims[0] !== wanted?.claims[0] ? [recorded.marks] : [],
  );
}
