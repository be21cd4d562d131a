import type { actionRoutes } from "../../api/routes/actions.ts";
import type { WatchControl } from "../../model/control.ts";
import type { Hold } from "../../model/incident.ts";
import { Special, type Handlers, type Handling } from "../handler.ts";
import { projectNamed, watchingOf, withResource } from "../known.ts";
import { forget } from "../overviews.ts";
import { checkedView, holdView, incidentView, repairView } from "../views/watching.ts";

/** Answers the routes of `api/routes/actions.ts`. */
export const actionHandlers: Handlers<keyof typeof actionRoutes> = {
  checkNow: async ({ params }, _requested, handling) =>
    checkedView(await changing(params, handling, (control) => control.checkNow(params.resource))),
  repair: async ({ params }, { caller }, handling) => {
    const attempt = await changing(params, handling, (control) =>
      control.repair(params.resource, { by: caller.who }),
    );
    const outcome = attempt === null ? "nothing to repair" : (attempt.outcome ?? "under way");
    return new Special({ repair: attempt && repairView(attempt) }, { outcome });
  },
  holdResource: async ({ params, body }, { caller }, handling) =>
    holdView(await hold(params, { ...body, by: caller.who }, handling)),
  releaseResource: async ({ params }, { caller }, handling) => ({
    released: (await release(params, caller.who, handling)).map(holdView),
  }),
  holdProject: async ({ params, body }, { caller }, handling) =>
    holdView(await hold(params, { ...body, by: caller.who }, handling)),
  releaseProject: async ({ params }, { caller }, handling) => ({
    released: (await release(params, caller.who, handling)).map(holdView),
  }),
  acknowledge: async ({ params, body: { comment } }, { caller }, handling) => {
    const { project, resource } = params;
    const incidents = await changing(params, handling, (control) =>
      control.acknowledge({ resource, by: caller.who, comment }),
    );
    return { incidents: incidents.map((incident) => incidentView(incident, project)) };
  },
};

interface Target {
  readonly project: string;
  /** The whole project without one. */
  readonly resource?: string;
}

interface HoldTarget extends Target {
  readonly kind: "pause" | "maintenance" | "silence";
}

// Whatever becomes of it, what was known before is not any more.
async function changing<T>(
  { project: name, resource }: Target,
  handling: Handling,
  change: (control: WatchControl) => Promise<T>,
): Promise<T> {
  const project = projectNamed(name, handling);
  watchingOf(project);
  const work = (): Promise<T> => change(project.control);
  try {
    if (resource === undefined) return await work();
    return await withResource(resource, { project, handling }, work);
  } finally {
    forget(project, handling);
  }
}

function hold(
  target: HoldTarget,
  asked: { readonly forSeconds: number | null; readonly comment: string; readonly by: string },
  handling: Handling,
): Promise<Hold> {
  const { kind, resource = null } = target;
  const { forSeconds, comment, by } = asked;
  const forMs = forSeconds === null ? null : Math.round(forSeconds * 1_000);
  return changing(target, handling, (control) =>
    control.hold({ kind, resource, forMs, by, comment }),
  );
}

function release(target: HoldTarget, by: string, handling: Handling): Promise<readonly Hold[]> {
  const { kind, resource = null } = target;
  return changing(target, handling, (control) => control.release({ kinds: [kind], resource, by }));
}
