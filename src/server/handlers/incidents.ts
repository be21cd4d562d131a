import type { incidentRoutes } from "../../api/routes/incidents.ts";
import type { Incident } from "../../model/incident.ts";
import type { ServedProject } from "../../ports/served.ts";
import type { Handlers, Handling } from "../handler.ts";
import { notThere, projectNamed, refuseUnknown } from "../known.ts";
import { pageOf } from "../page.ts";
import { surveyOf } from "../surveys.ts";
import { incidentView, repairView } from "../views/watching.ts";

/** Answers the routes of `api/routes/incidents.ts`. */
export const incidentHandlers: Handlers<keyof typeof incidentRoutes> = {
  incidents: async ({ params, query }, _requested, handling) => {
    const project = projectNamed(params.project, handling);
    const { resource, open } = query;
    const which = {
      ...(resource === undefined ? {} : { resource }),
      ...(open === undefined ? {} : { isOpen: open === "true" }),
    };
    const { page, next } = await pageOf(query, (part) =>
      project.store.incidents({ ...part, ...which }),
    );
    // What is gone has incidents all the same.
    if (page.length === 0 && resource !== undefined) {
      await refuseUnknown(resource, project, handling);
    }
    return { incidents: page.map((each) => incidentView(each, project.name)), next };
  },
  openIncidents: async ({ query: { limit } }, _requested, handling) => {
    const lists = await Promise.all(
      handling.served.projects().map(async (project) => {
        const open = await openIncidentsOf(project, handling);
        return open.map((incident) => ({ incident, project: project.name }));
      }),
    );
    const all = lists.flat();
    const newest = all
      .toSorted((one, other) => other.incident.openedAt - one.incident.openedAt)
      .slice(0, limit);
    return {
      incidents: newest.map(({ incident, project }) => incidentView(incident, project)),
      total: all.length,
    };
  },
  incident: async ({ params }, _requested, handling) => {
    const project = projectNamed(params.project, handling);
    const incident = await project.store.incident(params.id);
    if (incident === null) {
      const text = `No incident of ${project.name} has the id ${String(params.id)}.`;
      throw notThere("incident-unknown", text);
    }
    const { resource, id } = incident;
    const repairs = await project.store.repairs({ resource, limit: REPAIRS_LOOKED_THROUGH });
    const attempts = repairs.filter((attempt) => attempt.incident === id).map(repairView);
    return { ...incidentView(incident, project.name), attempts };
  },
  repairs: async ({ params, query }, _requested, handling) => {
    const project = projectNamed(params.project, handling);
    const { resource } = query;
    const which = resource === undefined ? {} : { resource };
    const { page, next } = await pageOf(query, (part) =>
      project.store.repairs({ ...part, ...which }),
    );
    if (page.length === 0 && resource !== undefined) {
      await refuseUnknown(resource, project, handling);
    }
    return { repairs: page.map(repairView), next };
  },
};

async function openIncidentsOf(
  project: ServedProject,
  handling: Handling,
): Promise<readonly Incident[]> {
  const { watching } = project;
  if (watching !== null) {
    return [...watching.entries().values()].flatMap(({ incidents }) => incidents);
  }
  const { resources } = await surveyOf(project, handling);
  return resources.flatMap(({ incidents }) => incidents);
}

/** Attempts of an incident are looked for among so many of its resource, the newest ones. */
const REPAIRS_LOOKED_THROUGH = 1_000;
