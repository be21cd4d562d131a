import type { Incident, IncidentKind } from "../../model/incident.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import { BLIND_THRESHOLD } from "./believe.ts";

/**
 * Decides which incidents a resource should have. Pure.
 *
 * What another resource causes is no incident of its own; one that is open stays so until the resource is well. While we cannot
 * look, what was open stays open.
 *
 * @param state - What is believed of it.
 * @param policy - What counts.
 * @param open - The kinds of those that are open.
 * @returns The kinds of those that should be.
 */
export function incidentsOf(
  state: WatchState,
  { onDrift }: Pick<WatchPolicy, "onDrift">,
  open: readonly IncidentKind[],
): readonly IncidentKind[] {
  const isOpen: Readonly<Record<IncidentKind, boolean>> = {
    failure: hasFailure(state, open.includes("failure")),
    drift: onDrift !== "ignore" && hasDrift(state, open.includes("drift")),
    blind: isBlind(state, open.includes("blind")),
  };
  return KINDS.filter((kind) => isOpen[kind]);
}

const KINDS: readonly IncidentKind[] = ["failure", "drift", "blind"];

// What was down, and is not known to be well, is not over: we may just have begun to see again.
function hasFailure({ health, causedBy }: WatchState, was: boolean): boolean {
  return was
    ? health === "unhealthy" || health === "unknown"
    : health === "unhealthy" && causedBy === null;
}

// Counting may have begun afresh meanwhile: it is over once something was seen.
function isBlind({ errors }: WatchState, was: boolean): boolean {
  return errors >= (was ? 1 : BLIND_THRESHOLD);
}

// What is down as well is told as a failure.
function hasDrift({ health, sync }: WatchState, was: boolean): boolean {
  return (sync === "drifted" || sync === "missing") && (was || health !== "unhealthy");
}

/**
 * Opens an incident.
 *
 * @param kind - What it is about.
 * @param state - What is believed of its resource.
 * @param options - Its id, and when it is.
 * @returns The incident.
 */
export function openIncident(
  kind: IncidentKind,
  { resource, findings }: WatchState,
  { id, at }: { readonly id: number; readonly at: number },
): Incident {
  return {
    id,
    resource,
    kind,
    openedAt: at,
    closedAt: null,
    outcome: null,
    findings,
    repairs: 0,
    gaveUpAt: null,
    acknowledged: null,
    told: [],
    affected: [],
  };
}
