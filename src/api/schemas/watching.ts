import { z } from "zod";
import { count, health, id, moment, name, sync, textLike, verdict } from "./basics.ts";

const kind = textLike("docker", "Of its resource.");
const by = textLike("CN=alice", "Who.");
const comment = textLike("moving to the new host");
const durationMs = z
  .number()
  .nullable()
  .meta({ examples: [12.5], description: "In milliseconds; null when nobody looked." });

/** What one assertion said, or how one field differs. */
export const finding = z
  .object({
    name: textLike("HTTPStatusAssert", "The assertion, or the field that drifted."),
    verdict: verdict.exclude(["skipped"]),
    severity: z.enum(["fail", "warn"]),
    claim: textLike("it answers 200", "What must be true."),
    expected: textLike("200"),
    actual: textLike("503"),
  })
  .meta({ id: "Finding", description: "What one assertion said, or how one field differs." });

/** What keeps Clockwork from doing what it would do. */
export const hold = z
  .object({
    id,
    kind: z.enum(["pause", "maintenance", "silence", "clock"]),
    resource: name.nullable().meta({ description: "Null for the whole project." }),
    from: moment,
    until: moment.nullable().meta({ description: "Null until somebody ends it." }),
    by,
    comment,
  })
  .meta({ id: "Hold", description: "A pause, a maintenance or a silence." });

/** An episode of a resource being unhealthy, drifted, or not to be looked at. */
export const incident = z
  .object({
    id,
    project: name,
    resource: name,
    kind: z.enum(["failure", "drift", "blind"]),
    openedAt: moment,
    closedAt: moment.nullable(),
    outcome: z.enum(["recovered", "repaired", "gone"]).nullable(),
    findings: z.array(finding),
    repairs: count.meta({ description: "How many were tried so far." }),
    gaveUpAt: moment.nullable(),
    acknowledged: z.object({ by, at: moment, comment }).nullable(),
    affected: z.array(name).meta({ description: "Resources that fail because of it." }),
  })
  .meta({ id: "Incident", description: "An episode of being unhealthy, drifted or blind." });

/** One attempt to bring a resource back. */
export const repair = z
  .object({
    id,
    resource: name,
    incident: id.nullable(),
    action: textLike("restart"),
    attempt: count.meta({ description: "Counted from 1 in a row of attempts." }),
    startedAt: moment,
    endedAt: moment.nullable(),
    outcome: z.enum(["acted", "repaired", "failed", "unproven", "interrupted"]).nullable(),
    detail: textLike("container restarted").nullable(),
    by,
  })
  .meta({ id: "Repair", description: "One attempt to bring a resource back." });

/** Something that happened. */
export const event = z
  .object({
    id,
    project: name,
    at: moment,
    type: textLike("health_changed", "Such as `health_changed` or `incident_opened`."),
    resource: name.nullable().meta({ description: "Null when it is about the whole project." }),
    text: textLike("is unhealthy", "One sentence for people."),
    data: z.record(z.string(), z.unknown()).meta({
      description: "The facts, for programs.",
      examples: [{ from: "healthy", to: "unhealthy" }],
    }),
  })
  .meta({ id: "Event", description: "Something that happened while a project was watched." });

/** How one resource is. */
export const resource = z
  .object({
    project: name,
    name,
    kind,
    group: textLike("front").nullable(),
    health,
    sync,
    since: moment.nullable().meta({ description: "Since when its health is what it is." }),
    lastCheck: moment.nullable(),
    nextCheck: moment.nullable(),
    isChecking: z.boolean(),
    isDeploying: z.boolean().meta({ description: "A plan works on it: it is not judged." }),
    consecutiveFailures: count,
    isFlapping: z.boolean(),
    hasGivenUp: z.boolean().meta({ description: "No more repairs are tried by themselves." }),
    causedBy: name.nullable().meta({ description: "What its failure comes from." }),
    findings: z.array(finding),
    incidents: z.array(id).meta({ description: "Those that are open." }),
    holds: z.array(hold),
    destroyAt: moment.nullable(),
  })
  .meta({ id: "Resource", description: "How one resource is." });

/** How a resource is watched and kept. */
export const policy = z
  .object({
    intervalMs: z.number().meta({ examples: [30_000], description: "From one check to the next." }),
    retryIntervalMs: z
      .number()
      .meta({ examples: [5_000], description: "The same while its health is decided." }),
    failureThreshold: count.meta({ description: "Failures in a row that make it unhealthy." }),
    recoveryThreshold: count.meta({ description: "Passes in a row that make it healthy." }),
    window: z
      .object({ failures: count, of: count })
      .nullable()
      .meta({ description: "Failures among the last results, instead of failures in a row." }),
    startupGraceMs: z
      .number()
      .meta({ examples: [0], description: "So long after a start failures do not count." }),
    settleMs: z
      .number()
      .meta({ examples: [2_000], description: "So long it may take to be well after an action." }),
    isReconciled: z.boolean().meta({ description: "Whether anything is repaired." }),
    onDrift: z.enum(["auto_correct", "alert", "ignore"]),
    ladder: z
      .array(z.object({ action: textLike("restart"), attempts: count }))
      .meta({ description: "What is tried, the cheapest first." }),
    revertUntil: moment
      .nullable()
      .meta({ description: "Until then its previous specification may be brought back." }),
    alertOn: z.array(z.enum(["drift", "failure", "gave_up", "recovery"])),
    repairMode: z
      .enum(["ladder", "once"])
      .meta({ description: "`once`: one action for each outage, as tasks have it." }),
    repeatActionMs: z
      .number()
      .nullable()
      .meta({ examples: [60_000], description: "Of `once`: again after so long; null for never." }),
  })
  .meta({ id: "Policy", description: "How a resource is watched and kept." });

/** Why a resource is what it is. */
export const explanation = resource
  .extend({
    dependsOn: z.array(name),
    policy,
    passing: z.array(finding.pick({ name: true, claim: true, actual: true })),
    repairs: z.array(repair),
    events: z.array(event),
    next: z
      .array(textLike("next look in 18s, at 12:00:18Z"))
      .meta({ description: "What happens next, one sentence each." }),
  })
  .meta({ id: "Explanation", description: "Why a resource is what it is." });

/** What a check that was asked for came to. */
export const checked = z
  .object({
    resource: name,
    health,
    sync,
    findings: z.array(finding),
    durationMs,
  })
  .meta({ id: "Checked", description: "What a check that was asked for came to." });

/** One result of a check. */
export const result = z
  .object({
    at: moment,
    verdict,
    isDegraded: z.boolean(),
    durationMs,
  })
  .meta({ id: "Result", description: "One result of a check." });

/** Results of one span of time, counted. */
export const rollUp = z
  .object({
    at: moment.meta({ description: "When the span begins." }),
    passes: count.meta({ description: "Those that were degraded are counted there." }),
    degraded: count,
    failures: count,
    errors: count,
    skipped: count,
    meanMs: durationMs,
    maxMs: durationMs,
  })
  .meta({ id: "RollUp", description: "Results of one span of time, counted." });
