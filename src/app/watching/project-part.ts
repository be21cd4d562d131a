import type { DeployEvent } from "../../model/deploy-event.ts";
import type { WatchSnapshot } from "../../ports/watch-store.ts";
import type { ApplyOutcome } from "../deploy/deployment.ts";
import type { Declared } from "../deploy/prepare.ts";
import { preparingApply } from "../deploy/prepare.ts";
import type { Workspace } from "../deploy/workspace.ts";
import { declaredIn } from "../project/declared-in.ts";
import type { ProjectHost } from "./project-host.ts";
import { dividePlan, preparingNow } from "./settle.ts";

/** What a declared project takes. */
export interface ProjectPartOptions {
  /** The absolute path of its `main.ts`. */
  readonly main: string;
  readonly workspace: Workspace;
  readonly host: ProjectHost;
  readonly isAutoApproved: boolean;
  readonly signal: AbortSignal;
  /** Gets what the project prints while it is loaded. */
  readonly onOutput: (text: string) => void;
  readonly onDeployEvent: (event: DeployEvent) => void;
}

/** What became of a load. */
export interface Settled {
  /** Null when there was nothing that could be done without asking. */
  readonly outcome: ApplyOutcome | null;
  /** What waits for somebody to agree to it, one line each. */
  readonly pending: readonly string[];
}

/** What a `main.ts` declares, and how far that is so. */
export class ProjectPart {
  readonly #options: ProjectPartOptions;
  #declared: Declared | null = null;

  /**
   * Loads nothing yet.
   *
   * @param options - Where it is, and who carries it out.
   */
  constructor(options: ProjectPartOptions) {
    this.#options = options;
  }

  /**
   * The absolute paths of the files it was loaded from.
   *
   * @returns Its `main.ts` alone before it was loaded.
   */
  get files(): readonly string[] {
    const { workspace, main } = this.#options;
    return this.#declared?.files.map((file) => `${workspace.root}/${file}`) ?? [main];
  }

  /**
   * Loads it.
   *
   * @returns Takes it over from then on.
   * @throws {@link ConfigurationError} With everything that is wrong with it.
   */
  async load(): Promise<() => void> {
    const { main, workspace, signal, onOutput } = this.#options;
    const declared = await declaredIn(main, workspace.name, { signal, onOutput });
    return () => {
      this.#declared = declared;
    };
  }

  /**
   * Carries out what may be done without asking.
   *
   * @param isApplying - False to find out only what would wait.
   * @returns What became of it.
   * @throws {@link ConfigurationError} With everything that can be known to go wrong.
   * @throws {@link DeployError} When it could not be completed.
   */
  async settle(isApplying: boolean): Promise<Settled> {
    const declared = this.#declared;
    if (declared === null) return { outcome: null, pending: [] };
    const { workspace, host, isAutoApproved, onDeployEvent } = this.#options;
    const aside = setAside(await workspace.store.watching());
    const consent = { isApplying, isAutoApproved, setAside: aside };
    const whole = await preparingApply(declared, {})(workspace, await workspace.store.snapshot());
    const { now, pending } = dividePlan(whole, consent);
    const count = now.changes.filter(({ action }) => action !== "keep").length;
    if (count === 0) return { outcome: null, pending };
    const outcome = await host.deploy(
      { prepare: preparingNow(declared, consent), of: null, mode: "rollback" },
      { command: "clockwork up", onEvent: onDeployEvent },
    );
    return { outcome, pending };
  }
}

function setAside({ states }: WatchSnapshot): ReadonlySet<string> {
  return new Set(
    [...states.values()].flatMap(({ resource, expiredAt }) =>
      expiredAt === null ? [] : [resource],
    ),
  );
}
