import type { Change, DeployPlan } from "../../model/deployment.ts";
import { contentsOf, rememberContents } from "../deploy/plan-contents.ts";
import { preparingApply, type Declared, type Prepare } from "../deploy/prepare.ts";
import { sha256 } from "../project/sha256.ts";

/** What may be carried out without a person who agrees to it. */
export interface Consent {
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
  const isNow = (change: Change): boolean => !isPinned && mayBeDone(change, consent);
  const changes = plan.changes.filter((change) => change.action === "keep" || isNow(change));
  const waiting = plan.changes.filter(
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
  if (action === "create" || action === "import") return renamedFrom === null;
  return action === "update" && isLookedAt;
}

// What is missing although it was deployed, or is otherwise than it was: repairing decides about that.
function isDrift({ action, recorded, fields, isLookedAt, wanted }: Change): boolean {
  if (wanted === null || isLookedAt || recorded === null) return false;
  if (action === "create" || action === "import") return true;
  return action === "update" && fields.every(({ cause }) => cause === "drift");
}

function pendingLine({ resource, action, reason, fields }: Change, { setAside }: Consent): string {
  if (setAside.has(resource))
    return `${resource}: ${action}: was destroyed, and waits for an apply`;
  const [first] = fields.filter(({ cause }) => cause === "declared");
  if (first === undefined) return `${resource}: ${action}: ${reason}`;
  const more = fields.length > 1 ? ` and ${String(fields.length - 1)} more` : "";
  const change = `${first.field} ${first.from ?? "none"} → ${first.to ?? "none"}`;
  return `${resource}: ${action}: ${change}${more}`;
}
