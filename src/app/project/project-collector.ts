import { sha256 } from "./sha256.ts";
import { Assertion } from "../../model/assertion.ts";
import type { Collector, DeclaredFunction } from "../../model/collector.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { FunctionReference } from "../../model/function-reference.ts";
import type { DeclaredAssertion, DeclaredResource, InvalidResource } from "../../model/project.ts";
import { shownValue } from "../../model/options.ts";
import { Resource } from "../../model/resource.ts";
import { closest, quoted } from "../../model/wording.ts";
import type { SourceLocation } from "../../model/source-location.ts";

/** So many problems are worth reading; a project with more has one cause. */
const LIMIT_PROBLEMS = 100;
const LIMIT_DECLARATIONS = 100_000;

/** A reference to a function, while it is not known yet how many there will be. */
interface Reference extends FunctionReference {
  of: number;
}

/** Hears of everything that a project declares while it is loaded. */
export class ProjectCollector implements Collector {
  /** In the order of declaration; a function's place here is its position. */
  readonly functions: DeclaredFunction[] = [];
  readonly #module: string;
  readonly #locate: () => SourceLocation | null;
  readonly #resources: Resource[] = [];
  readonly #assertions: Assertion[] = [];
  /** Those that are part of another one. */
  readonly #used = new Set<unknown>();
  readonly #problems: Diagnostic[] = [];
  readonly #references: Reference[] = [];

  /**
   * Makes a collector.
   *
   * @param module - The file that is loaded, relative to the project.
   * @param locate - Tells which line of the project is being carried out.
   */
  constructor(module: string, locate: () => SourceLocation | null) {
    this.#module = module;
    this.#locate = locate;
  }

  readonly locate = (): SourceLocation | null => this.#locate();

  readonly addResource = (resource: unknown): void => {
    if (resource instanceof Resource) this.#resources.push(resource);
    this.#limit(this.#resources.length);
  };

  readonly addAssertion = (assertion: unknown): void => {
    if (assertion instanceof Assertion) this.#assertions.push(assertion);
    this.#limit(this.#assertions.length);
  };

  readonly useAssertion = (assertion: unknown): void => {
    this.#used.add(assertion);
  };

  readonly addFunction = (declared: DeclaredFunction): FunctionReference => {
    const hash = sha256(declared.toString());
    const position = this.functions.push(declared) - 1;
    const reference: Reference = { module: this.#module, position, of: position + 1, hash };
    this.#references.push(reference);
    return reference;
  };

  readonly addProblem = (problem: Diagnostic): void => {
    if (this.#problems.length < LIMIT_PROBLEMS) this.#problems.push(problem);
    else if (this.#problems.length === LIMIT_PROBLEMS) {
      const message = `there are more than ${String(LIMIT_PROBLEMS)} problems; the rest is not shown`;
      this.#problems.push({ ...nowhere(this.#module), code: "too-many-problems", message });
    }
  };

  /**
   * Turns what was declared into data: each assertion with the resource it belongs to.
   *
   * @returns Resources that can be used, and all problems.
   */
  finish(): {
    readonly resources: readonly DeclaredResource[];
    readonly invalid: readonly InvalidResource[];
    readonly problems: readonly Diagnostic[];
  } {
    for (const reference of this.#references) reference.of = this.#references.length;
    for (const resource of this.#resources) this.#refuseStrangers(resource);
    const attached = this.#attach();
    const resources = this.#resources.flatMap((resource): DeclaredResource[] => {
      const { kind, name, parameters, policy, declaredAt } = resource;
      if (parameters === null) return [];
      const listed = resource.assertions.filter((entry) => this.#isAssertion(entry, resource));
      const assertions = [...listed, ...(attached.get(resource) ?? [])];
      return [
        { kind, name, parameters, policy, declaredAt, assertions: assertions.flatMap(asData) },
      ];
    });
    const invalid = this.#resources
      .filter(({ parameters }) => parameters === null)
      .map(({ kind, name, policy, declaredAt }) => ({ kind, name, policy, declaredAt }));
    return { resources, invalid, problems: this.#problems };
  }

  // Gives assertions that stand in no list to the resource that they name.
  #attach(): ReadonlyMap<Resource, readonly Assertion[]> {
    const listed = new Set(this.#resources.flatMap(({ assertions }) => assertions));
    const owners = new Map(this.#resources.map((resource) => [resource.name, resource] as const));
    const attached = new Map<Resource, Assertion[]>();
    for (const assertion of this.#assertions) {
      const isPlaced = listed.has(assertion) || this.#used.has(assertion);
      if (isPlaced || assertion.parameters === null) continue;
      const owner = owners.get(assertion.owner ?? "");
      const others = owner === undefined ? undefined : attached.get(owner);
      if (owner === undefined) this.#reportUnattached(assertion);
      else if (others === undefined) attached.set(owner, [assertion]);
      else others.push(assertion);
    }
    return attached;
  }

  // What is about two resources belongs to the one that depends on the other: the list of the other would turn that round.
  #refuseStrangers({ name, assertions }: Resource): void {
    for (const assertion of assertions) {
      if (!(assertion instanceof Assertion)) continue;
      const { kind, owner, declaredAt } = assertion;
      if (owner === null || owner === name) continue;
      this.addProblem({
        ...nowhere(this.#module),
        ...declaredAt,
        code: "option-invalid",
        message: `${kind} belongs to ${quoted(owner)}, but stands among the assertions of ${quoted(name)}`,
        hint: `move it to the assertions of ${quoted(owner)}, or put it into no list`,
      });
    }
  }

  // Whatever was pushed to the list after it was read.
  #isAssertion(entry: unknown, { name, declaredAt }: Resource): entry is Assertion {
    if (entry instanceof Assertion) return true;
    this.addProblem({
      ...nowhere(this.#module),
      ...declaredAt,
      code: "option-invalid",
      message: `${name} holds something among its assertions that is none: ${shownValue(entry)}`,
    });
    return false;
  }

  #reportUnattached({ kind, owner, declaredAt }: Assertion): void {
    const names = this.#resources.map(({ name }) => name);
    const near = owner === null ? null : closest(owner, names);
    this.addProblem({
      ...nowhere(this.#module),
      ...declaredAt,
      code: owner === null ? "assertion-unattached" : "connection-unknown",
      message:
        owner === null
          ? `${kind} belongs to no resource`
          : `${kind} names a resource that does not exist: ${quoted(owner)}`,
      hint:
        near === null
          ? "put it into the assertions of a resource, or name one with its resource option"
          : `did you mean ${near}?`,
    });
  }

  // A loop that declares for ever must not take all memory first.
  #limit(count: number): void {
    if (count <= LIMIT_DECLARATIONS) return;
    throw new RangeError(`a project declares at most ${String(LIMIT_DECLARATIONS)} resources`);
  }
}

function nowhere(file: string): Pick<Diagnostic, "file" | "line" | "column" | "property" | "hint"> {
  return { file, line: null, column: null, property: null, hint: null };
}

function asData(assertion: Assertion): readonly DeclaredAssertion[] {
  const { kind, parameters, severity, timeoutSeconds, description, declaredAt } = assertion;
  if (parameters === null) return [];
  return [{ kind, parameters, severity, timeoutSeconds, description, declaredAt }];
}
