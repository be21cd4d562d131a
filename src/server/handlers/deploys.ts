import type { deployRoutes } from "../../api/routes/deploys.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/deploys.ts`. */
export const deployHandlers: Handlers<keyof typeof deployRoutes> = {
  versions: notYet,
  version: notYet,
  plan: notYet,
  apply: notYet,
  rollback: notYet,
};
