import type {
  CheckedNow,
  Explanation,
  ProjectStatus,
  ResourceStatus,
} from "../../model/control.ts";
import type { DeployEvent, DeployOutcome } from "../../model/deploy-event.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { Hold, Incident, RepairAttempt } from "../../model/incident.ts";
import { isRecord } from "../../model/json.ts";
import type { WatchEvent } from "../../model/watch-event.ts";

/**
 * Answers come from a process of our own user that speaks the same protocol: it is enough to know that they are what was
 * asked for.
 */
type Guard<T> = (value: unknown) => value is T;

/**
 * Reads an answer.
 *
 * @param value - What came.
 * @param guard - Tells what was asked for from anything else.
 * @returns The same.
 * @throws {@link DeployError} When it is something else.
 */
export function expected<T>(value: unknown, guard: Guard<T>): T {
  if (guard(value)) return value;
  throw new DeployError("clockwork up gave an answer that this command does not understand", {
    hint: "restart clockwork up if it is of another version than this command",
  });
}

/** What became of a plan, without the plan. */
export type CarriedOut = DeployOutcome & {
  readonly isNewIdentity: boolean;
  readonly planProblems: readonly string[];
};

/**
 * Makes a guard of a list.
 *
 * @param guard - Of what it holds.
 * @returns The guard.
 */
export function listOf<T>(guard: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(guard);
}

/**
 * Makes a guard of what may be null.
 *
 * @param guard - Of what it is otherwise.
 * @returns The guard.
 */
export function orNull<T>(guard: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || guard(value);
}

/**
 * Tells text.
 *
 * @param value - Anything.
 * @returns True for text.
 */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/**
 * Tells what is known of a project.
 *
 * @param value - Anything.
 * @returns True for a status.
 */
export function isProjectStatus(value: unknown): value is ProjectStatus {
  return has(value, { project: "string", resources: "object", pendingChanges: "object" });
}

/**
 * Tells what is known of a resource.
 *
 * @param value - Anything.
 * @returns True for a status.
 */
export function isResourceStatus(value: unknown): value is ResourceStatus {
  return has(value, { resource: "string", state: "object", holds: "object", incidents: "object" });
}

/**
 * Tells why a resource is what it is.
 *
 * @param value - Anything.
 * @returns True for an explanation.
 */
export function isExplanation(value: unknown): value is Explanation {
  return isResourceStatus(value) && has(value, { policy: "object", next: "object" });
}

/**
 * Tells what a look came to.
 *
 * @param value - Anything.
 * @returns True for such a result.
 */
export function isCheckedNow(value: unknown): value is CheckedNow {
  return has(value, { resource: "string", health: "string", findings: "object" });
}

/**
 * Tells an attempt.
 *
 * @param value - Anything.
 * @returns True for an attempt.
 */
export function isRepairAttempt(value: unknown): value is RepairAttempt {
  return has(value, { id: "number", resource: "string", action: "string" });
}

/**
 * Tells a hold.
 *
 * @param value - Anything.
 * @returns True for a hold.
 */
export function isHold(value: unknown): value is Hold {
  return has(value, { id: "number", kind: "string", from: "number", by: "string" });
}

/**
 * Tells an incident.
 *
 * @param value - Anything.
 * @returns True for an incident.
 */
export function isIncident(value: unknown): value is Incident {
  return has(value, { id: "number", resource: "string", kind: "string", openedAt: "number" });
}

/**
 * Tells something that happened.
 *
 * @param value - Anything.
 * @returns True for an event.
 */
export function isWatchEvent(value: unknown): value is WatchEvent {
  return has(value, { id: "number", at: "number", type: "string", text: "string" });
}

/**
 * Tells what happens while a plan is carried out.
 *
 * @param value - Anything.
 * @returns True for such an event.
 */
export function isDeployEvent(value: unknown): value is DeployEvent {
  return has(value, { type: "string" });
}

/**
 * Tells what became of a plan.
 *
 * @param value - Anything.
 * @returns True for an outcome.
 */
export function isCarriedOut(value: unknown): value is CarriedOut {
  return has(value, { status: "string", results: "object", planProblems: "object" });
}

function has(value: unknown, types: Readonly<Record<string, "string" | "number" | "object">>) {
  return (
    isRecord(value) &&
    Object.entries(types).every(
      ([name, type]) => value[name] !== null && typeof value[name] === type,
    )
  );
}
