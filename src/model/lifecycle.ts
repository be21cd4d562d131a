import type { JsonObject } from "./json.ts";
import type { Marks } from "./marks.ts";
import type { Fields, OptionProblem, ValuesOf } from "./options.ts";

/** One thing that should be, for those who make it so. */
export interface Subject<Parameters extends JsonObject = JsonObject> {
  /** The name of the resource. */
  readonly resource: string;
  /** Its options, as read. */
  readonly parameters: Parameters;
  /** What `resolve` added to them. */
  readonly resolved: JsonObject;
  /** What it carries, or is to carry. */
  readonly marks: Marks;
  /** How the world knows it, as `create` or `update` told; null before it was made. */
  readonly physical: JsonObject | null;
}

/** One field that is not as it should be. No secret is in it: a value that may be one is shown as `***`. */
export interface Difference {
  /** Such as `image`, `envVars.PORT`, `content`. */
  readonly field: string;
  /** How it is, in a few words; null when it is not set. */
  readonly live: string | null;
  /** How it should be, in a few words; null when it should not be set. */
  readonly wanted: string | null;
}

/** How far something has come that runs. */
export type Progress = "static" | "starting" | "running" | "stopped" | "completed" | "failed";

/** What stands in the place of a resource. */
export interface Live {
  /** Null when it carries none: somebody else made it. */
  readonly marks: Marks | null;
  /** How the world knows it: an id, a process id with its start. Plain data, written to the state. */
  readonly physical: JsonObject;
  /** False when its creation was begun and has not come to its end: `create` drives it on. */
  readonly isComplete: boolean;
  /** `static` for what does not run; `completed` when it ran and ended with success. */
  readonly progress: Progress;
  /** Against the subject that was asked for; empty when it is as it should be. */
  readonly differences: readonly Difference[];
  /** What it is, in a few words: `container 3f2a9c, nginx:alpine, exited with 137`. */
  readonly description: string;
}

/** What those who make things so get from the engine. */
export interface LifecycleScope {
  /** The folder of the project, absolute and without links. */
  readonly root: string;
  readonly signal: AbortSignal;
  /**
   * Keeps content with the state, so that a later version can bring it back.
   *
   * @returns Its SHA-256, in lower-case hexadecimal, under which {@link LifecycleScope.content} finds it.
   */
  readonly keep: (bytes: Uint8Array) => string;
  /** Brings back what was kept; rejects when it never was. */
  readonly content: (sha256: string) => Promise<Uint8Array>;
  /**
   * Tells how far it has come, in a few words. To be called between two effects: `container made, not started yet`. It is a
   * point at which tests kill the process.
   */
  readonly note: (text: string) => void;
  /** Whether what people keep in it may be lost with it: volumes, files in a directory. */
  readonly mayDeleteData: boolean;
}

/**
 * How a kind of resource is made, kept and taken away. Every function reads the live state first and may be called again at
 * any time: the process may have been killed anywhere in between.
 */
export interface LifecycleDefinition<F extends Fields, World> {
  /** So long its assertions may take to hold after it was made or changed, in seconds. */
  readonly settleSeconds: number;
  /** True for files and folders, which `destroy --keep-files` leaves where they are. */
  readonly isFiles?: boolean;
  /** The options whose change needs a new one; all others are changed in place. */
  readonly replacing: readonly (keyof F & string)[];
  /** False when these options only say what to look at; true by default. */
  readonly isManaged?: (parameters: ValuesOf<F>) => boolean;
  /**
   * What of the world it takes for itself: `container:docker:web`, `port:tcp:0.0.0.0:8080`, `path:/etc/motd`. The first is
   * what it is: when that changes, it is another thing. No two resources may take the same. Paths are those in `root`, the
   * project's folder.
   */
  readonly claims: (parameters: ValuesOf<F>, name: string, root: string) => readonly string[];
  /**
   * Looks up what the options only refer to: the content of a source file, the commit of a branch. Plain data without secrets.
   *
   * @throws {@link InvalidOption} When something that they refer to is not there.
   * @throws {@link ObservationError} When we could not look.
   */
  readonly resolve?: (
    parameters: ValuesOf<F>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<JsonObject>;
  /**
   * Finds what would go wrong, before anything is touched: an image that does not exist, a port that somebody else has, a path
   * outside of the project. Called for what is to be created, updated or replaced; `live` is what stands there now, null when
   * nothing does.
   *
   * @returns Problems, `property` being an option.
   */
  readonly verify?: (
    subject: Subject<ValuesOf<F>>,
    live: Live | null,
    world: World,
    scope: LifecycleScope,
  ) => Promise<readonly OptionProblem[]>;
  /**
   * Looks at what stands in its place: the very thing with these marks (project, instance, generation), wherever it is now, such as under
   * another name while it is set aside; otherwise whatever has its place, ours or not.
   *
   * @returns Null when nothing does.
   * @throws {@link ObservationError} When we could not look.
   */
  readonly read: (
    subject: Subject<ValuesOf<F>>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<Live | null>;
  /**
   * Makes it, with its marks; what it began before with the same marks, it drives on. It never takes the place of something
   * that is not ours.
   *
   * @returns How the world knows it.
   * @throws {@link DeployError} When it cannot be made, or something else stands there.
   */
  readonly create: (
    subject: Subject<ValuesOf<F>>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<JsonObject>;
  /**
   * Makes what is there as it should be, marks included. Also starts what should run and does not. When it is called for
   * something that carries no marks, its owner has agreed to give it away (`adopt`).
   *
   * @returns How the world knows it now.
   * @throws {@link DeployError} When that fails.
   */
  readonly update: (
    subject: Subject<ValuesOf<F>>,
    live: Live,
    world: World,
    scope: LifecycleScope,
  ) => Promise<JsonObject>;
  /**
   * Takes it away, wherever it is now, and its marks; what does not carry its marks is left alone. It is done when the thing is gone.
   *
   * @throws {@link DeployError} When it cannot be removed, or people would lose data with it.
   */
  readonly remove: (
    subject: Subject<ValuesOf<F>>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<void>;
  /**
   * Tells what people would lose with it, in a few words: `3 entries that are not ours`.
   *
   * @returns Null when nothing would be lost.
   */
  readonly data?: (
    subject: Subject<ValuesOf<F>>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<string | null>;
  /**
   * Makes room for its replacement without giving it up: another name, stopped where the replacement needs what it holds.
   * Needed where a replacement takes a claim that the old one holds.
   */
  readonly setAside?: (
    subject: Subject<ValuesOf<F>>,
    replacement: Subject<ValuesOf<F>>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<void>;
  /** Undoes `setAside`: it is in its place again, and runs if it should. Does nothing when it is there already. */
  readonly bringBack?: (
    subject: Subject<ValuesOf<F>>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<void>;
  /**
   * Keeps how it is now, where that is not what the recorded options say: the content of a file that is adopted, or was changed
   * by hand.
   *
   * @returns Plain data that `restore` understands, large content by {@link LifecycleScope.keep}.
   */
  readonly capture?: (
    subject: Subject<ValuesOf<F>>,
    live: Live,
    world: World,
    scope: LifecycleScope,
  ) => Promise<JsonObject>;
  /** Makes it again as it was captured. */
  readonly restore?: (
    subject: Subject<ValuesOf<F>>,
    captured: JsonObject,
    world: World,
    scope: LifecycleScope,
  ) => Promise<void>;
  /**
   * Ends what runs and starts it again, as the same thing with the same marks: for what hangs. Left out by what does not run.
   *
   * @returns How the world knows it now.
   * @throws {@link DeployError} When that fails.
   */
  readonly restart?: (
    subject: Subject<ValuesOf<F>>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<JsonObject>;
  /**
   * Does what has to be done now and then for as long as it is there: keeps its log from growing. Called about once a minute
   * while it is watched.
   */
  readonly tend?: (
    subject: Subject<ValuesOf<F>>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<void>;
  /**
   * Finds out why it does not work, for people: exit code, out of memory, the last lines of its log. Without secrets.
   *
   * @returns Lines; none when there is nothing to tell. At most 30.
   */
  readonly diagnose?: (
    subject: Subject<ValuesOf<F>>,
    world: World,
    scope: LifecycleScope,
  ) => Promise<readonly string[]>;
  /**
   * Finds everything of this kind that carries the marks of a project, for when the state is lost.
   *
   * @param project - The project's UUID.
   * @returns Marks, with how the world knows each.
   */
  readonly list?: (
    project: string,
    world: World,
    scope: LifecycleScope,
  ) => Promise<readonly { readonly marks: Marks; readonly physical: JsonObject }[]>;
}

/** The life of a kind of resource, as those see it who treat all kinds alike. */
export type Lifecycle<World> = Required<
  Pick<
    LifecycleDefinition<Fields, World>,
    | "settleSeconds"
    | "isFiles"
    | "replacing"
    | "isManaged"
    | "claims"
    | "read"
    | "create"
    | "update"
    | "remove"
  >
> & {
  readonly [
    K in
      | "resolve"
      | "verify"
      | "data"
      | "setAside"
      | "bringBack"
      | "capture"
      | "restore"
      | "restart"
      | "tend"
      | "diagnose"
      | "list"
  ]: NonNullable<LifecycleDefinition<Fields, World>[K]> | null;
};
