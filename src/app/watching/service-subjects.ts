import { compileProject } from "../../engine/compile.ts";
import { prepare } from "../../engine/run-plans.ts";
import { policyOf } from "../../engine/watch/policy-of.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { InvalidOption, readValues, type Fields, type ValuesOf } from "../../model/options.ts";
import { RESOURCE_FIELDS } from "../../model/policy.ts";
import type { DeclaredResource } from "../../model/project.ts";
import type { ServiceConfig } from "../../model/service.ts";
import { catalogKinds } from "../kinds.ts";
import { sha256 } from "../project/sha256.ts";
import { actOn } from "./act-on.ts";
import { lookAt } from "./resource-look.ts";
import type { WatchContext } from "./watch-context.ts";
import type { Watched } from "./watched.ts";

/** From one check of an HTTP service to the next when nobody says otherwise, in seconds. */
const INTERVAL_SECONDS = 30;
const TIMEOUT_SECONDS = 5;

const ONLY_WATCHED = { settleSeconds: 0, isManaged: false, canRestart: false, canReplace: false };

/**
 * Makes of the services of a file what can be watched: each is an HTTP service that has to answer with its status.
 *
 * @param services - The services.
 * @param file - Where they were read, for problems.
 * @param context - The world; and how often each is checked, in seconds.
 * @returns What is watched.
 * @throws {@link ConfigurationError} When one cannot be watched: what can be checked once may hold what must not be written down.
 */
export async function watchedServices(
  services: readonly ServiceConfig[],
  file: string,
  context: WatchContext & { readonly intervalSeconds?: number },
): Promise<readonly Watched[]> {
  if (services.length === 0) return [];
  const { intervalSeconds = INTERVAL_SECONDS } = context;
  // In these files the interval is the same while it is decided whether something is down.
  const policy = readValues(RESOURCE_FIELDS, {
    checkInterval: intervalSeconds,
    retryInterval: intervalSeconds,
  });
  const status = await catalogKinds.assertion("http-status");
  const resources = services.map(
    ({ name, url, expectedStatus = 200, timeout = TIMEOUT_SECONDS }): DeclaredResource => ({
      kind: "service",
      name,
      parameters: { url },
      policy,
      assertions: [
        {
          kind: "http-status",
          parameters:
            status === null ? {} : valuesOf(status.fields, { name, url, expectedStatus }, file),
          severity: "fail",
          timeoutSeconds: timeout,
          description: null,
          declaredAt: null,
        },
      ],
      declaredAt: null,
    }),
  );
  const declaration = { resources, problems: [], files: [file] };
  const compiled = { project: context.project, file, kinds: catalogKinds, sha256 };
  const { plans, problems } = await compileProject(declaration, compiled);
  if (problems.length > 0) throw new ConfigurationError(problems);
  await prepare(plans, { kinds: catalogKinds, world: context.world });
  const traits = { ...ONLY_WATCHED, checkIntervalSeconds: intervalSeconds };
  const shared = { policy: policyOf(policy, traits, null), described: DESCRIBED };
  return plans.map((plan) => watchedService(settled(plan), shared, context));
}

function valuesOf<F extends Fields>(
  fields: F,
  {
    name,
    ...options
  }: { readonly name: string; readonly url: string; readonly expectedStatus: number },
  file: string,
): ValuesOf<F> {
  try {
    return readValues(fields, options);
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    const { code, message, hint } = error;
    const place = { file, line: null, column: null, property: name };
    throw new ConfigurationError([{ code, ...place, message, hint }]);
  }
}

// All services share what is the same for all: there may be 100,000 of them.
function watchedService(
  plan: CheckPlan,
  { policy, described }: Pick<Watched["subject"], "policy"> & Pick<Watched, "described">,
  context: WatchContext,
): Watched {
  return {
    subject: {
      name: plan.resource,
      policy,
      dependsOn: NOTHING,
      specHash: plan.hash,
      destroyAt: null,
      startedAt: null,
      look: () => lookAt({ plan, run: context.runPlan, clock: context.clock, deployed: null }),
      act: (action, options) => actOn(action, { ...options, ...context, plan, remaking: null }),
      expire: null,
    },
    described,
    claims: plan.checks,
    hints: null,
    supervisor: null,
    tend: null,
  };
}

const NOTHING: readonly never[] = [];
const DESCRIBED = { kind: "service", group: null };

// Its hash is asked for, and once it is there, what it is worked out from need not be kept beside the plan. A list that was added
// to keeps room for more; a copy does not.
function settled(plan: CheckPlan): CheckPlan {
  const { format, project, resource, kind, hash, target, dependsOn, checks } = plan;
  const needed = dependsOn.length === 0 ? NOTHING : dependsOn;
  return { format, project, resource, kind, hash, target, dependsOn: needed, checks: [...checks] };
}
