import { DeployError } from "../../model/deploy-errors.ts";
import type { DeployOutcome } from "../../model/deploy-event.ts";
import type { Change, DeployPlan } from "../../model/deployment.ts";
import { canonicalJson } from "../../model/json.ts";
import type { ServedDeploys } from "../../ports/served.ts";
import type { CarryOutOrder, DeployOrder } from "../control/deploy-order.ts";
import type { NetworkOptions } from "../check-services.ts";
import type { Prepare } from "../deploy/prepare.ts";
import { sha256 } from "../project/sha256.ts";

/** How a project is planned, and who carries that out. */
export interface ServedDeploysOptions extends Pick<NetworkOptions, "resolver"> {
  /** The absolute path of its `main.ts`. */
  readonly main: string;
  /** The absolute path of its folder. */
  readonly root: string;
  readonly name: string;
  readonly deploy: CarryOutOrder;
  /** Gets what the project prints while it is loaded. */
  readonly onOutput: (text: string) => void;
}

/** So often it is planned anew while others change what is there. */
const LIMIT_ATTEMPTS = 5;

interface Planning {
  readonly signal: AbortSignal;
  readonly mayDeleteData: boolean;
}

/**
 * Plans a project that is watched as `clockwork plan` does, beside what is under way, and has plans carried out by whoever holds
 * the project, as those are that come over its socket.
 *
 * @param options - Where the project is, and who carries plans out.
 * @returns What can be asked for.
 */
export function servedDeploys(options: ServedDeploysOptions): ServedDeploys {
  const { deploy } = options;
  return {
    plan: async ({ signal }) => {
      const plan = await planApply({ signal, mayDeleteData: false }, options);
      return { ...plan, hash: hashOfAll(plan) };
    },
    apply: async (
      { hash, rollback, mayRetry, mayDeleteData },
      { by, signal, onEvent = ignore },
    ) => {
      for (let attempts = 1; ; attempts += 1) {
        const plan = await planApply({ signal, mayDeleteData }, options);
        if (hash !== null && hash !== hashOfAll(plan)) throw otherPlan();
        const order = { plan, of: null, mode: rollback, command: "apply over HTTP", by };
        try {
          const may = { mayRetry, mayDeleteData };
          return outcomeOf(await deploy(asked(order, may), { signal, onEvent }));
        } catch (error) {
          // Whoever agreed to no plan in particular agrees to the next one, too.
          const isStale = error instanceof DeployError && error.code === "plan-stale";
          if (!isStale || hash !== null || attempts >= LIMIT_ATTEMPTS) throw error;
        }
      }
    },
    rollback: async ({ version, mayDeleteData }, { by, signal }) => {
      const plan = await planRollback(version, { signal, mayDeleteData }, options);
      const command = `rollback ${String(version)} over HTTP`;
      const order = { plan, of: version, mode: "rollback", command, by } as const;
      const outcome = await deploy(asked(order, { mayRetry: false, mayDeleteData }), {
        signal,
        onEvent: ignore,
      });
      return outcomeOf(outcome);
    },
  };
}

async function planApply(
  planning: Planning,
  { main, name, onOutput, ...place }: ServedDeploysOptions,
): Promise<DeployPlan> {
  const [{ declaredIn }, { preparingApply }] = await Promise.all([
    import("../project/declared-in.ts"),
    import("../deploy/prepare.ts"),
  ]);
  const declared = await declaredIn(main, name, { signal: planning.signal, onOutput });
  return await planned({ ...place, name }, planning, preparingApply(declared, planning));
}

async function planRollback(
  number: number,
  planning: Planning,
  place: ServedDeploysOptions,
): Promise<DeployPlan> {
  const [{ unknownVersion }, { preparingRollback }] = await Promise.all([
    import("../deploy/open-deployment.ts"),
    import("../deploy/prepare.ts"),
  ]);
  return await planned(place, planning, async (workspace, snapshot) => {
    const version = await workspace.store.version(number);
    if (version === null) throw unknownVersion(number, snapshot.lastVersion);
    return await preparingRollback(version, planning)(workspace, snapshot);
  });
}

// A workspace of its own: what a plan refers to must not be mixed with what a deploy writes down meanwhile.
async function planned(
  { root, name, resolver }: Pick<ServedDeploysOptions, "root" | "name" | "resolver">,
  planning: Planning,
  prepare: Prepare,
): Promise<DeployPlan> {
  const { openWorkspace } = await import("../deploy/workspace.ts");
  const network = resolver === undefined ? {} : { resolver };
  await using workspace = await openWorkspace({ root, name, ...planning, ...network });
  return await prepare(workspace, await workspace.store.snapshot());
}

function asked(
  order: Pick<DeployOrder, "plan" | "of" | "mode" | "command" | "by">,
  may: Pick<DeployOrder, "mayRetry" | "mayDeleteData">,
): DeployOrder {
  return { ...order, ...may, keepFiles: false };
}

function outcomeOf({ status, version, results }: DeployOutcome): DeployOutcome {
  return { status, version, results };
}

// The same declaration may take other steps by now: whoever agrees to a plan has seen its steps.
function hashOfAll({ hash, changes }: DeployPlan): string {
  return sha256(canonicalJson({ hash, changes: changes.map(shownOf) }));
}

function shownOf({ resource, action, renamedFrom, isLookedAt, fields, wanted }: Change): unknown {
  const steps = fields.map(({ field, from, to }) => ({ field, from, to }));
  const specHash = wanted === null ? null : wanted.specHash;
  return { resource, action, renamedFrom, isLookedAt, steps, specHash };
}

function otherPlan(): DeployError {
  return new DeployError("another plan was agreed to than is there now", {
    code: "plan-stale",
    hint: "plan again",
  });
}

function ignore(): void {
  // Nobody follows it.
}
