import type {
  Explanation,
  ProjectStatus,
  ResourceStatus,
  WatchControl,
} from "../../src/model/control.ts";
import type { Hold, Incident, RepairAttempt } from "../../src/model/incident.ts";
import type { WatchEvent } from "../../src/model/watch-event.ts";
import type { WatchPolicy } from "../../src/model/watch-policy.ts";
import type { Finding, RepairState, WatchState } from "../../src/model/watch-state.ts";
import { MOMENT } from "./deployments.ts";

/** Nothing was tried. */
const NO_REPAIR: RepairState = {
  recent: [],
  attempts: 0,
  tried: [],
  nextAt: null,
  hasGivenUp: false,
  running: null,
  proving: null,
  graceUntil: null,
};

/** Makes what is believed of `web`: healthy for an hour, unless something else is said. */
export function watchState({
  repair,
  ...state
}: Partial<Omit<WatchState, "repair">> & {
  readonly repair?: Partial<RepairState>;
} = {}): WatchState {
  return {
    resource: "web",
    health: "healthy",
    sync: "in_sync",
    failures: 0,
    passes: 2,
    errors: 0,
    recent: "pp",
    isFlapping: false,
    since: MOMENT - 3_600_000,
    lookedAt: MOMENT - 12_000,
    healthySince: MOMENT - 3_600_000,
    causedBy: null,
    findings: [],
    incidents: [],
    expiredAt: null,
    specHash: "ab",
    ...state,
    repair: { ...NO_REPAIR, ...repair },
  };
}

/** Makes a finding: the port of `web` refuses. */
export function findingOf(finding: Partial<Finding> = {}): Finding {
  return {
    name: "PortAccessibleAssert",
    verdict: "fail",
    severity: "fail",
    claim: "port 8080 accepts connections",
    expected: "accepted",
    actual: "refused (ECONNREFUSED)",
    ...finding,
  };
}

/** Makes what is known of `web`. */
export function resourceStatus(status: Partial<ResourceStatus> = {}): ResourceStatus {
  const state = status.state ?? watchState();
  return {
    resource: state.resource,
    kind: "docker",
    group: null,
    state,
    nextLookAt: MOMENT + 18_000,
    isLooking: false,
    isDeploying: false,
    holds: [],
    incidents: [],
    destroyAt: null,
    ...status,
  };
}

/** Makes what is known of the project `shop`. */
export function projectStatus(status: Partial<ProjectStatus> = {}): ProjectStatus {
  return {
    project: "shop",
    folder: "/srv/shop",
    runningSince: MOMENT - 7_200_000,
    pid: 4711,
    resources: [resourceStatus()],
    holds: [],
    pendingChanges: [],
    pendingDeliveries: 0,
    latenessMs: 3,
    ...status,
  };
}

/** Makes how `web` is watched: a ladder of restart and recreate. */
export function watchPolicy(policy: Partial<WatchPolicy> = {}): WatchPolicy {
  return {
    intervalMs: 30_000,
    retryIntervalMs: 5_000,
    failureThreshold: 3,
    recoveryThreshold: 2,
    window: null,
    startupGraceMs: 0,
    settleMs: 30_000,
    isReconciled: true,
    onDrift: "auto_correct",
    ladder: [
      { action: "restart", parameters: {}, attempts: 2 },
      { action: "recreate", parameters: {}, attempts: 2 },
    ],
    revertUntil: null,
    alertOn: ["drift", "failure", "gave_up"],
    repairMode: "ladder",
    repeatActionMs: null,
    ...policy,
  };
}

/** Makes why `web` is what it is. */
export function explanationOf(explanation: Partial<Explanation> = {}): Explanation {
  return {
    ...resourceStatus(explanation),
    policy: watchPolicy(),
    dependsOn: [],
    repairs: [],
    events: [],
    next: ["next look in 18s, at 03:04:23Z"],
    passing: [],
    ...explanation,
  };
}

/** Makes a hold: a pause of `web`. */
export function holdOf(hold: Partial<Hold> = {}): Hold {
  return {
    id: 1,
    kind: "pause",
    resource: "web",
    from: MOMENT - 60_000,
    until: null,
    by: "alice@desk",
    comment: "",
    ...hold,
  };
}

/** Makes an incident: `web` fails for two minutes. */
export function incidentOf(incident: Partial<Incident> = {}): Incident {
  return {
    id: 7,
    resource: "web",
    kind: "failure",
    openedAt: MOMENT - 120_000,
    closedAt: null,
    outcome: null,
    findings: [findingOf()],
    repairs: 0,
    gaveUpAt: null,
    acknowledged: null,
    told: ["failure"],
    affected: [],
    ...incident,
  };
}

/** Makes an attempt: `web` was restarted, and that did not help. */
export function attemptOf(attempt: Partial<RepairAttempt> = {}): RepairAttempt {
  return {
    id: 3,
    resource: "web",
    incident: 7,
    action: "restart",
    attempt: 1,
    startedAt: MOMENT - 100_000,
    endedAt: MOMENT - 70_000,
    outcome: "unproven",
    detail: "container restarted: it did not help",
    by: "clockwork",
    ...attempt,
  };
}

/** Makes an event: `web` became unhealthy. */
export function eventOf(event: Partial<WatchEvent> = {}): WatchEvent {
  return {
    id: 41,
    at: MOMENT - 120_000,
    type: "health_changed",
    resource: "web",
    text: "healthy → unhealthy: port 8080 accepts connections: refused",
    data: { from: "healthy", to: "unhealthy" },
    ...event,
  };
}

/** Makes somebody who watches `shop`, and who is asked nothing that a test does not expect. */
export function watchControl(control: Partial<WatchControl> = {}): WatchControl {
  const unexpected = (): never => {
    throw new Error("nobody should have asked for this");
  };
  return {
    status: () => Promise.resolve(projectStatus()),
    explain: unexpected,
    checkNow: unexpected,
    repair: unexpected,
    hold: unexpected,
    release: unexpected,
    acknowledge: unexpected,
    follow: unexpected,
    ...control,
  };
}
