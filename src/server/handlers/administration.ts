import type { administrationRoutes } from "../../api/routes/administration.ts";
import type { Handlers } from "../handler.ts";
import { projectNamed, watchingOf, withResource } from "../known.ts";
import { pageOf } from "../page.ts";
import { Refusal } from "../refusal.ts";
import { momentOf } from "../views/moments.ts";

/** Answers the routes of `api/routes/administration.ts`. */
export const administrationHandlers: Handlers<keyof typeof administrationRoutes> = {
  heartbeat: async ({ params, body: { isOk, comment } }, { caller }, handling) => {
    const project = projectNamed(params.project, handling);
    const { resource } = params;
    const watching = watchingOf(project);
    const at = momentOf(handling.clock.now());
    const isExpected = await withResource(resource, { project, handling }, () =>
      watching.beat({ resource, isOk, comment, by: caller.who }),
    );
    if (isExpected) return { project: project.name, resource, at, isOk };
    throw new Refusal(409, "heartbeat-unexpected", `${resource} expects no heartbeat.`, {
      hint: "Give it a HeartbeatAssert.",
    });
  },
  audit: async ({ params, query }, _requested, handling) => {
    const project = projectNamed(params.project, handling);
    const { page, next } = await pageOf(query, (part) => project.store.audit(part));
    const entries = page.map(({ id, at, who, role, from, what, outcome, status }) => ({
      id,
      at: momentOf(at),
      who,
      role,
      from,
      project: project.name,
      what,
      outcome,
      status,
    }));
    return { entries, next };
  },
};
