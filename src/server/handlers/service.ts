import type { serviceRoutes } from "../../api/routes/service.ts";
import type { Handlers } from "../handler.ts";
import { notYet } from "../not-yet.ts";

/** Answers the routes of `api/routes/service.ts`. */
export const serviceHandlers: Handlers<keyof typeof serviceRoutes> = {
  about: notYet,
  index: notYet,
  openapi: notYet,
  docs: notYet,
  status: notYet,
  live: notYet,
  ready: notYet,
};
