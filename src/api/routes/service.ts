import { z } from "zod";
import type { Route } from "../route.ts";
import { about, alive, index, status } from "../schemas/service.ts";

const NOTHING = z.object({});
const none = { params: NOTHING, query: NOTHING, body: null } as const;

/** What this is, how it is, and how to ask it. */
export const serviceRoutes = {
  about: {
    ...none,
    method: "GET",
    path: "/",
    access: "reader",
    tag: "Service",
    summary: "Tell what this is and where to go next",
    description: "JSON for a program, a plain page for a browser.",
    answer: { type: "page", schema: about },
  },
  index: {
    ...none,
    method: "GET",
    path: "/api",
    access: "reader",
    tag: "Service",
    summary: "List all endpoints",
    description: "With absolute URLs that are right behind a proxy, too.",
    answer: { type: "json", schema: index },
  },
  openapi: {
    ...none,
    method: "GET",
    path: "/api/openapi.json",
    access: "reader",
    tag: "Service",
    summary: "Get the description of this API",
    description: "An OpenAPI 3.1 document.",
    answer: {
      type: "json",
      schema: z.record(z.string(), z.unknown()).meta({ examples: [{ openapi: "3.1.0" }] }),
    },
  },
  docs: {
    ...none,
    method: "GET",
    path: "/api/docs",
    access: "reader",
    tag: "Service",
    summary: "Read the documentation of this API",
    description: "The same as the OpenAPI document, for people.",
    answer: { type: "text", mediaType: "text/html", description: "A page." },
  },
  status: {
    ...none,
    method: "GET",
    path: "/api/status",
    access: "reader",
    tag: "Service",
    summary: "Tell how everything is",
    description: "One answer for all projects; with `strict`, for load balancers.",
    query: z.object({
      strict: z
        .enum(["true", "false"])
        .default("false")
        .meta({ description: "Answer 503 when something is unhealthy." }),
    }),
    answer: { type: "json", schema: status },
    otherStatuses: { 503: "Something is unhealthy, and `strict=true` was asked for." },
  },
  live: {
    ...none,
    method: "GET",
    path: "/api/live",
    access: "open",
    tag: "Service",
    summary: "Tell that it lives",
    description: "For orchestrators: 200 for as long as it answers at all.",
    answer: { type: "json", schema: alive },
  },
  ready: {
    ...none,
    method: "GET",
    path: "/api/ready",
    access: "open",
    tag: "Service",
    summary: "Tell whether it is ready",
    description: "For orchestrators: 503 while it starts, and once it stops.",
    answer: { type: "json", schema: alive },
    otherStatuses: { 503: "It starts, or stops." },
  },
} as const satisfies Readonly<Record<string, Route>>;
