import { chmod } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { isMainThread } from "node:worker_threads";
import type { ProjectStatus, WatchControl } from "../../model/control.ts";
import { StateError } from "../../model/deploy-errors.ts";
import type { Clock } from "../../ports/clock.ts";
import { planOfText } from "../deploy/saved-plan.ts";
import { makeAddress } from "./address.ts";
import { serveConnection, type Answer, type Answering } from "./connection.ts";
import type { CarryOutOrder } from "./deploy-order.ts";
import { LIMIT_CONNECTIONS, PROTOCOL, RESOURCES_PER_LINE } from "./limits.ts";
import type { ControlRequest } from "./requests.ts";

/** Who answers what is asked over the socket of a project. */
export interface ServeControlOptions {
  /** The absolute path of the project's folder that is ours, `.clockwork`; its lock must be held. */
  readonly folder: string;
  readonly control: WatchControl;
  readonly deploy: CarryOutOrder;
  /**
   * Loads the project anew.
   *
   * @returns What became of it, in one sentence.
   * @throws {@link ConfigurationError} When it cannot be loaded: nothing has changed then.
   */
  readonly reload: () => Promise<string>;
  /** Asks for an end; it need not wait for it. */
  readonly stop: () => void;
  readonly clock: Pick<Clock, "after">;
}

/**
 * Answers what is asked over the socket of a project, `.clockwork/control.sock`: lines of JSON, for the same user only.
 *
 * @param options - Where it is, and who answers.
 * @returns To be disposed: whoever is connected is cut then, and what they asked for is aborted.
 * @throws {@link StateError} When it cannot be made.
 */
export async function serveControl(options: ServeControlOptions): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const greeting = { protocol: PROTOCOL, pid: process.pid };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveConnection(socket, { clock: options.clock, greeting, answer: answering(options) });
  });
  server.maxConnections = LIMIT_CONNECTIONS;
  try {
    const address = await makeAddress(options.folder);
    await listen(server, address.socket);
    return {
      [Symbol.asyncDispose]: async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        for (const socket of sockets) socket.destroy();
        await closed;
        await address.remove();
      },
    };
  } catch (error) {
    server.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StateError(`the control socket of ${options.folder} cannot be made: ${reason}`, {
      hint: "clockwork up needs a folder on a local file system that it may write to",
    });
  }
}

async function listen(server: Server, path: string): Promise<void> {
  // From its first moment on, nobody else may connect. A thread has no such setting of its own.
  const before = isMainThread ? process.umask(0o177) : null;
  const listening = new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // The socket exists once `listen` has returned.
  if (before !== null) process.umask(before);
  await listening;
  await chmod(path, 0o600);
  // A connection that cannot be accepted is lost to its client alone.
  server.on("error", ignore);
}

function answering({ control, deploy, reload, stop }: ServeControlOptions): Answer {
  return async (asked, context) => {
    if (asked.request === "deploy") return await carryOut(asked, deploy, context);
    if (asked.request === "reload") return await reload();
    if (asked.request === "stop") {
      stop();
      return null;
    }
    return asked.request === "cancel" ? null : await watch(asked, control, context);
  };
}

async function watch(
  asked: Exclude<ControlRequest, { readonly request: "deploy" | "reload" | "stop" | "cancel" }>,
  control: WatchControl,
  context: Answering,
): Promise<unknown> {
  switch (asked.request) {
    case "status":
      return await giveStatus(await control.status(), context);
    case "explain":
      return await control.explain(asked.resource);
    case "checkNow":
      return await control.checkNow(asked.resource);
    case "repair":
      return await control.repair(asked.resource, { by: asked.by });
    case "hold":
      return await control.hold(asked);
    case "release":
      return await control.release(asked);
    case "acknowledge":
      return await control.acknowledge(asked);
    case "follow":
      await control.follow({ after: asked.after, signal: context.signal }, context.tell);
      return null;
  }
}

// A hundred thousand resources are no single line.
async function giveStatus(status: ProjectStatus, { give, signal }: Answering): Promise<unknown> {
  const { resources, ...rest } = status;
  for (let from = 0; from < resources.length && !signal.aborted; from += RESOURCES_PER_LINE) {
    await give(resources.slice(from, from + RESOURCES_PER_LINE));
  }
  return { ...rest, resources: [] };
}

async function carryOut(
  asked: Extract<ControlRequest, { readonly request: "deploy" }>,
  deploy: CarryOutOrder,
  { signal, tell }: Answering,
): Promise<unknown> {
  const { of, mode, command, by, mayRetry, mayDeleteData, keepFiles } = asked;
  const plan = planOfText("the plan that was handed over", asked.plan);
  const order = { plan, of, mode, command, by, mayRetry, mayDeleteData, keepFiles };
  const outcome = await deploy(order, { signal, onEvent: tell });
  // Whoever asked has the plan.
  return { ...outcome, plan: null };
}

function ignore(): void {
  // Nobody is there to be told.
}
