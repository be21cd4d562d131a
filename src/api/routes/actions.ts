import { z } from "zod";
import type { Route } from "../route.ts";
import { name } from "../schemas/basics.ts";
import { checked, hold, incident, repair } from "../schemas/watching.ts";

const NOTHING = z.object({});
const ofProject = z.object({ project: name });
const ofResource = z.object({ project: name, resource: name });
const comment = z
  .string()
  .max(2_000)
  .default("")
  .meta({ examples: ["moving to the new host"] });

/** 100 years. */
const LIMIT_SECONDS = 100 * 365 * 86_400;

const holdBody = z.object({
  forSeconds: z
    .number()
    .min(1)
    .max(LIMIT_SECONDS)
    .nullable()
    .default(null)
    .meta({ examples: [3_600], description: "For so long; until somebody ends it by default." }),
  comment,
});
const kind = z.enum(["pause", "maintenance", "silence"]);

const common = { method: "POST", access: "user", query: NOTHING } as const;
const readOnly = {
  409: "It cannot be done now: it is being worked on, or this server only reads.",
};

/** What people do about a resource. */
export const actionRoutes = {
  checkNow: {
    ...common,
    path: "/api/projects/{project}/resources/{resource}/check",
    tag: "Resources",
    summary: "Check a resource now",
    description: "Whatever its turn is; the check counts like any other.",
    params: ofResource,
    body: null,
    answer: { type: "json", schema: checked },
    problems: readOnly,
    isSlow: true,
  },
  repair: {
    ...common,
    path: "/api/projects/{project}/resources/{resource}/repair",
    tag: "Resources",
    summary: "Repair a resource now",
    description: "Overrides backoff, budgets and giving up. What is healthy is left alone.",
    params: ofResource,
    body: null,
    answer: {
      type: "json",
      schema: z.object({
        repair: repair.nullable().meta({ description: "Null when nothing had to be repaired." }),
      }),
    },
    problems: readOnly,
    isSlow: true,
  },
  holdResource: {
    ...common,
    path: "/api/projects/{project}/resources/{resource}/holds/{kind}",
    tag: "Resources",
    summary: "Pause, maintain or silence a resource",
    description:
      "`pause`: neither checked nor repaired nor told of. `maintenance`: checked, neither repaired nor told of. `silence`: only not told of.",
    params: ofResource.extend({ kind }),
    body: holdBody,
    answer: { type: "json", schema: hold },
    status: 201,
    problems: readOnly,
  },
  releaseResource: {
    ...common,
    method: "DELETE",
    path: "/api/projects/{project}/resources/{resource}/holds/{kind}",
    tag: "Resources",
    summary: "End a pause, a maintenance or a silence of a resource",
    description: "Gives those that were ended.",
    params: ofResource.extend({ kind }),
    body: null,
    answer: { type: "json", schema: z.object({ released: z.array(hold) }) },
    problems: readOnly,
  },
  holdProject: {
    ...common,
    path: "/api/projects/{project}/holds/{kind}",
    tag: "Projects",
    summary: "Pause, maintain or silence a whole project",
    description: "As for a resource.",
    params: ofProject.extend({ kind }),
    body: holdBody,
    answer: { type: "json", schema: hold },
    status: 201,
    problems: readOnly,
  },
  releaseProject: {
    ...common,
    method: "DELETE",
    path: "/api/projects/{project}/holds/{kind}",
    tag: "Projects",
    summary: "End a pause, a maintenance or a silence of a whole project",
    description: "Gives those that were ended; those of single resources go on.",
    params: ofProject.extend({ kind }),
    body: null,
    answer: { type: "json", schema: z.object({ released: z.array(hold) }) },
    problems: readOnly,
  },
  acknowledge: {
    ...common,
    path: "/api/projects/{project}/resources/{resource}/acknowledge",
    tag: "Incidents",
    summary: "Take care of the open incidents of a resource",
    description: "No more messages about them, but for their end.",
    params: ofResource,
    body: z.object({ comment }),
    answer: { type: "json", schema: z.object({ incidents: z.array(incident) }) },
    problems: readOnly,
  },
} as const satisfies Readonly<Record<string, Route>>;
