import type { WatchControl } from "../../model/control.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { ResourceStatus } from "../../model/control.ts";
import { textOfPlan } from "../deploy/saved-plan.ts";
import { findAddress } from "./address.ts";
import * as answers from "./answers.ts";
import type { CarryOutOrder } from "./deploy-order.ts";
import { LIMIT_LINE_BYTES } from "./limits.ts";
import { ControlEndedError, openLink, type ControlLink } from "./link.ts";

/** A running `clockwork up`, as others reach it. */
export interface ControlClient extends WatchControl, AsyncDisposable {
  /** Carries out a plan that somebody agreed to. Aborted, it is interrupted as it would be here, and tells how far it came. */
  readonly deploy: CarryOutOrder;
  /**
   * Loads the project anew.
   *
   * @returns What became of it, in one sentence.
   */
  readonly reload: () => Promise<string>;
  /** Asks it to end; it may not have ended yet when this returns. */
  readonly stop: () => Promise<void>;
}

/**
 * Connects to the `clockwork up` that watches a project.
 *
 * @param folder - The absolute path of the project's folder that is ours, `.clockwork`.
 * @returns What it can be asked, to be disposed; null when none runs.
 * @throws {@link DeployError} When it does not answer, or is of another version.
 */
export async function connectControl(folder: string): Promise<ControlClient | null> {
  const address = await findAddress(folder);
  const link = address === null ? null : await openLink(address);
  return link === null ? null : clientOf(link);
}

function clientOf(link: ControlLink): ControlClient {
  return {
    ...watching(link),
    deploy: (order, options) => deployOver(link, order, options),
    reload: async () => answers.expected(await link.ask({ request: "reload" }), answers.isText),
    stop: async () => {
      await link.ask({ request: "stop" });
    },
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  };
}

function watching(link: ControlLink): WatchControl {
  const { expected } = answers;
  return {
    status: async () => {
      const resources: ResourceStatus[] = [];
      const onPart = (part: unknown): void => {
        resources.push(...expected(part, answers.listOf(answers.isResourceStatus)));
      };
      const told = await link.ask({ request: "status" }, { onPart });
      return { ...expected(told, answers.isProjectStatus), resources };
    },
    explain: async (resource) =>
      expected(await link.ask({ request: "explain", resource }), answers.isExplanation),
    checkNow: async (resource) =>
      expected(await link.ask({ request: "checkNow", resource }), answers.isCheckedNow),
    repair: async (resource, { by }) =>
      expected(
        await link.ask({ request: "repair", resource, by }),
        answers.orNull(answers.isRepairAttempt),
      ),
    hold: async ({ kind, resource, forMs, by, comment }) =>
      expected(
        await link.ask({ request: "hold", kind, resource, forMs, by, comment }),
        answers.isHold,
      ),
    release: async ({ kinds, resource, by }) =>
      expected(
        await link.ask({ request: "release", kinds, resource, by }),
        answers.listOf(answers.isHold),
      ),
    acknowledge: async ({ resource, by, comment }) =>
      expected(
        await link.ask({ request: "acknowledge", resource, by, comment }),
        answers.listOf(answers.isIncident),
      ),
    follow: async ({ after, signal }, onEvent) => {
      const tell = (event: unknown): void => {
        if (answers.isWatchEvent(event)) onEvent(event);
      };
      try {
        await link.ask({ request: "follow", after }, { signal, onEvent: tell });
      } catch (error) {
        // Whoever watched has stopped, or nobody wants to know any more.
        if (!(error instanceof ControlEndedError) && !signal.aborted) throw error;
      }
    },
  };
}

async function deployOver(
  link: ControlLink,
  { plan, of, mode, command, by, mayRetry, mayDeleteData, keepFiles }: Parameters<CarryOutOrder>[0],
  { signal, onEvent }: Parameters<CarryOutOrder>[1],
): ReturnType<CarryOutOrder> {
  const text = textOfPlan(plan);
  const sizeBytes = Buffer.byteLength(JSON.stringify(text));
  // What stands around it is small.
  if (sizeBytes > LIMIT_LINE_BYTES - 64 * 1024) {
    const size = `${(sizeBytes / 1024 / 1024).toFixed(0)} MiB`;
    throw new DeployError(`the plan takes ${size} with its files: clockwork up takes 64 MiB`, {
      hint: "stop clockwork up, run this command, and start it again",
    });
  }
  const order = { plan: text, of, mode, command, by, mayRetry, mayDeleteData, keepFiles };
  const tell = (event: unknown): void => {
    if (answers.isDeployEvent(event)) onEvent(event);
  };
  const asked = { request: "deploy", ...order } as const;
  // What was interrupted has an outcome, too.
  const result = await link.ask(asked, { signal, isAwaited: true, onEvent: tell });
  return { ...answers.expected(result, answers.isCarriedOut), plan };
}
