import type { metricsRoutes } from "../../api/routes/metrics.ts";
import { Special, type Handlers } from "../handler.ts";
import { metricsText } from "../metrics/metrics-text.ts";
import { answerProbe } from "../probe.ts";

/** Answers the routes of `api/routes/metrics.ts`. */
export const metricsHandlers: Handlers<keyof typeof metricsRoutes> = {
  metrics: async (_asked, _requested, handling) => new Special<string>(await metricsText(handling)),
  probe: answerProbe,
};
