import { z } from "zod";
import type { Route } from "../route.ts";
import { idText, limitOf, name } from "../schemas/basics.ts";
import { outcome, plan, version, versionSummary } from "../schemas/deploys.ts";

const NOTHING = z.object({});
const ofProject = z.object({ project: name });
const mayDeleteData = z
  .boolean()
  .default(false)
  .meta({ description: "Whether data of what goes may be lost." });
const failure = {
  409: "Another plan was asked for than is there now, somebody else works on it, or this server only reads.",
  422: "What is declared is wrong.",
};

/** Versions and plans, and how they come about. */
export const deployRoutes = {
  versions: {
    method: "GET",
    path: "/api/projects/{project}/versions",
    access: "reader",
    tag: "Deploys",
    summary: "List versions",
    description: "The newest first.",
    params: ofProject,
    query: z.object({ limit: limitOf(1_000, 100) }),
    body: null,
    answer: { type: "json", schema: z.object({ versions: z.array(versionSummary) }) },
  },
  version: {
    method: "GET",
    path: "/api/projects/{project}/versions/{number}",
    access: "reader",
    tag: "Deploys",
    summary: "Get a version",
    description: "What it wanted, what it changed, and what became of it.",
    params: ofProject.extend({ number: idText }),
    query: NOTHING,
    body: null,
    answer: { type: "json", schema: version },
  },
  plan: {
    method: "GET",
    path: "/api/projects/{project}/plan",
    access: "reader",
    tag: "Deploys",
    summary: "Plan an apply",
    description: "Loads what is declared, looks at what is there, and changes nothing.",
    params: ofProject,
    query: NOTHING,
    body: null,
    answer: { type: "json", schema: plan },
    problems: failure,
    isSlow: true,
  },
  apply: {
    method: "POST",
    path: "/api/projects/{project}/apply",
    access: "admin",
    tag: "Deploys",
    summary: "Apply what is declared",
    description:
      "With the hash of a plan, that plan or nothing. What it came to stands in `status`: a deploy that failed is an answer like any other. It goes on when the connection ends.",
    params: ofProject,
    query: NOTHING,
    body: z.object({
      hash: z
        .string()
        .max(200)
        .optional()
        .meta({
          description: "Of the plan that somebody saw: another one is refused.",
          examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
        }),
      rollback: z.enum(["off", "notify", "rollback"]).default("rollback").meta({
        description:
          "When something fails: bring back what was before, leave it and go on, or leave it and stop.",
      }),
      mayRetry: z
        .boolean()
        .default(false)
        .meta({ description: "Whether what failed before is tried again." }),
      mayDeleteData,
    }),
    answer: { type: "json", schema: outcome },
    problems: failure,
    isSlow: true,
  },
  rollback: {
    method: "POST",
    path: "/api/projects/{project}/rollback",
    access: "admin",
    tag: "Deploys",
    summary: "Bring back a version",
    description:
      "The project stays pinned to it until the next apply. What it came to stands in `status`, as for an apply.",
    params: ofProject,
    query: NOTHING,
    body: z.object({
      version: z
        .int()
        .min(1)
        .meta({ examples: [7] }),
      mayDeleteData,
    }),
    answer: { type: "json", schema: outcome },
    problems: failure,
    isSlow: true,
  },
} as const satisfies Readonly<Record<string, Route>>;
