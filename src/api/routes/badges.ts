import { z } from "zod";
import type { Route } from "../route.ts";
import { name } from "../schemas/basics.ts";

const NOTHING = z.object({});
const ofProject = z.object({ project: name });
const ofResource = z.object({ project: name, resource: name });
const svg = { type: "text", mediaType: "image/svg+xml", description: "A picture." } as const;
const common = { method: "GET", access: "reader", tag: "Badges", body: null, answer: svg } as const;
const days = z.object({
  days: z.coerce.number().int().min(1).max(730).default(30).meta({ description: "Over so many." }),
});

/** Pictures for a README or a dashboard. */
export const badgeRoutes = {
  projectHealthBadge: {
    ...common,
    path: "/api/projects/{project}/badges/health.svg",
    summary: "Get a badge of the health of a project",
    description: "A small picture.",
    params: ofProject,
    query: NOTHING,
  },
  healthBadge: {
    ...common,
    path: "/api/projects/{project}/resources/{resource}/badges/health.svg",
    summary: "Get a badge of the health of a resource",
    description: "A small picture.",
    params: ofResource,
    query: NOTHING,
  },
  uptimeBadge: {
    ...common,
    path: "/api/projects/{project}/resources/{resource}/badges/uptime.svg",
    summary: "Get a badge of the uptime of a resource",
    description: "A small picture: passes in passes and failures.",
    params: ofResource,
    query: days,
  },
} as const satisfies Readonly<Record<string, Route>>;
