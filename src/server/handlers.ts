import { actionHandlers } from "./handlers/actions.ts";
import { administrationHandlers } from "./handlers/administration.ts";
import { badgeHandlers } from "./handlers/badges.ts";
import { deployHandlers } from "./handlers/deploys.ts";
import { eventHandlers } from "./handlers/events.ts";
import { incidentHandlers } from "./handlers/incidents.ts";
import { metricsHandlers } from "./handlers/metrics.ts";
import { projectHandlers } from "./handlers/projects.ts";
import { resourceHandlers } from "./handlers/resources.ts";
import { serviceHandlers } from "./handlers/service.ts";
import type { Handlers } from "./handler.ts";

/** What answers each route. */
export const HANDLERS: Handlers = {
  ...serviceHandlers,
  ...metricsHandlers,
  ...projectHandlers,
  ...resourceHandlers,
  ...actionHandlers,
  ...incidentHandlers,
  ...deployHandlers,
  ...eventHandlers,
  ...badgeHandlers,
  ...administrationHandlers,
};
