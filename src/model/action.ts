import { reportProblems } from "./collector.ts";
import { DeployError } from "./deploy-errors.ts";
import { isPlainObject, type JsonObject } from "./json.ts";
import { integer } from "./option-types.ts";
import {
  InvalidOption,
  readOptions,
  readValues,
  type Fields,
  type OptionArguments,
  type OptionProblem,
  type OptionsOf,
  type ValuesOf,
} from "./options.ts";
import type { Target } from "./target.ts";

/** An action as data: one step of a ladder, or what a task does. */
export type PlannedAction = JsonObject & {
  /** Its kind: `run-command`. */
  readonly action: string;
  readonly parameters: JsonObject;
  /** How often it may be tried before the next step of the ladder. */
  readonly attempts: number;
};

/** What can be done with a resource by the way in which it was deployed. Each tells in a few words what was done. */
export interface Remaking {
  /**
   * Makes it as it was deployed: creates what is missing, changes what drifted, starts what should run.
   *
   * @throws {@link DeployError} When it cannot be done; nothing is left half done.
   */
  readonly reconcile: () => Promise<string>;
  /** Ends it and starts it again, as the same thing. */
  readonly restart: () => Promise<string>;
  /** Replaces it by a new one; the old one goes once the new one has proven itself. Refused where people would lose data. */
  readonly recreate: () => Promise<string>;
  /** Brings back its previous specification, where the version that changed it is young. */
  readonly revert: () => Promise<string>;
}

/** Where an action is carried out. */
export interface ActionScope {
  readonly resource: string;
  readonly target: Target;
  /** What was seen that made it necessary, in one line. */
  readonly reason: string;
  readonly signal: AbortSignal;
  /** Null where nothing was deployed: services of a file, tasks. */
  readonly remaking: Remaking | null;
}

/** One kind of action: everything about it, in one place. */
export interface ActionDefinition<F extends Fields, World> {
  /** In kebab case, as its file is called: `run-command`. */
  readonly kind: string;
  /** The class's name: `RunCommandAction`. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly fields: F;
  /** How often it may be tried in one ladder unless its declaration says otherwise; 2 by default. */
  readonly attempts?: number;
  /** How long it may take at most, in seconds; 60 by default. One with a `timeout` among its options keeps that itself. */
  readonly timeoutSeconds?: number;
  /** Options that hold a secret. A task may hold the secret itself; a project, which is written down, only says where it is. */
  readonly secrets?: readonly (keyof F & string)[];
  /**
   * Finds what contradicts itself among options that are fine each by itself.
   *
   * @throws {@link InvalidOption} When something does.
   */
  readonly check?: (parameters: ValuesOf<F>) => void;
  /**
   * Carries it out. It may be called again after we were killed meanwhile.
   *
   * @returns What was done, in a few words, without secrets: `program api restarted`.
   * @throws {@link DeployError} When it could not be done; {@link ObservationError} when we could not even try.
   */
  readonly run: (parameters: ValuesOf<F>, world: World, scope: ActionScope) => Promise<string>;
  /** Options for tests and documentation. */
  readonly sample: OptionsOf<F>;
}

/** One kind of action, as those see it who treat all kinds alike. */
export interface ActionKind<World> {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
  readonly fields: Fields;
  readonly attempts: number;
  readonly timeoutSeconds: number;
  readonly secrets: readonly string[];
  /**
   * Finds what contradicts itself among options that were read.
   *
   * @throws {@link InvalidOption} When something does.
   */
  readonly check: (parameters: JsonObject) => void;
  readonly run: (parameters: JsonObject, world: World, scope: ActionScope) => Promise<string>;
  readonly sample: JsonObject;
}

/** How often an action may be tried. */
export const ATTEMPTS = integer(1, 100);

/** Options of every action. */
const COMMON = {
  attempts: ATTEMPTS.optional("How often it is tried before the next step of the ladder."),
} satisfies Fields;

const COMMON_NAMES = Object.keys(COMMON);

type Common = typeof COMMON;

/** The class of a kind of action. */
export interface ActionClass<F extends Fields, World> {
  new (...args: OptionArguments<F & Common>): Action;
  /** Everything about this kind. */
  readonly kind: ActionKind<World>;
}

/** One repair that may be tried. */
export class Action {
  /** Null when its options are wrong; the problems were reported. */
  readonly planned: PlannedAction | null;

  /**
   * Declares an action.
   *
   * @param kind - Which kind it is, and what its options are.
   * @param options - What the person wrote.
   */
  constructor(kind: ActionKind<never>, options: unknown) {
    const { planned, problems } = planAction(kind, options);
    const all = [...problems, ...secretsIn(kind, planned)];
    if (all.length > 0) reportProblems(kind.name, all);
    this.planned = all.length > 0 ? null : planned;
  }
}

/** What is read of an action: data, or everything that is wrong with its options. */
export type ActionReading =
  | { readonly planned: PlannedAction; readonly problems: readonly [] }
  | { readonly planned: null; readonly problems: readonly OptionProblem[] };

/**
 * Reads an action from its options, wherever they stand: in a project, in a file of tasks.
 *
 * @param kind - Which kind it is.
 * @param options - What a person, or a file, says.
 * @returns The action as data, or at least one problem.
 */
export function planAction(
  kind: Pick<ActionKind<never>, "kind" | "fields" | "attempts" | "check">,
  options: unknown,
): ActionReading {
  const { attempts, ...own } = isPlainObject(options) ? options : { attempts: undefined };
  const parameters = readOptions(kind.fields, isPlainObject(options) ? own : options, COMMON_NAMES);
  const common = readOptions(COMMON, { attempts });
  if (parameters.values === null || common.values === null) {
    return { planned: null, problems: [...parameters.problems, ...common.problems] };
  }
  const contradiction = contradictionIn(kind, parameters.values);
  if (contradiction !== null) return { planned: null, problems: [contradiction] };
  const planned = {
    action: kind.kind,
    parameters: parameters.values,
    attempts: common.values.attempts ?? kind.attempts,
  };
  return { planned, problems: [] };
}

function contradictionIn(
  kind: Pick<ActionKind<never>, "check">,
  values: JsonObject,
): OptionProblem | null {
  try {
    kind.check(values);
    return null;
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    const { code, property, message, hint } = error;
    return { code, property, message, hint };
  }
}

// A project is kept with its state, where no secret may stand.
function secretsIn(
  { secrets }: Pick<ActionKind<never>, "secrets">,
  planned: PlannedAction | null,
): readonly OptionProblem[] {
  const isWritten = (name: string): boolean => typeof planned?.parameters[name] === "string";
  return secrets.filter(isWritten).map((property) => ({
    code: "option-invalid",
    property,
    message: 'must be secret.env("NAME") or secret.file("path"), never the secret itself',
    hint: null,
  }));
}

/**
 * Makes the class of a kind of action: `export class XAction extends action({ … }) {}`.
 *
 * @param definition - Everything about the kind.
 * @returns The class to extend.
 */
export function action<const F extends Fields, World>(
  definition: ActionDefinition<F, World>,
): ActionClass<F, World> {
  const kind = actionKind(definition);
  return class extends Action {
    static readonly kind = kind;

    constructor(...args: OptionArguments<F & Common>) {
      super(kind, args[0] ?? {});
    }
  };
}

/**
 * The options that every action has.
 *
 * @returns Them, by name.
 */
export function commonActionFields(): Fields {
  return COMMON;
}

const DEFAULT_ATTEMPTS = 2;
const DEFAULT_TIMEOUT_SECONDS = 60;

function actionKind<F extends Fields, World>({
  fields,
  run,
  check,
  sample,
  attempts = DEFAULT_ATTEMPTS,
  timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
  secrets = [],
  ...named
}: ActionDefinition<F, World>): ActionKind<World> {
  return {
    kind: named.kind,
    name: named.name,
    summary: named.summary,
    fields,
    attempts,
    timeoutSeconds,
    secrets,
    check: (parameters) => check?.(readValues(fields, parameters)),
    run: async (parameters, world, scope) => {
      const values = readValues(fields, parameters);
      refuseContradiction(check, values);
      return await run(values, world, scope);
    },
    // Read when somebody asks, as nothing but documentation and tests does.
    get sample(): JsonObject {
      return readValues(fields, sample);
    },
  };
}

// Whoever reads a file of tasks may not have asked.
function refuseContradiction<V>(check: ((values: V) => void) | undefined, values: V): void {
  try {
    check?.(values);
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    throw new DeployError(error.message, { hint: error.hint, cause: error });
  }
}
