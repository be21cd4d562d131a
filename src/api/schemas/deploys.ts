import { z } from "zod";
import { count, health, id, moment, name, textLike } from "./basics.ts";
import { hold } from "./watching.ts";

/** A project that is watched. */
export const project = z
  .object({
    name,
    folder: textLike("/srv/shop", "Where its files are."),
    status: health,
    runningSince: moment.nullable(),
    resources: count,
    openIncidents: count,
    holds: z.array(hold).meta({ description: "Those on the whole project." }),
    pendingChanges: z
      .array(textLike("web: image nginx:1.29 → nginx:1.30"))
      .meta({ description: "What waits for an apply." }),
    pendingDeliveries: count.meta({ description: "Messages that could not be delivered yet." }),
  })
  .meta({ id: "Project", description: "A project that is watched." });

/** One field that changes. */
const changedField = z.object({
  field: textLike("image"),
  from: textLike("nginx:1.29").nullable(),
  to: textLike("nginx:1.30").nullable(),
  cause: z.enum(["declared", "drift"]),
  isReplacing: z.boolean(),
});

const kind = textLike("docker");
const hash = textLike("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
const action = z.enum(["create", "update", "replace", "delete", "import", "keep"]);

/** What is done with one resource. */
export const change = z
  .object({
    resource: name,
    kind,
    action,
    reason: textLike("is declared otherwise"),
    fields: z.array(changedField),
  })
  .meta({ id: "Change", description: "What is done with one resource." });

/** What an apply would do. */
export const plan = z
  .object({
    project: name,
    createdAt: moment,
    serial: count.meta({ description: "The state that it was made from." }),
    hash: hash.meta({ description: "Hand it to apply, which then does this or nothing." }),
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
  durationMs: z.number().meta({ examples: [812.5] }),
  problems: z.array(textLike("port 8080 is not accessible")),
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
    hash,
    changes: z.array(change),
    startedAt: moment,
    endedAt: moment.nullable(),
    by: textLike("CN=alice"),
    of: id.nullable().meta({ description: "The version that a rollback brought back." }),
  })
  .meta({ id: "VersionSummary", description: "One version, in a list." });

/** One version, whole. */
export const version = versionSummary
  .extend({
    resources: z.array(z.object({ name, kind, specHash: hash, dependsOn: z.array(name) })),
    results: z.array(stepResult),
  })
  .meta({ id: "Version", description: "One version, whole." });

/** What is checked of one resource. */
export const checks = z
  .object({
    resource: name,
    checks: z.array(
      z.object({ name: textLike("HTTPStatusAssert"), claim: textLike("it answers 200") }),
    ),
  })
  .meta({ id: "Checks", description: "What must be true of one resource." });
