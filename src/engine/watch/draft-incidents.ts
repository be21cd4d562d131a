import type { Incident } from "../../model/incident.ts";
import type { WatchState } from "../../model/watch-state.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import { composeMessage, dueMessages, findingLine } from "./compose-message.ts";
import type { Circumstances, Draft } from "./decision.ts";
import { incidentsOf, openIncident } from "./incidents.ts";

/**
 * Tells how an incident that closes now has ended.
 *
 * @param before - What was believed until now.
 * @returns Given an incident, its outcome.
 */
export function closingOutcome(
  before: WatchState,
): (incident: Incident) => NonNullable<Incident["outcome"]> {
  // What came back by itself, although something was tried long before, was not repaired.
  const wasTried = before.repair.recent.length > 0 && !before.repair.hasGivenUp;
  return ({ repairs, kind }) =>
    kind !== "blind" && repairs > 0 && wasTried ? "repaired" : "recovered";
}

/**
 * Opens and closes incidents, so that those are open which should be.
 *
 * @param draft - The decision that is being made.
 * @param circumstances - What else is known.
 * @param outcomeOf - How one that closes has ended.
 */
export function syncIncidents(
  draft: Draft,
  { policy, now }: Circumstances,
  outcomeOf: (incident: Incident) => NonNullable<Incident["outcome"]>,
): void {
  const { state } = draft;
  const open = draft.incidents.filter(({ closedAt }) => closedAt === null);
  const wanted = incidentsOf(
    state,
    policy,
    open.map(({ kind }) => kind),
  );
  for (const incident of open) {
    if (!wanted.includes(incident.kind)) closeIncident(draft, incident, outcomeOf(incident), now);
  }
  for (const kind of wanted) {
    if (open.some((incident) => incident.kind === kind)) continue;
    const incident = openIncident(kind, state, { id: draft.take("incident"), at: now });
    draft.putIncident(incident);
    const [first] = state.findings;
    draft.tell("incident_opened", first === undefined ? kind : `${kind}: ${findingLine(first)}`, {
      incident: incident.id,
      kind,
    });
  }
}

/**
 * Closes an incident.
 *
 * @param draft - The decision that is being made.
 * @param incident - Which.
 * @param outcome - How it has ended.
 * @param now - Milliseconds since 1970-01-01 UTC.
 */
export function closeIncident(
  draft: Draft,
  incident: Incident,
  outcome: NonNullable<Incident["outcome"]>,
  now: number,
): void {
  draft.putIncident({ ...incident, closedAt: now, outcome });
  draft.tell("incident_closed", `${incident.kind}: ${outcome}`, {
    incident: incident.id,
    kind: incident.kind,
    outcome,
    durationMs: now - incident.openedAt,
  });
}

/**
 * Writes the messages that are due.
 *
 * @param draft - The decision that is being made.
 * @param circumstances - What else is known.
 */
export function writeMessages(
  draft: Draft,
  {
    policy,
    mayTell,
    channels,
    project,
    now,
  }: Omit<Circumstances, "policy"> & { readonly policy: Pick<WatchPolicy, "alertOn"> },
): void {
  const telling = { alertOn: policy.alertOn, mayTell: mayTell && !draft.state.isFlapping };
  for (const incident of draft.incidents) {
    const due = dueMessages(incident, telling);
    if (due.length === 0) continue;
    draft.putIncident({ ...incident, told: [...incident.told, ...due] });
    for (const kind of due) {
      const message = composeMessage(kind, incident, {
        id: draft.take("message"),
        project,
        at: now,
      });
      draft.put({ type: "put-message", message, channels });
    }
  }
}
