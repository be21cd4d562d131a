import type { eventRoutes } from "../../api/routes/events.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/events.ts`. */
export const eventHandlers: Handlers<keyof typeof eventRoutes> = {
  allEvents: notYet,
  events: notYet,
};
