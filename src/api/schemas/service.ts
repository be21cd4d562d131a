import { z } from "zod";
import { health, moment, name } from "./basics.ts";

const counts = z.record(z.string(), z.int());

/** How everything is, in one answer. */
export const status = z
  .object({
    version: z.string(),
    status: health,
    uptime: z.number().meta({ description: "In seconds." }),
    timestamp: moment,
    lastCycleStart: moment.nullable().meta({
      description: "When the last complete pass began in which every resource was checked.",
    }),
    lastCycleDuration: z.number().nullable().meta({ description: "Of that pass, in seconds." }),
    scheduleLatenessMs: z
      .number()
      .nullable()
      .meta({ description: "How late checks began, at worst, over the last minute." }),
    nodeVersion: z.string(),
    isWatching: z.boolean().meta({ description: "False when this only tells what is stored." }),
    projects: z.int(),
    resources: z.int(),
    openIncidents: z.int(),
    health: counts.meta({ description: "Resources by health." }),
    sync: counts.meta({ description: "Resources by sync." }),
  })
  .meta({ id: "Status", description: "How everything is, in one answer." });

/** That it lives, or is ready. */
export const alive = z
  .object({ status: z.enum(["ok", "starting", "stopping"]) })
  .meta({ id: "Alive" });

/** What this is, and where to go next. */
export const about = z
  .object({
    name: z.literal("clockwork"),
    description: z.string(),
    version: z.string(),
    status: health,
    links: z.record(z.string(), z.url()),
  })
  .meta({ id: "About", description: "What this is, and where to go next." });

/** All endpoints. */
export const index = z
  .object({
    version: z.string(),
    documentation: z.url(),
    openapi: z.url(),
    endpoints: z.array(
      z.object({
        method: z.enum(["GET", "POST", "DELETE"]),
        url: z.string().meta({ description: "Absolute; parameters stand in braces." }),
        summary: z.string(),
        access: z.enum(["open", "reader", "user", "admin"]),
      }),
    ),
  })
  .meta({ id: "Index", description: "All endpoints." });

/** What went wrong, as RFC 9457 has it. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: "Stable, for programs." }),
    detail: z.string().optional(),
    hint: z.string().optional(),
    instance: z
      .string()
      .optional()
      .meta({ description: "Of a failure of ours: the log names it, too." }),
    errors: z
      .array(z.object({ property: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "What is wrong with what was sent." }),
  })
  .meta({ id: "Problem", description: "What went wrong (RFC 9457)." });

/** One entry of the audit log. */
export const auditEntry = z
  .object({
    id: z.int(),
    at: moment,
    who: z.string(),
    role: z.string(),
    from: z.string().meta({ description: "The address it came from." }),
    project: name.nullable(),
    what: z.string().meta({ description: "Such as `repair web`." }),
    outcome: z.string().meta({ description: "Such as `done`, or why it was refused." }),
    status: z.int(),
  })
  .meta({ id: "AuditEntry", description: "One change that somebody made or tried to make." });

/** A heartbeat that was taken. */
export const heartbeat = z
  .object({ project: name, resource: name, at: moment, isOk: z.boolean() })
  .meta({ id: "Heartbeat", description: "A heartbeat that was taken." });
