import { z } from "zod";
import type { Route } from "../route.ts";
import { name } from "../schemas/basics.ts";
import { checks, project } from "../schemas/deploys.ts";

const NOTHING = z.object({});
const ofProject = z.object({ project: name });

/** Projects, and which of them are watched. */
export const projectRoutes = {
  projects: {
    method: "GET",
    path: "/api/projects",
    access: "reader",
    tag: "Projects",
    summary: "List projects",
    description: "All that are watched here.",
    params: NOTHING,
    query: NOTHING,
    body: null,
    answer: { type: "json", schema: z.object({ projects: z.array(project) }) },
  },
  project: {
    method: "GET",
    path: "/api/projects/{project}",
    access: "reader",
    tag: "Projects",
    summary: "Tell how a project is",
    description: "Its health, what holds it, and what waits for an apply.",
    params: ofProject,
    query: NOTHING,
    body: null,
    answer: { type: "json", schema: project },
  },
  checks: {
    method: "GET",
    path: "/api/projects/{project}/checks",
    access: "reader",
    tag: "Projects",
    summary: "List what must be true",
    description: "The claims of every resource, as they are checked.",
    params: ofProject,
    query: NOTHING,
    body: null,
    answer: { type: "json", schema: z.object({ resources: z.array(checks) }) },
    problems: { 409: "This server only reads what others watch." },
  },
  register: {
    method: "POST",
    path: "/api/projects",
    access: "admin",
    tag: "Projects",
    summary: "Watch another project",
    description: "A file or folder within the folders that the settings allow.",
    params: NOTHING,
    query: NOTHING,
    body: z.object({
      path: z
        .string()
        .min(1)
        .max(4_096)
        .meta({ examples: ["/srv/blog/main.ts"] }),
    }),
    answer: { type: "json", schema: project },
    status: 201,
    problems: {
      403: "The path is in none of the allowed folders.",
      409: "It is watched already, or this server only reads.",
      422: "The project cannot be loaded.",
    },
    isSlow: true,
  },
  unregister: {
    method: "DELETE",
    path: "/api/projects/{project}",
    access: "admin",
    tag: "Projects",
    summary: "Stop watching a project",
    description: "Only one that was registered here; what it deployed goes on running.",
    params: ofProject,
    query: NOTHING,
    body: null,
    answer: { type: "json", schema: z.object({ project: name }) },
    problems: { 409: "It was not registered here, or this server only reads." },
    isSlow: true,
  },
} as const satisfies Readonly<Record<string, Route>>;
