import type { incidentRoutes } from "../../api/routes/incidents.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/incidents.ts`. */
export const incidentHandlers: Handlers<keyof typeof incidentRoutes> = {
  incidents: notYet,
  openIncidents: notYet,
  incident: notYet,
  repairs: notYet,
};
