import type { resourceRoutes } from "../../api/routes/resources.ts";
import { Special, type Handlers } from "../handler.ts";
import { projectNamed, refuseUnknown, withResource } from "../known.ts";
import { pageText, resourcePage, ROWS_AT_ONCE } from "../resource-list.ts";
import { spanOf } from "../span.ts";
import { surveyOf } from "../surveys.ts";
import { resultPage, uptimeOf } from "../views/history.ts";
import { explanationView, resourceView, rollUpView } from "../views/watching.ts";

/** Answers the routes of `api/routes/resources.ts`. */
export const resourceHandlers: Handlers<keyof typeof resourceRoutes> = {
  resources: async ({ query }, _requested, handling) => {
    const projects =
      query.project === undefined
        ? handling.served.projects()
        : [projectNamed(query.project, handling)];
    const known = await Promise.all(
      projects.map(async (project) => {
        const { inOrder } = await surveyOf(project, handling);
        return { project: project.name, resources: inOrder };
      }),
    );
    const page = resourcePage(known, query);
    const now = handling.clock.now();
    if (page.rows.length > ROWS_AT_ONCE) return new Special<never>(pageText(page, now));
    const { total, next } = page;
    return {
      resources: page.rows.map(({ project, status }) => resourceView(status, project, now)),
      total,
      next,
    };
  },
  resource: async ({ params: { project: name, resource } }, _requested, handling) => {
    const project = projectNamed(name, handling);
    const explanation = await withResource(resource, { project, handling }, () =>
      project.control.explain(resource),
    );
    return explanationView(explanation, name, handling.clock.now());
  },
  results: async ({ params, query: { limit, ...asked } }, _requested, handling) => {
    const project = projectNamed(params.project, handling);
    const { resource } = params;
    const span = spanOf(asked, handling.clock.now());
    // One more tells whether there are more.
    const rows = await project.store.results({ resource, ...span, limit: limit + 1 });
    if (rows.length === 0) await refuseUnknown(resource, project, handling);
    return resultPage(rows, limit);
  },
  history: async ({ params, query }, _requested, handling) => {
    const { resolution, limit, ...asked } = query;
    const project = projectNamed(params.project, handling);
    const { resource } = params;
    const span = spanOf(asked, handling.clock.now());
    const rollUps = await project.store.rollUps({ resource, resolution, ...span });
    if (rollUps.length === 0) await refuseUnknown(resource, project, handling);
    return { uptime: uptimeOf(rollUps), history: rollUps.slice(-limit).map(rollUpView) };
  },
};
