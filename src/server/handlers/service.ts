import type { serviceRoutes } from "../../api/routes/service.ts";
import { Special, type Handlers, type Handling } from "../handler.ts";
import { notYet } from "../not-yet.ts";
import { overviewOf } from "../overviews.ts";
import type { Overview } from "../views/overview.ts";
import { statusView } from "../views/service.ts";

/** Answers the routes of `api/routes/service.ts`. */
export const serviceHandlers: Handlers<keyof typeof serviceRoutes> = {
  about: notYet,
  index: notYet,
  openapi: notYet,
  docs: notYet,
  status: ({ query }, _requested, handling) => {
    const isStrict = query.strict === "true";
    const overview = overviewOf(handling);
    return overview instanceof Promise
      ? overview.then((known) => statusAnswer(known, isStrict, handling))
      : statusAnswer(overview, isStrict, handling);
  },
  live: (_asked, _requested, { served }) => ({ status: served.phase() }),
  ready: (_asked, _requested, { served }) => {
    const status = served.phase();
    return status === "ok" ? { status } : new Special({ status }, { status: 503 });
  },
};

function statusAnswer(
  overview: Overview,
  isStrict: boolean,
  { served, clock }: Handling,
): ReturnType<typeof statusView> | Special<ReturnType<typeof statusView>> {
  const view = statusView(overview, served, clock.now());
  const isRefused = isStrict && view.status === "unhealthy";
  return isRefused ? new Special(view, { status: 503 }) : view;
}
