import type { z } from "zod";
import type * as schemas from "../../api/schemas/deploys.ts";
import type { DeployOutcome } from "../../model/deploy-event.ts";
import type {
  Change,
  DeployPlan,
  StepResult,
  Version,
  VersionSummary,
} from "../../model/deployment.ts";
import type { Survey } from "../surveys.ts";
import { momentOf, momentOrNull } from "./moments.ts";
import { countsOf, summaryOf } from "./overview.ts";
import { holdView } from "./watching.ts";

/** What is shown of something, by its schema. */
type View<Name extends keyof typeof schemas> = z.input<(typeof schemas)[Name]>;

/**
 * Shows how a project is.
 *
 * @param survey - What is known of it.
 * @param name - What it is called.
 * @param folder - The absolute path of its folder.
 * @returns As the API has it.
 */
export function projectView(survey: Survey, name: string, folder: string): View<"project"> {
  const counts = countsOf(survey.resources);
  return {
    name,
    folder,
    status: summaryOf(counts),
    runningSince: momentOrNull(survey.runningSince),
    resources: counts.resources,
    openIncidents: counts.openIncidents,
    holds: survey.holds.map(holdView),
    pendingChanges: [...survey.pendingChanges],
    pendingDeliveries: survey.pendingDeliveries,
  };
}

/**
 * Shows a plan: what changes, in words; none of what is wanted, nor of what is recorded.
 *
 * @param plan - The plan.
 * @returns As the API has it.
 */
export function planView(plan: DeployPlan): View<"plan"> {
  const { project, createdAt, serial, hash, pinnedTo, quarantinedBy, changes } = plan;
  return {
    project: project.name,
    createdAt: momentOf(createdAt),
    serial,
    hash,
    pinnedTo,
    quarantinedBy,
    changes: changes.map(changeView),
  };
}

/**
 * Shows what a deploy came to.
 *
 * @param outcome - What it came to.
 * @returns As the API has it.
 */
export function outcomeView({ status, version, results }: DeployOutcome): View<"outcome"> {
  return { status, version, results: results.map(resultView) };
}

/**
 * Shows a version in a list.
 *
 * @param summary - The version.
 * @returns As the API has it.
 */
export function versionSummaryView(summary: VersionSummary): View<"versionSummary"> {
  const { number, purpose, status, hash, changes, startedAt, endedAt, by, of } = summary;
  return {
    number,
    purpose,
    status,
    hash,
    changes: changes.map(changeView),
    startedAt: momentOf(startedAt),
    endedAt: momentOrNull(endedAt),
    by,
    of,
  };
}

/**
 * Shows a version: of what it wanted, only what tells it from another.
 *
 * @param version - The version.
 * @returns As the API has it.
 */
export function versionView(version: Version): View<"version"> {
  return {
    ...versionSummaryView(version),
    resources: version.resources.map(({ name, kind, specHash, dependsOn }) => ({
      name,
      kind,
      specHash,
      dependsOn: dependsOn.map(({ resource }) => resource),
    })),
    results: version.results.map(resultView),
  };
}

type Shown = Pick<Change, "resource" | "kind" | "action" | "reason" | "fields">;

function changeView({ resource, kind, action, reason, fields }: Shown): View<"change"> {
  return {
    resource,
    kind,
    action,
    reason,
    fields: fields.map(({ field, from, to, cause, isReplacing }) => ({
      field,
      from,
      to,
      cause,
      isReplacing,
    })),
  };
}

function resultView(result: StepResult): View<"stepResult"> {
  const { resource, action, outcome, durationMs, problems } = result;
  return { resource, action, outcome, durationMs, problems: [...problems] };
}
