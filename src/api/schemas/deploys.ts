import { z } from "zod";
import { health, id, moment, name } from "./basics.ts";
import { hold } from "./watching.ts";

/** A project that is watched. */
export const project = z
  .object({
    name,
    folder: z.string(),
    status: health,
    runningSince: moment.nullable(),
    resources: z.int(),
    openIncidents: z.int(),
    holds: z.array(hold).meta({ description: "Those on the whole project." }),
    pendingChanges: z.array(z.string()).meta({ description: "What waits for an apply." }),
    pendingDeliveries: z.int(),
  })
  .meta({ id: "Project", description: "A project that is watched." });

/** One field that changes. */
const changedField = z.object({
  field: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  cause: z.enum(["declared", "drift"]),
  isReplacing: z.boolean(),
});

const action = z.enum(["create", "update", "replace", "delete", "import", "keep"]);

/** What is done with one resource. */
export const change = z
  .object({
    resource: name,
    kind: z.string(),
    action,
    reason: z.string(),
    fields: z.array(changedField),
  })
  .meta({ id: "Change", description: "What is done with one resource." });

/** What an apply would do. */
export const plan = z
  .object({
    project: name,
    createdAt: moment,
    serial: z.int().meta({ description: "The state that it was made from." }),
    hash: z.string().meta({ description: "Hand it to apply, which then does this or nothing." }),
    pinnedTo: id.nullable(),
    quarantinedBy: id.nullable(),
    changes: z.array(change),
  })
  .meta({ id: "Plan", description: "What an apply would do." });

/** What became of one change. */
export const stepResult = z.object({
  resource: name,
  action,
  outcome: z.enum(["done", "failed", "undone", "skipped", "aborted"]),
  durationMs: z.number(),
  problems: z.array(z.string()),
});

/** What an apply or a rollback came to. */
export const outcome = z
  .object({
    status: z.enum(["deployed", "failed", "rolled-back", "interrupted", "unchanged", "declined"]),
    version: id.nullable(),
    results: z.array(stepResult),
  })
  .meta({ id: "Outcome", description: "What an apply or a rollback came to." });

/** One version, in a list. */
export const versionSummary = z
  .object({
    number: id,
    purpose: z.enum(["apply", "rollback", "destroy", "import"]),
    status: z.enum(["applying", "deployed", "failed", "rolled-back", "interrupted"]),
    hash: z.string(),
    changes: z.array(change),
    startedAt: moment,
    endedAt: moment.nullable(),
    by: z.string(),
    of: id.nullable().meta({ description: "The version that a rollback brought back." }),
  })
  .meta({ id: "VersionSummary", description: "One version, in a list." });

/** One version, whole. */
export const version = versionSummary
  .extend({
    resources: z.array(
      z.object({ name, kind: z.string(), specHash: z.string(), dependsOn: z.array(name) }),
    ),
    results: z.array(stepResult),
  })
  .meta({ id: "Version", description: "One version, whole." });

/** What is checked of one resource. */
export const checks = z
  .object({
    resource: name,
    checks: z.array(z.object({ name: z.string(), claim: z.string() })),
  })
  .meta({ id: "Checks", description: "What must be true of one resource." });
