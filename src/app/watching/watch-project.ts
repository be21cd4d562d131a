import { systemClock } from "../../adapters/system/clock.ts";
import { Cancellation } from "../../engine/cancellation.ts";
import { planRunner } from "../../engine/run-plans.ts";
import type { DeployEvent } from "../../model/deploy-event.ts";
import type { Target } from "../../model/target.ts";
import type { Store } from "../../ports/store.ts";
import type { SupervisorAddress } from "../../ports/supervisor.ts";
import { serveControl } from "../control/serve-control.ts";
import { openWorkspace, type Workspace } from "../deploy/workspace.ts";
import { systemHints } from "../hints.ts";
import { catalogKinds } from "../kinds.ts";
import { STATE_FOLDER } from "../project/plan-files.ts";
import { heldStore } from "./held-store.ts";
import { knownRecords } from "./known-records.ts";
import { ProjectHost } from "./project-host.ts";
import type { Settled } from "./project-part.ts";
import type { Source } from "./source.ts";
import { Sources } from "./sources.ts";
import { WatchedProject, type WatchedProjectOptions } from "./watched-project.ts";

/** How a project is watched. */
export interface WatchProjectOptions extends Omit<
  WatchedProjectOptions,
  "name" | "root" | "store"
> {
  /** All of one folder; at least one. */
  readonly sources: readonly Source[];
  /** Ends the opening; what is open is ended by disposing it. */
  readonly signal: AbortSignal;
  readonly resolver?: "dns" | "system";
  /** What others are told who find the project locked: `clockwork up`. */
  readonly command: string;
  /** How long to wait for somebody else who works on the project, in milliseconds. */
  readonly lockTimeoutMs: number;
  /** Whether others can ask it over its socket. */
  readonly isServing: boolean;
  readonly isAutoApproved: boolean;
  /** Of services in files, in seconds; 30 by default. */
  readonly intervalSeconds?: number;
  /** Gets what the project prints while it is loaded. */
  readonly onOutput: (text: string) => void;
  readonly onDeployEvent: (event: DeployEvent) => void;
  /** Somebody asks over the socket for an end. */
  readonly onStop: () => void;
  /** Told once its state is open and its lock is held, before anything is deployed; it must not throw. */
  readonly onOpened?: (opened: OpenedProject) => void;
}

/** A project that is about to be watched: what is stored of it can be asked already. */
export interface OpenedProject {
  readonly project: WatchedProject;
  readonly name: string;
  /** The absolute path of its folder. */
  readonly root: string;
  readonly store: Store;
}

/** A project that is being watched. */
export interface OpenWatch extends AsyncDisposable {
  readonly project: WatchedProject;
  readonly name: string;
  /** What became of the first deploy. */
  readonly settled: Settled;
  /** The absolute paths of the files that say what is watched. */
  readonly files: () => readonly string[];
}

/** More looks than files can be open at once would only fail. */
const LOOKS_AT_ONCE = 20_000;

/**
 * Watches a project: takes its lock, loads and deploys what it declares, and keeps it true until it is disposed.
 *
 * @param options - Which project, and how.
 * @returns The project; to be disposed, which leaves everything running that was deployed.
 * @throws {@link ConfigurationError} With everything that is wrong with it.
 * @throws {@link LockHeldError} When somebody else works on it.
 * @throws {@link DeployError} When what is declared could not be made.
 * @throws {@link StateError} When its state cannot be read or written.
 */
export async function watchProject(options: WatchProjectOptions): Promise<OpenWatch> {
  const { sources: files, resolver, isServing, command, lockTimeoutMs, signal } = options;
  const [first] = files;
  if (first === undefined) throw new TypeError("there must be at least one source");
  await using parts = new AsyncDisposableStack();
  const ending = new AbortController();
  const { root, name: folderName } = first;
  const network = resolver === undefined ? {} : { resolver };
  const opened = parts.use(
    await openWorkspace({ root, name: folderName, signal: ending.signal, ...network }),
  );
  const records = knownRecords(opened.store);
  const workspace: Workspace = { ...opened, store: records.store };
  const { name, store } = workspace;
  const lock = parts.use(
    await workspace.lock.acquire({ command, timeoutMs: lockTimeoutMs, signal }),
  );
  const watching = options.isOnlyAsked === true ? heldStore(store, systemClock.now()) : store;
  const project = new WatchedProject({ ...options, name, root, store: watching });
  const abort = (): void => {
    ending.abort(new Error("stopped"));
  };
  signal.addEventListener("abort", abort, { once: true });
  // What ends looks has to be there still when watching ends.
  const context = contextOf(workspace, ending.signal, parts);
  parts.defer(async () => {
    await project.end(abort);
  });
  const supervisorOf = ({ resource }: Target): SupervisorAddress => project.supervisorOf(resource);
  const hints = parts.use(systemHints({ root, world: context.world, supervisorOf }));
  // Making what is declared takes its time, and others want to know meanwhile.
  if (isServing) parts.use(await serve(project, root, options.onStop));
  options.onOpened?.({ project, name, root, store });
  const isDeploying = files.some(({ kind }) => kind === "project");
  const exclude: WatchedProject["exclude"] = (names, by) => project.exclude(names, by);
  const held = { workspace, lock, signal: ending.signal, exclude, onEvent: options.onDeployEvent };
  const host = isDeploying ? await ProjectHost.takeOver(held) : null;
  const shared = {
    ...options,
    workspace,
    recorded: records.find,
    isFailing: (resource: string) => project.isFailing(resource),
    onDeployed: project.deployed,
  };
  const deployed = host === null ? null : { ...shared, host };
  const sources = new Sources({ ...options, context, deployed });
  const settled = await project.begin({ sources, host, hints });
  signal.removeEventListener("abort", abort);
  const owned = parts.move();
  return {
    project,
    name,
    settled,
    files: () => sources.files,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function serve(
  project: WatchedProject,
  root: string,
  stop: () => void,
): ReturnType<typeof serveControl> {
  const { control, deploy } = project;
  const folder = `${root}/${STATE_FOLDER}`;
  const reload = (): Promise<string> => project.reload();
  return serveControl({ folder, control, deploy, reload, stop, clock: systemClock });
}

function contextOf(
  workspace: Workspace,
  signal: AbortSignal,
  parts: AsyncDisposableStack,
): ConstructorParameters<typeof Sources>[0]["context"] {
  const { world } = workspace.context();
  const cancellation = parts.use(new Cancellation(signal));
  const runPlan = planRunner({
    kinds: catalogKinds,
    world,
    cancellation,
    concurrency: LOOKS_AT_ONCE,
  });
  const { name: project, root } = workspace;
  return { project, root, world, clock: systemClock, runPlan, signal };
}
