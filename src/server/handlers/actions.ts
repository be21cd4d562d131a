import type { actionRoutes } from "../../api/routes/actions.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/actions.ts`. */
export const actionHandlers: Handlers<keyof typeof actionRoutes> = {
  checkNow: notYet,
  repair: notYet,
  holdResource: notYet,
  releaseResource: notYet,
  holdProject: notYet,
  releaseProject: notYet,
  acknowledge: notYet,
};
