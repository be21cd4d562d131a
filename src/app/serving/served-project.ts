import { systemClock } from "../../adapters/system/clock.ts";
import type { ServedProject } from "../../ports/served.ts";
import { nameFrom } from "../project/identity-text.ts";
import type { OpenedProject } from "../watching/watch-project.ts";
import { auditLog } from "./audit-log.ts";
import { servedCounts } from "./served-counts.ts";
import { servedDeploys, type ServedDeploysOptions } from "./served-deploys.ts";

/** What only a claim of this kind waits for. */
const EXPECTING = "HeartbeatAssert";

/**
 * Shows a project that is watched here to those who ask over HTTP.
 *
 * @param opened - The project.
 * @param options - Where its `main.ts` is, null for none, and how it is loaded.
 * @returns What can be asked of it.
 */
export function servedProject(
  { project, name, root, store }: OpenedProject,
  options: Pick<ServedDeploysOptions, "resolver" | "onOutput"> & { readonly main: string | null },
): ServedProject {
  const { main, ...rest } = options;
  const { claims, describe, meter, control, deploy } = project;
  return {
    // As it fits into an address.
    name: nameFrom(name),
    folder: root,
    control,
    store,
    watching: {
      meter,
      counts: () => servedCounts(project.entries),
      entries: () => project.entries,
      describe,
      latenessMs: () => project.latenessMs,
      claims: (resource) =>
        claims(resource).map(({ name: kind, claim }) => ({ name: kind, claim })),
      urls: () => project.urls(),
      deploys: main === null ? null : servedDeploys({ ...rest, main, root, name, deploy }),
      beat: async ({ resource, isOk, comment, by }) => {
        // Whoever is not known has no claims, and is told so.
        project.refuseUnknown(resource);
        if (!claims(resource).some(({ name: kind }) => kind === EXPECTING)) return false;
        const heartbeat = { resource, at: systemClock.now(), isOk, comment, by };
        await store.commit([{ type: "put-heartbeat", heartbeat }]);
        project.hint(resource);
        return true;
      },
      audit: auditLog(store, systemClock),
    },
  };
}
