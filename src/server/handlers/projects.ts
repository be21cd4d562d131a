import type { projectRoutes } from "../../api/routes/projects.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/projects.ts`. */
export const projectHandlers: Handlers<keyof typeof projectRoutes> = {
  projects: notYet,
  project: notYet,
  checks: notYet,
  register: notYet,
  unregister: notYet,
};
