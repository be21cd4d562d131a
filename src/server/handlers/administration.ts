import type { administrationRoutes } from "../../api/routes/administration.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/administration.ts`. */
export const administrationHandlers: Handlers<keyof typeof administrationRoutes> = {
  heartbeat: notYet,
  audit: notYet,
};
