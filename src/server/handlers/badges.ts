import type { badgeRoutes } from "../../api/routes/badges.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/badges.ts`. */
export const badgeHandlers: Handlers<keyof typeof badgeRoutes> = {
  projectHealthBadge: notYet,
  healthBadge: notYet,
  uptimeBadge: notYet,
};
