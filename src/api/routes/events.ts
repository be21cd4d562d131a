import { z } from "zod";
import type { Route } from "../route.ts";
import { idText, limitOf, name } from "../schemas/basics.ts";
import { event } from "../schemas/watching.ts";

const description =
  "A list of the newest, the newest first; or live for who accepts `text/event-stream`, going on after `Last-Event-ID`.";

/** What happens. */
export const eventRoutes = {
  allEvents: {
    method: "GET",
    path: "/api/events",
    access: "reader",
    tag: "Events",
    summary: "List or follow events of all projects",
    description,
    params: z.object({}),
    query: z.object({ limit: limitOf(1_000, 100) }),
    body: null,
    answer: { type: "events", schema: z.object({ events: z.array(event) }), event },
    problems: { 503: "Too many follow events already." },
  },
  events: {
    method: "GET",
    path: "/api/projects/{project}/events",
    access: "reader",
    tag: "Events",
    summary: "List or follow events of a project",
    description,
    params: z.object({ project: name }),
    query: z.object({
      resource: name.optional(),
      limit: limitOf(1_000, 100),
      after: idText.optional().meta({
        description: "Only those with a greater id, the oldest first; as `Last-Event-ID` has it.",
      }),
    }),
    body: null,
    answer: { type: "events", schema: z.object({ events: z.array(event) }), event },
    problems: { 503: "Too many follow events already." },
  },
} as const satisfies Readonly<Record<string, Route>>;
