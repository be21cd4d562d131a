import { Assertion } from "./assertion.ts";
import { activeCollector, reportProblems } from "./collector.ts";
import { isPlainObject, type JsonObject } from "./json.ts";
import type { Lifecycle, LifecycleDefinition, Subject } from "./lifecycle.ts";
import {
  readOptions,
  readValues,
  shownValue,
  type Fields,
  type Flat,
  type OptionProblem,
  type OptionArguments,
  type OptionsOf,
  type ValuesOf,
} from "./options.ts";
import { RESOURCE_FIELDS, type ResourceValues } from "./policy.ts";
import type { SourceLocation } from "./source-location.ts";
import { targetOf, type Target, type TargetParts } from "./target.ts";

/** An assertion that a kind of resource has when none is declared. */
export interface BuiltInAssertion {
  readonly kind: string;
  readonly parameters: JsonObject;
}

/** One kind of resource: everything about it, in one place. */
export interface ResourceDefinition<F extends Fields, World> {
  /** In kebab case, as its file is called: `docker`. */
  readonly kind: string;
  /** The class's name: `DockerResource`. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly fields: F;
  /** How often it is checked unless its declaration says otherwise, in seconds. */
  readonly checkIntervalSeconds: number;
  /**
   * Says what of the world it is.
   *
   * @throws {@link InvalidOption} When options contradict one another.
   */
  readonly target: (parameters: ValuesOf<F>, name: string) => TargetParts;
  /** What must be true of it when nothing is declared; left out where nothing can be. */
  readonly builtIn?: (parameters: ValuesOf<F>, name: string) => readonly BuiltInAssertion[];
  /** True when those that its options name need whatever it needs, as the parts of a unit do; false by default. */
  readonly passesOnDependencies?: boolean;
  /** How it is made, kept and taken away; left out for what is only looked at. */
  readonly lifecycle?: LifecycleDefinition<F, World>;
  /** Options that its documentation and its laws use. */
  readonly sample: OptionsOf<F>;
}

/** One kind of resource, as those see it who treat all kinds alike. */
export interface ResourceKind<World> {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
  readonly fields: Fields;
  readonly checkIntervalSeconds: number;
  readonly hasBuiltIn: boolean;
  readonly target: (parameters: JsonObject, name: string) => Target;
  readonly builtIn: (parameters: JsonObject, name: string) => readonly BuiltInAssertion[];
  readonly passesOnDependencies: boolean;
  /** Null for what is only looked at. */
  readonly lifecycle: Lifecycle<World> | null;
  readonly sample: JsonObject;
}

/** Options of every resource, as people write them. */
export type CommonResourceOptions = OptionsOf<typeof RESOURCE_FIELDS> & {
  /** What must be true of it. */
  readonly assertions?: readonly Assertion[] | undefined;
};

/** The arguments of a resource's constructor. */
type ResourceArguments<F extends Fields> =
  OptionArguments<F> extends [options: OptionsOf<F>]
    ? [options: Flat<OptionsOf<F> & CommonResourceOptions>]
    : [options?: Flat<OptionsOf<F> & CommonResourceOptions>];

/** The class of a kind of resource. */
export interface ResourceClass<F extends Fields, World> {
  new (...args: ResourceArguments<F>): Resource;
  /** Everything about this kind. */
  readonly kind: ResourceKind<World>;
}

/** One thing that should exist, and what must be true of it. */
export class Resource {
  readonly kind: string;
  readonly name: string;
  /** Null when its options are wrong; the problems were reported. */
  readonly parameters: JsonObject | null;
  readonly policy: ResourceValues;
  /** What must be true of it; more may be added until the project is loaded. */
  readonly assertions: Assertion[];
  readonly declaredAt: SourceLocation | null;

  /**
   * Declares a resource.
   *
   * @param kind - Which kind it is, and what its options are.
   * @param options - What the person wrote.
   */
  constructor(kind: Pick<ResourceKind<never>, "kind" | "name" | "fields">, options: unknown) {
    const collector = activeCollector();
    const { own, common, assertions } = splitOptions(options);
    const parameters = readOptions(kind.fields, own, COMMON_NAMES);
    const policy = readOptions(RESOURCE_FIELDS, common);
    const list = readAssertions(assertions);
    const problems = [...parameters.problems, ...policy.problems, ...list.problems];
    if (problems.length > 0) reportProblems(kind.name, problems);
    this.kind = kind.kind;
    this.declaredAt = collector?.locate() ?? null;
    this.parameters = parameters.values;
    this.policy = policy.values ?? DEFAULT_POLICY;
    this.name = nameOf(common["name"], kind.kind);
    this.assertions = list.assertions;
    collector?.addResource(this);
  }
}

/**
 * Makes the class of a kind of resource: `export class XResource extends resource({ … }) {}`.
 *
 * @param definition - Everything about the kind.
 * @returns The class to extend.
 */
export function resource<const F extends Fields, World>(
  definition: ResourceDefinition<F, World>,
): ResourceClass<F, World> {
  const kind = resourceKind(definition);
  return class extends Resource {
    static readonly kind = kind;

    constructor(...args: ResourceArguments<F>) {
      super(kind, args[0] ?? {});
    }
  };
}

const COMMON_NAMES = [...Object.keys(RESOURCE_FIELDS), "assertions"];

const DEFAULT_POLICY: ResourceValues = readValues(RESOURCE_FIELDS, {});

function resourceKind<F extends Fields, World>(
  definition: ResourceDefinition<F, World>,
): ResourceKind<World> {
  const { fields, builtIn } = definition;
  const read = (parameters: JsonObject): ValuesOf<F> => readValues(fields, parameters);
  return {
    kind: definition.kind,
    name: definition.name,
    summary: definition.summary,
    fields,
    checkIntervalSeconds: definition.checkIntervalSeconds,
    hasBuiltIn: builtIn !== undefined,
    target: (parameters, name) =>
      targetOf(name, definition.kind, definition.target(read(parameters), name)),
    builtIn: (parameters, name) => builtIn?.(read(parameters), name) ?? [],
    passesOnDependencies: definition.passesOnDependencies ?? false,
    lifecycle: definition.lifecycle === undefined ? null : lifecycleOf(definition.lifecycle, read),
    // Read when somebody asks, as nothing but documentation and tests does.
    get sample(): JsonObject {
      return readValues(fields, definition.sample);
    },
  };
}

// What was read is read again: those who carry it out know their own options, and only these.
function lifecycleOf<F extends Fields, World>(
  definition: LifecycleDefinition<F, World>,
  read: (parameters: JsonObject) => ValuesOf<F>,
): Lifecycle<World> {
  const own = (subject: Subject): Subject<ValuesOf<F>> => ({
    ...subject,
    parameters: read(subject.parameters),
  });
  const { resolve, setAside } = definition;
  // Of most, the first argument is the subject; all that follow are handed on as they are.
  const onOwn = <Rest extends readonly unknown[], Result>(
    verb: ((subject: Subject<ValuesOf<F>>, ...rest: Rest) => Result) | undefined,
  ): ((subject: Subject, ...rest: Rest) => Result) | null =>
    verb === undefined ? null : (subject, ...rest) => verb(own(subject), ...rest);
  return {
    settleSeconds: definition.settleSeconds,
    isFiles: definition.isFiles ?? false,
    replacing: definition.replacing,
    isManaged: (parameters) => definition.isManaged?.(read(parameters)) ?? true,
    claims: (parameters, name, root) => definition.claims(read(parameters), name, root),
    read: (subject, ...rest) => definition.read(own(subject), ...rest),
    create: (subject, ...rest) => definition.create(own(subject), ...rest),
    update: (subject, ...rest) => definition.update(own(subject), ...rest),
    remove: (subject, ...rest) => definition.remove(own(subject), ...rest),
    resolve: resolve ? (parameters, ...rest) => resolve(read(parameters), ...rest) : null,
    setAside: setAside
      ? (subject, next, ...rest) => setAside(own(subject), own(next), ...rest)
      : null,
    verify: onOwn(definition.verify),
    data: onOwn(definition.data),
    bringBack: onOwn(definition.bringBack),
    capture: onOwn(definition.capture),
    restore: onOwn(definition.restore),
    restart: onOwn(definition.restart),
    tend: onOwn(definition.tend),
    diagnose: onOwn(definition.diagnose),
    list: definition.list ?? null,
  };
}

// Messages name it by what the person wrote, even where that is no valid name.
function nameOf(name: unknown, kind: string): string {
  return typeof name === "string" && name !== "" ? name : kind;
}

function splitOptions(options: unknown): {
  readonly own: unknown;
  readonly common: Readonly<Record<string, unknown>>;
  readonly assertions: unknown;
} {
  if (!isPlainObject(options)) return { own: options, common: {}, assertions: [] };
  const { assertions = [], ...rest } = options;
  const entries = Object.entries(rest);
  const isCommon = ([name]: [string, unknown]): boolean => Object.hasOwn(RESOURCE_FIELDS, name);
  return {
    own: Object.fromEntries(entries.filter((entry) => !isCommon(entry))),
    common: Object.fromEntries(entries.filter(isCommon)),
    assertions,
  };
}

function readAssertions(value: unknown): {
  readonly assertions: Assertion[];
  readonly problems: readonly OptionProblem[];
} {
  const problem = (property: string, got: unknown): OptionProblem => ({
    code: "option-invalid",
    property,
    message: `must be ${property === "assertions" ? "a list of assertions" : "an assertion"}: got ${shownValue(got)}`,
    hint: "import one from clockwork/assertions, such as new HTTPStatusAssert({ … })",
  });
  if (!Array.isArray(value)) return { assertions: [], problems: [problem("assertions", value)] };
  const entries: readonly unknown[] = value;
  return {
    assertions: entries.filter((entry) => entry instanceof Assertion),
    problems: entries.flatMap((entry, index) =>
      entry instanceof Assertion ? [] : [problem(`assertions[${String(index)}]`, entry)],
    ),
  };
}
