import { watchedFields } from "../../engine/deploy/changed-fields.ts";
import type { Change, DeployPlan } from "../../model/deployment.ts";
import { contentsOf, rememberContents } from "../deploy/plan-contents.ts";
import { preparingApply, type Declared, type Prepare } from "../deploy/prepare.ts";
import { sha256 } from "../project/sha256.ts";

/** What may be carried out without a person who agrees to it. */
export interface Consent {
  /** Whether anything is done at all: otherwise, all of it waits. */
  readonly isApplying: boolean;
  /** Whether updates, replacements and deletions are, too. */
  readonly isAutoApproved: boolean;
  /** Resources that are not made although they are declared: their time was over, or somebody destroyed them. */
  readonly setAside: ReadonlySet<string>;
}

/** A plan, divided. */
export interface DividedPlan {
  /** What is carried out at once; without changes when there is nothing. */
  readonly now: DeployPlan;
  /** What waits for somebody to agree to it, one line each. */
  readonly pending: readonly string[];
}

/**
 * Divides a plan into what is carried out at once and what waits: what is new is made, and new policies and assertions are taken
 * over; nothing that is there is changed or taken away by accident. What only drifted is left to watching. Pure.
 *
 * @param plan - All that would be done.
 * @param consent - What is agreed to.
 * @returns Both parts.
 */
export function dividePlan(plan: DeployPlan, consent: Consent): DividedPlan {
  const isPinned = plan.pinnedTo !== null && !consent.isAutoApproved;
  const mayAny = consent.isApplying && !isPinned;
  const isNow = (change: Change): boolean => mayAny && mayBeDone(change, consent);
  const all = plan.changes.map(asTakenOver);
  const changes = all.filter((change) => change.action === "keep" || isNow(change));
  const waiting = all.filter(
    (change) => change.action !== "keep" && !isNow(change) && !isDrift(change),
  );
  const isWhole = waiting.length === 0;
  const names = changes.map(({ resource }) => resource).join(" ");
  // A part that fails says nothing of the whole.
  const now = { ...plan, changes, hash: isWhole ? plan.hash : sha256(`${plan.hash} ${names}`) };
  rememberContents(now, contentsOf(plan));
  return { now, pending: waiting.map((change) => pendingLine(change, consent)) };
}

/**
 * Plans what may be carried out at once.
 *
 * @param declared - What is declared.
 * @param consent - What is agreed to.
 * @returns Makes such a plan.
 */
export function preparingNow(declared: Declared, consent: Consent): Prepare {
  const whole = preparingApply(declared, {});
  return async (workspace, snapshot) => dividePlan(await whole(workspace, snapshot), consent).now;
}

function mayBeDone(change: Change, { isAutoApproved, setAside }: Consent): boolean {
  if (isDrift(change) || setAside.has(change.resource)) return false;
  if (isAutoApproved) return true;
  const { action, isLookedAt, renamedFrom } = change;
  if (action === "create" || action === "import") return renamedFrom === null && !wasMade(change);
  return action === "update" && isLookedAt;
}

// What was only looked at before has never been made.
function wasMade({ recorded }: Change): boolean {
  return (recorded?.physical ?? null) !== null;
}

// Of what drifted, or is missing, other policies and assertions are taken over as well: whether it is repaired may be one of them.
function asTakenOver(change: Change): Change {
  const { wanted, recorded, isLookedAt, action, renamedFrom } = change;
  const isKept = isLookedAt || action === "keep" || renamedFrom !== null;
  if (wanted === null || recorded === null || isKept || !wasMade(change)) return change;
  const fields = watchedFields(recorded.spec, wanted);
  if (wanted.specHash !== recorded.spec.specHash || fields.length === 0) return change;
  return { ...change, action: "update", isLookedAt: true, fields, reason: "is declared otherwise" };
}

// What is missing although it was deployed, or is otherwise than it was: repairing decides about that.
function isDrift({ action, recorded, fields, isLookedAt, wanted }: Change): boolean {
  if (wanted === null || isLookedAt || recorded === null) return false;
  const isSame = wanted.specHash === recorded.spec.specHash;
  if (action === "create" || action === "import") return isSame && recorded.physical !== null;
  return action === "update" && fields.every(({ cause }) => cause === "drift");
}

function pendingLine(change: Change, { setAside }: Consent): string {
  const { resource, action, reason, fields, wanted, recorded } = change;
  if (setAside.has(resource))
    return `${resource}: ${action}: was destroyed, and waits for an apply`;
  const [first] = fields.filter(({ cause }) => cause === "declared");
  if (first === undefined) {
    const isOther =
      wanted !== null && recorded !== null && wanted.specHash !== recorded.spec.specHash;
    const more = isOther && action === "create" ? ", and declared otherwise by now" : "";
    return `${resource}: ${action}: ${reason}${more}`;
  }
  const more = fields.length > 1 ? ` and ${String(fields.length - 1)} more` : "";
  const values = `${first.from ?? "none"} → ${first.to ?? "none"}`;
  return `${resource}: ${action}: ${first.field} ${values}${more}`;
}
