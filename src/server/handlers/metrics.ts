import type { metricsRoutes } from "../../api/routes/metrics.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/metrics.ts`. */
export const metricsHandlers: Handlers<keyof typeof metricsRoutes> = {
  metrics: notYet,
  probe: notYet,
};
