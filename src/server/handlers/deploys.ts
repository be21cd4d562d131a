import type { deployRoutes } from "../../api/routes/deploys.ts";
import type { DeployOutcome } from "../../model/deploy-event.ts";
import type { DeployPlan, Version } from "../../model/deployment.ts";
import type { ServedDeploys, ServedProject } from "../../ports/served.ts";
import { Special, type Handlers, type Handling } from "../handler.ts";
import { notThere, projectNamed, watchingOf } from "../known.ts";
import { forget } from "../overviews.ts";
import { Refusal } from "../refusal.ts";
import { SharedWork } from "../shared-work.ts";
import { outcomeView, planView, versionSummaryView, versionView } from "../views/deploys.ts";

/** Answers the routes of `api/routes/deploys.ts`. */
// What was begun is not left half done because somebody's connection broke: they find it among the versions.
export const deployHandlers: Handlers<keyof typeof deployRoutes> = {
  versions: async ({ params, query: { limit } }, _requested, handling) => {
    const versions = await projectNamed(params.project, handling).store.versions({ limit });
    return { versions: versions.map(versionSummaryView) };
  },
  version: async ({ params }, _requested, handling) =>
    versionView(await versionOf(projectNamed(params.project, handling), params.number)),
  plan: async ({ params }, { signal }, handling) => {
    const project = projectNamed(params.project, handling);
    deploysOf(project);
    return planView(await plans.join(project, signal));
  },
  apply: async ({ params, body }, { caller, ending }, handling) => {
    const { hash = null, ...order } = body;
    const outcome = await deploying(params.project, handling, (deploys) =>
      deploys.apply({ hash, ...order }, { by: caller.who, signal: ending }),
    );
    return new Special(outcomeView(outcome), { outcome: outcome.status });
  },
  rollback: async ({ params, body }, { caller, ending }, handling) => {
    deploysOf(projectNamed(params.project, handling));
    await versionOf(projectNamed(params.project, handling), body.version);
    const outcome = await deploying(params.project, handling, (deploys) =>
      deploys.rollback(body, { by: caller.who, signal: ending }),
    );
    return new Special(outcomeView(outcome), { outcome: outcome.status });
  },
};

/** Loading a project takes a process of its own: those who ask at the same time share it. */
const plans = new SharedWork<ServedProject, DeployPlan>((project, signal) =>
  deploysOf(project).plan({ signal }),
);

async function deploying(
  name: string,
  handling: Handling,
  deploy: (deploys: ServedDeploys) => Promise<DeployOutcome>,
): Promise<DeployOutcome> {
  const project = projectNamed(name, handling);
  try {
    return await deploy(deploysOf(project));
  } finally {
    forget(project, handling);
  }
}

function deploysOf(project: ServedProject): ServedDeploys {
  const { deploys } = watchingOf(project);
  if (deploys !== null) return deploys;
  const text = `Nothing of ${project.name} is deployed by Clockwork: it is only watched.`;
  throw new Refusal(409, "nothing-deployable", text);
}

async function versionOf(project: ServedProject, number: number): Promise<Version> {
  const version = await project.store.version(number);
  if (version !== null) return version;
  throw notThere("version-unknown", `${project.name} has no version ${String(number)}.`);
}
