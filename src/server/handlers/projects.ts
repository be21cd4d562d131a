import type { projectRoutes } from "../../api/routes/projects.ts";
import type { ServedProject, ServedRegistry } from "../../ports/served.ts";
import type { Handlers, Handling } from "../handler.ts";
import { projectNamed, watchingOf } from "../known.ts";
import { forget } from "../overviews.ts";
import { Refusal } from "../refusal.ts";
import { surveyOf } from "../surveys.ts";
import { projectView } from "../views/deploys.ts";

/** Answers the routes of `api/routes/projects.ts`. */
export const projectHandlers: Handlers<keyof typeof projectRoutes> = {
  projects: async (_asked, _requested, handling) => ({
    projects: await Promise.all(
      handling.served.projects().map((project) => shownProject(project, handling)),
    ),
  }),
  project: ({ params }, _requested, handling) =>
    shownProject(projectNamed(params.project, handling), handling),
  checks: ({ params }, _requested, handling) => {
    const watching = watchingOf(projectNamed(params.project, handling));
    const names = [...watching.entries().keys()].sort();
    return {
      resources: names.map((resource) => ({ resource, checks: [...watching.claims(resource)] })),
    };
  },
  register: async ({ body }, { caller, signal }, handling) => {
    const registry = registryOf(handling);
    const project = await registry.register(body.path, { by: caller.who, signal });
    forget(project, handling);
    return await shownProject(project, handling);
  },
  unregister: async ({ params }, { caller, signal }, handling) => {
    const project = projectNamed(params.project, handling);
    const registry = registryOf(handling);
    const isGone = await registry.unregister(project.name, { by: caller.who, signal });
    if (!isGone) {
      const text = `${project.name} was not registered over HTTP.`;
      const hint = "Stop the clockwork up that was started with it.";
      throw new Refusal(409, "project-not-registered", text, { hint });
    }
    forget(project, handling);
    return { project: project.name };
  },
};

async function shownProject(
  project: ServedProject,
  handling: Handling,
): Promise<ReturnType<typeof projectView>> {
  return projectView(await surveyOf(project, handling), project.name, project.folder);
}

function registryOf({ served: { registry } }: Handling): ServedRegistry {
  if (registry !== null) return registry;
  throw new Refusal(409, "read-only", "This server only reads.", {
    hint: "Ask a clockwork up that serves.",
  });
}
