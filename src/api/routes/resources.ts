import { z } from "zod";
import type { Route } from "../route.ts";
import { count, health, limitOf, moment, name, sync, textLike } from "../schemas/basics.ts";
import { explanation, resource, result, rollUp } from "../schemas/watching.ts";

const NOTHING = z.object({});
const ofResource = z.object({ project: name, resource: name });

/** Resources: how they are, and how they were. */
export const resourceRoutes = {
  resources: {
    method: "GET",
    path: "/api/resources",
    access: "reader",
    tag: "Resources",
    summary: "List resources",
    description: "Of all projects, by project and name; `next` of one page is `after` of the next.",
    params: NOTHING,
    query: z.object({
      project: name.optional(),
      health: health.optional(),
      sync: sync.optional(),
      group: z
        .string()
        .max(200)
        .optional()
        .meta({ examples: ["front"] }),
      limit: limitOf(10_000, 1_000),
      after: z
        .string()
        .max(127)
        .optional()
        .meta({
          examples: ["shop/web"],
          description: "Only those after this one: `next` of the page before.",
        }),
    }),
    body: null,
    answer: {
      type: "json",
      schema: z.object({
        resources: z.array(resource),
        total: count.meta({ description: "How many there are, on all pages." }),
        next: textLike("shop/web").nullable().meta({ description: "Null on the last page." }),
      }),
    },
  },
  resource: {
    method: "GET",
    path: "/api/projects/{project}/resources/{resource}",
    access: "reader",
    tag: "Resources",
    summary: "Explain a resource",
    description: "Why it is what it is, what was tried, and what happens next.",
    params: ofResource,
    query: NOTHING,
    body: null,
    answer: { type: "json", schema: explanation },
  },
  results: {
    method: "GET",
    path: "/api/projects/{project}/resources/{resource}/results",
    access: "reader",
    tag: "Resources",
    summary: "List results of checks",
    description: "The newest first. `next` of one page is `to` of the next.",
    params: ofResource,
    query: z.object({
      from: moment.optional().meta({ description: "Inclusive; a day ago by default." }),
      to: moment.optional().meta({ description: "Exclusive; now by default." }),
      limit: limitOf(5_000, 1_000),
    }),
    body: null,
    answer: {
      type: "json",
      schema: z.object({ results: z.array(result), next: moment.nullable() }),
    },
  },
  history: {
    method: "GET",
    path: "/api/projects/{project}/resources/{resource}/history",
    access: "reader",
    tag: "Resources",
    summary: "Get counted results",
    description: "The oldest first, one entry for each span that has results.",
    params: ofResource,
    query: z.object({
      resolution: z.enum(["minute", "hour", "day"]).default("hour"),
      from: moment.optional().meta({ description: "Inclusive; a day ago by default." }),
      to: moment.optional().meta({ description: "Exclusive; now by default." }),
      limit: limitOf(10_000, 1_000),
    }),
    body: null,
    answer: {
      type: "json",
      schema: z.object({
        uptime: z
          .number()
          .nullable()
          .meta({
            examples: [0.9987],
            description:
              "Passes, degraded ones included, in passes and failures: 0 to 1; null without any.",
          }),
        history: z.array(rollUp),
      }),
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
