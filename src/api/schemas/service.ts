import { z } from "zod";
import { count, health, id, moment, name, textLike } from "./basics.ts";

const healthCounts = z.object({
  healthy: count,
  degraded: count,
  unhealthy: count,
  unknown: count,
});
const syncCounts = z.object({
  in_sync: count,
  drifted: count,
  missing: count,
  unknown: count,
});
const version = textLike("1.0.0", "Of Clockwork.");

/** How everything is, in one answer. */
export const status = z
  .object({
    version,
    status: health.meta({
      description:
        "Of all resources: `unhealthy` when one is, otherwise `degraded` when one is, otherwise `unknown` when one is or there is none.",
    }),
    uptime: z.number().meta({ description: "In seconds.", examples: [3_600.5] }),
    timestamp: moment,
    lastCycleStart: moment.nullable().meta({
      description: "When the last complete pass began in which every resource was checked.",
    }),
    lastCycleDuration: z
      .number()
      .nullable()
      .meta({ examples: [30.2], description: "Of that pass, in seconds." }),
    scheduleLatenessMs: z
      .number()
      .nullable()
      .meta({
        examples: [1],
        description: "How late checks began, at worst, over the last minute.",
      }),
    nodeVersion: textLike("v24.0.0"),
    isWatching: z.boolean().meta({ description: "False when this only tells what is stored." }),
    projects: count,
    resources: count,
    openIncidents: count,
    health: healthCounts.meta({ description: "Resources by health." }),
    sync: syncCounts.meta({ description: "Resources by sync." }),
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
    description: textLike("Health as code."),
    version,
    status: health,
    links: z.record(z.string(), z.url()).meta({
      examples: [{ documentation: "https://status.example.org/api/docs" }],
    }),
  })
  .meta({ id: "About", description: "What this is, and where to go next." });

/** All endpoints. */
export const index = z
  .object({
    version,
    documentation: z.url().meta({ examples: ["https://status.example.org/api/docs"] }),
    openapi: z.url().meta({ examples: ["https://status.example.org/api/openapi.json"] }),
    endpoints: z.array(
      z.object({
        method: z.enum(["GET", "POST", "DELETE"]),
        url: textLike(
          "https://status.example.org/api/projects/{project}",
          "Absolute; parameters stand in braces.",
        ),
        summary: textLike("Tell how a project is"),
        access: z.enum(["open", "reader", "user", "admin"]),
      }),
    ),
  })
  .meta({ id: "Index", description: "All endpoints." });

/** What went wrong, as RFC 9457 has it. */
export const problem = z
  .object({
    type: textLike("urn:clockwork:problem:resource-unknown"),
    title: textLike("Not found"),
    status: z.int().meta({ examples: [404] }),
    code: textLike("resource-unknown", "Stable, for programs."),
    detail: textLike('No resource of shop is called "wbe".').optional(),
    hint: textLike("Did you mean web?").optional(),
    instance: z
      .string()
      .optional()
      .meta({ description: "Of a failure of ours: the log names it, too." }),
    errors: z
      .array(
        z.object({
          property: textLike("query.limit"),
          message: textLike("It must be at most 1000."),
        }),
      )
      .optional()
      .meta({ description: "What is wrong with what was sent." }),
  })
  .meta({ id: "Problem", description: "What went wrong (RFC 9457)." });

/** One entry of the audit log. */
export const auditEntry = z
  .object({
    id,
    at: moment,
    who: textLike("CN=alice"),
    role: textLike("user"),
    from: textLike("192.0.2.7", "The address it came from."),
    project: name.nullable(),
    what: textLike("repair web"),
    outcome: textLike("done", "`done`, or why it was refused."),
    status: z.int().meta({ examples: [200] }),
  })
  .meta({ id: "AuditEntry", description: "One change that somebody made or tried to make." });

/** A heartbeat that was taken. */
export const heartbeat = z
  .object({ project: name, resource: name, at: moment, isOk: z.boolean() })
  .meta({ id: "Heartbeat", description: "A heartbeat that was taken." });
