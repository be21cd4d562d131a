import { actionRoutes } from "./routes/actions.ts";
import { administrationRoutes } from "./routes/administration.ts";
import { badgeRoutes } from "./routes/badges.ts";
import { deployRoutes } from "./routes/deploys.ts";
import { eventRoutes } from "./routes/events.ts";
import { incidentRoutes } from "./routes/incidents.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { projectRoutes } from "./routes/projects.ts";
import { resourceRoutes } from "./routes/resources.ts";
import { serviceRoutes } from "./routes/service.ts";

/** Every endpoint there is, by the name of its operation. */
export const ROUTES = {
  ...serviceRoutes,
  ...metricsRoutes,
  ...projectRoutes,
  ...resourceRoutes,
  ...actionRoutes,
  ...incidentRoutes,
  ...deployRoutes,
  ...eventRoutes,
  ...badgeRoutes,
  ...administrationRoutes,
} as const;

/** The name of an endpoint's operation. */
export type RouteName = keyof typeof ROUTES;
