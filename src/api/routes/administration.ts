import { z } from "zod";
import type { Route } from "../route.ts";
import { idText, limitOf, name } from "../schemas/basics.ts";
import { auditEntry, heartbeat } from "../schemas/service.ts";

/** What jobs report, and who changed what. */
export const administrationRoutes = {
  heartbeat: {
    method: "POST",
    path: "/api/projects/{project}/resources/{resource}/heartbeat",
    access: "user",
    tag: "Resources",
    summary: "Report a heartbeat of a job",
    description:
      "For a resource with a `HeartbeatAssert`, which fails when none came for too long.",
    params: z.object({ project: name, resource: name }),
    query: z.object({}),
    body: z.object({
      isOk: z.boolean().default(true).meta({ description: "False when the job failed." }),
      comment: z
        .string()
        .max(2_000)
        .default("")
        .meta({ examples: ["12 files"] }),
    }),
    answer: { type: "json", schema: heartbeat },
    status: 202,
    problems: { 409: "This server only reads, or the resource expects no heartbeat." },
  },
  audit: {
    method: "GET",
    path: "/api/projects/{project}/audit",
    access: "admin",
    tag: "Administration",
    summary: "Read the audit log",
    description:
      "Every change that somebody made here, and what they were refused: that once a second for each of them, on average over ten. The newest first.",
    params: z.object({ project: name }),
    query: z.object({
      limit: limitOf(1_000, 100),
      before: idText.optional().meta({ description: "Only those with a smaller id." }),
    }),
    body: null,
    answer: {
      type: "json",
      schema: z.object({ entries: z.array(auditEntry), next: idText.nullable() }),
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
