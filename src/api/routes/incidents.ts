import { z } from "zod";
import type { Route } from "../route.ts";
import { count, idText, limitOf, name } from "../schemas/basics.ts";
import { incident, repair } from "../schemas/watching.ts";

const NOTHING = z.object({});
const page = {
  limit: limitOf(1_000, 100),
  before: idText
    .optional()
    .meta({ description: "Only those with a smaller id: `next` of the page before." }),
};
const next = idText.nullable().meta({ description: "Null on the last page." });

/** Incidents, and what was tried. */
export const incidentRoutes = {
  incidents: {
    method: "GET",
    path: "/api/projects/{project}/incidents",
    access: "reader",
    tag: "Incidents",
    summary: "List incidents",
    description: "The newest first.",
    params: z.object({ project: name }),
    query: z.object({
      ...page,
      resource: name.optional(),
      open: z.enum(["true", "false"]).optional().meta({ description: "Only open or closed ones." }),
    }),
    body: null,
    answer: { type: "json", schema: z.object({ incidents: z.array(incident), next }) },
  },
  openIncidents: {
    method: "GET",
    path: "/api/incidents",
    access: "reader",
    tag: "Incidents",
    summary: "List open incidents",
    description: "Of all projects, the newest first.",
    params: NOTHING,
    query: z.object({ limit: limitOf(1_000, 100) }),
    body: null,
    answer: {
      type: "json",
      schema: z.object({
        incidents: z.array(incident),
        total: count.meta({ description: "How many are open." }),
      }),
    },
  },
  incident: {
    method: "GET",
    path: "/api/projects/{project}/incidents/{id}",
    access: "reader",
    tag: "Incidents",
    summary: "Get an incident",
    description: "With what was tried.",
    params: z.object({ project: name, id: idText }),
    query: NOTHING,
    body: null,
    answer: { type: "json", schema: incident.extend({ attempts: z.array(repair) }) },
  },
  repairs: {
    method: "GET",
    path: "/api/projects/{project}/repairs",
    access: "reader",
    tag: "Incidents",
    summary: "List repairs",
    description: "The newest first.",
    params: z.object({ project: name }),
    query: z.object({ ...page, resource: name.optional() }),
    body: null,
    answer: { type: "json", schema: z.object({ repairs: z.array(repair), next }) },
  },
} as const satisfies Readonly<Record<string, Route>>;
