import { activeCollector, reportProblems } from "./collector.ts";
import { isPlainObject, type JsonObject } from "./json.ts";
import { duration, oneOf, resourceReference, text } from "./option-types.ts";
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
import type { Severity } from "./severity.ts";
import type { SourceLocation } from "./source-location.ts";
import type { Target } from "./target.ts";
import { singleLine } from "./text.ts";
import type { Verdict } from "./verdict.ts";
import { quoted } from "./wording.ts";

/** What was made of one observation. */
export interface Judgement {
  readonly verdict: Exclude<Verdict, "skipped">;
  /** What should have been seen, in a few words: `200`. */
  readonly expected: string;
  /** What was seen, in a few words: `503 Service Unavailable`. */
  readonly actual: string;
  /** More that helps, such as a stack or the last lines of a log; at most 4 KiB are shown. */
  readonly details?: string;
  /** Numbers that were seen, by name with their unit last, such as `responseTimeMs`. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** A milder severity than the declared one, for what itself tells warnings from failures. */
  readonly severity?: "warn";
}

/** What an assertion may draw on when its resource is put together. */
export interface Binding {
  /** What its resource is. */
  readonly target: Target;
  /** All assertions of the resource, itself included. */
  readonly siblings: readonly { readonly kind: string; readonly parameters: JsonObject }[];
  /** What the resources are that it names, by name, as far as that is known. */
  readonly related?: Readonly<Record<string, Target>>;
}

/** Where and how an assertion is carried out. */
export interface CheckScope {
  readonly target: Target;
  /** What the resources are that it names, by name. */
  readonly related: Readonly<Record<string, Target>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** An observation with what should be made of it: for tests, documentation and simulation. */
export interface Sample<F extends Fields, Observation> {
  readonly options: OptionsOf<F>;
  readonly observation: Observation;
  readonly verdict: Exclude<Verdict, "skipped">;
}

/** The parts of a world that are loaded when they are first asked for. */
export type PartOf<World> = {
  [K in keyof World]: World[K] extends () => Promise<unknown> ? K : never;
}[keyof World];

/** Checks that share what only few can use at once: they wait for one another before their time begins. */
export interface Lane {
  /** Equal for those that share. */
  readonly name: string;
  /** 1 or more. */
  readonly atOnce: number;
}

/** One kind of assertion: everything about it, in one place. */
export interface AssertionDefinition<F extends Fields, Observation, World> {
  /** In kebab case, as its file is called: `port-accessible`. */
  readonly kind: string;
  /** The class's name: `PortAccessibleAssert`. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** The parts of the world that `probe` asks for: they are loaded before any check's time begins. */
  readonly uses: readonly PartOf<World>[];
  readonly fields: F;
  /** Whom it shares what with that few can use at once; nobody by default. */
  readonly lane?: (parameters: ValuesOf<F>) => Lane;
  /** How long one look may take unless its declaration says otherwise, in seconds; 5 by default. */
  readonly timeoutSeconds?: number;
  /** Whose failure it is when it takes longer: the target's, by default, or our own tool's. */
  readonly blameForTimeout?: "target" | "ourselves";
  /**
   * Fills in what its resource knows: the container, the URL, the connection.
   *
   * @returns The options to add.
   * @throws {@link InvalidOption} When something is missing that only the resource could have known, or options contradict one
   *   another.
   */
  readonly bind?: (parameters: ValuesOf<F>, binding: Binding) => Partial<OptionsOf<F>>;
  /** What must be true, in words: `127.0.0.1:8080 accepts TCP connections`. */
  readonly claim: (parameters: ValuesOf<F>) => string;
  /** What is looked at, for a column: `127.0.0.1:8080`. */
  readonly subject: (parameters: ValuesOf<F>) => string;
  /**
   * Looks. An answer of the target, whatever it is, is an observation.
   *
   * @throws {@link ObservationError} When we could not look; {@link TransportError} likewise when it blames ourselves,
   *   otherwise it means that the target gave no answer.
   */
  readonly probe: (
    parameters: ValuesOf<F>,
    world: World,
    scope: CheckScope,
  ) => Promise<Observation>;
  /** Judges what was seen. Pure. */
  readonly judge: (observation: Observation, parameters: ValuesOf<F>) => Judgement;
  /** At least one that passes and one that fails. */
  readonly samples: readonly Sample<F, Observation>[];
}

/** One kind of assertion, as those see it who treat all kinds alike. */
export interface AssertionKind<World> {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
  readonly uses: readonly PartOf<World>[];
  readonly fields: Fields;
  /** Null for a kind that shares nothing. */
  readonly lane: (parameters: JsonObject) => Lane | null;
  readonly timeoutSeconds: number;
  readonly blameForTimeout: "target" | "ourselves";
  /**
   * Completes parameters with what the resource knows.
   *
   * @throws {@link InvalidOption} When they cannot be completed.
   */
  readonly bind: (parameters: JsonObject, binding: Binding) => JsonObject;
  readonly claim: (parameters: JsonObject) => string;
  readonly subject: (parameters: JsonObject) => string;
  /** Looks and judges; rejects as the definition's `probe` does. */
  readonly check: (parameters: JsonObject, world: World, scope: CheckScope) => Promise<Judgement>;
  /** Judges all samples. */
  readonly samples: () => readonly {
    readonly expected: Verdict;
    readonly judgement: Judgement;
    readonly claim: string;
    readonly subject: string;
  }[];
}

/** Options of every assertion. */
const COMMON = {
  timeout: duration().optional("How long one look may take."),
  severity: oneOf(["fail", "warn"]).or(
    "fail",
    "What it means when the claim does not hold: `warn` makes its resource degraded, never unhealthy.",
  ),
  description: text({ most: 1_000 }).optional("Why this must be true, for those who read of it."),
  resource: resourceReference().optional(
    "Which resource it belongs to, when it does not stand in the `assertions` of one.",
  ),
} satisfies Fields;

type Common = typeof COMMON;

const NOTHING_COMMON: ValuesOf<Common> = readValues(COMMON, {});

/** The class of a kind of assertion. */
export interface AssertionClass<F extends Fields, World> {
  new (...args: OptionArguments<F & Common>): Assertion;
  /** Everything about this kind. */
  readonly kind: AssertionKind<World>;
}

const DEFAULT_TIMEOUT_SECONDS = 5;

/** So many characters of a claim or a subject are shown. */
const LIMIT_WORDS = 300;

/** One typed claim about a resource. */
export class Assertion {
  readonly kind: string;
  /** Null when its options are wrong; the problems were reported. */
  readonly parameters: JsonObject | null;
  readonly severity: Severity;
  /** In seconds; null for the kind's own. */
  readonly timeoutSeconds: number | null;
  readonly description: string | null;
  /** The resource that it names itself, first of all with `resource`; null when it can only stand in the list of one. */
  readonly owner: string | null;
  readonly declaredAt: SourceLocation | null;

  /**
   * Declares a claim.
   *
   * @param kind - Which kind it is, and what its options are.
   * @param options - What the person wrote.
   */
  constructor(kind: Pick<AssertionKind<never>, "kind" | "name" | "fields">, options: unknown) {
    const collector = activeCollector();
    const { own, common } = splitOptions(options);
    const parameters = readOptions(kind.fields, own, Object.keys(COMMON));
    const rest = readOptions(COMMON, common);
    const { severity, timeout, description, resource } = rest.values ?? NOTHING_COMMON;
    const first = firstReference(kind.fields, parameters.values);
    const stray = resource !== null && first !== null && resource !== first;
    const problems = [
      ...parameters.problems,
      ...rest.problems,
      ...(stray ? [strayProblem(first, resource)] : []),
    ];
    if (problems.length > 0) reportProblems(kind.name, problems);
    this.kind = kind.kind;
    this.declaredAt = collector?.locate() ?? null;
    this.parameters = parameters.values;
    this.severity = severity;
    this.timeoutSeconds = timeout;
    this.description = description;
    this.owner = resource ?? first;
    collector?.addAssertion(this);
  }
}

/**
 * Makes the class of a kind of assertion: `export class XAssert extends assertion({ … }) {}`.
 *
 * @param definition - Everything about the kind.
 * @returns The class to extend.
 */
export function assertion<const F extends Fields, Observation, World>(
  definition: AssertionDefinition<F, Observation, World>,
): AssertionClass<F, World> {
  const kind = assertionKind(definition);
  return class extends Assertion {
    static readonly kind = kind;

    constructor(...args: OptionArguments<F & Common>) {
      super(kind, args[0] ?? {});
    }
  };
}

/**
 * The options that every assertion has.
 *
 * @returns Them, by name.
 */
export function commonAssertionFields(): Fields {
  return COMMON;
}

function assertionKind<F extends Fields, Observation, World>(
  definition: AssertionDefinition<F, Observation, World>,
): AssertionKind<World> {
  const { fields, judge, probe, claim, subject, bind } = definition;
  const read = (parameters: JsonObject): ValuesOf<F> => readValues(fields, parameters);
  return {
    kind: definition.kind,
    name: definition.name,
    summary: definition.summary,
    uses: definition.uses,
    fields,
    lane: (parameters) => definition.lane?.(read(parameters)) ?? null,
    timeoutSeconds: definition.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    blameForTimeout: definition.blameForTimeout ?? "target",
    bind: (parameters, binding) =>
      bind === undefined
        ? parameters
        : read({ ...parameters, ...readPartial(fields, bind(read(parameters), binding)) }),
    claim: (parameters) => oneLine(claim(read(parameters))),
    subject: (parameters) => oneLine(subject(read(parameters))),
    check: async (parameters, world, scope) => {
      const values = read(parameters);
      return judge(await probe(values, world, scope), values);
    },
    samples: () =>
      definition.samples.map(({ options, observation, verdict }) => {
        const values = readValues(fields, options);
        return {
          expected: verdict,
          judgement: judge(observation, values),
          claim: oneLine(claim(values)),
          subject: oneLine(subject(values)),
        };
      }),
  };
}

// Both may quote what a person wrote, of any length and with any character.
function oneLine(words: string): string {
  const line = singleLine(words);
  return line.length <= LIMIT_WORDS ? line : `${line.slice(0, LIMIT_WORDS - 1)}…`;
}

// What a kind adds is read like what a person wrote, so that a plan holds nothing else.
function readPartial(fields: Fields, added: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(added).map(([name, value]) => {
      const field = fields[name];
      if (field === undefined) throw new InvalidOption(`has no option ${name}`);
      return [name, field.read(value)];
    }),
  );
}

// What is about two resources belongs to the one that it names first.
function firstReference(fields: Fields, parameters: JsonObject | null): string | null {
  const name = Object.keys(fields).find((field) => fields[field]?.isReference === true);
  const value = name === undefined ? null : (parameters?.[name] ?? null);
  return typeof value === "string" ? value : null;
}

function strayProblem(first: string, resource: string): OptionProblem {
  return {
    code: "option-invalid",
    property: "resource",
    message: `must be ${quoted(first)}, to which it belongs: got ${quoted(resource)}`,
    hint: "leave it out",
  };
}

function splitOptions(options: unknown): {
  readonly own: unknown;
  readonly common: Readonly<Record<string, unknown>>;
} {
  if (!isPlainObject(options)) return { own: options, common: {} };
  const entries = Object.entries(options);
  const isCommon = ([name]: [string, unknown]): boolean => Object.hasOwn(COMMON, name);
  return {
    own: Object.fromEntries(entries.filter((entry) => !isCommon(entry))),
    common: Object.fromEntries(entries.filter(isCommon)),
  };
}
