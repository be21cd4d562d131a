import type { resourceRoutes } from "../../api/routes/resources.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/resources.ts`. */
export const resourceHandlers: Handlers<keyof typeof resourceRoutes> = {
  resources: notYet,
  resource: notYet,
  results: notYet,
  history: notYet,
};
