import type { AssertionKind } from "../model/assertion.ts";
import {
  PLAN_FORMAT,
  type CheckPlan,
  type PlannedCheck,
  type PlannedDependency,
} from "../model/check-plan.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { canonicalJson, type JsonObject } from "../model/json.ts";
import type {
  DeclaredAssertion,
  DeclaredResource,
  InvalidResource,
  ProjectDeclaration,
} from "../model/project.ts";
import type { ResourceKind } from "../model/resource.ts";
import type { SourceLocation } from "../model/source-location.ts";
import type { Target } from "../model/target.ts";
import { quoted } from "../model/wording.ts";
import type { Kinds } from "../ports/kinds.ts";
import type { World } from "../ports/world.ts";
import {
  explicitDependencies,
  referencesIn,
  resolveDependencies,
  type DependencyNode,
} from "./compile-dependencies.ts";
import { ResourceNames } from "./compile-names.ts";
import { CompileProblems, noResources } from "./compile-problems.ts";
import { findCycles } from "./dependencies.ts";

/** What compiling takes besides the declaration. */
export interface CompileContext {
  /** The name of the project. */
  readonly project: string;
  /** The file that was loaded, for problems that have no place of their own. */
  readonly file: string;
  readonly kinds: Kinds;
  /** SHA-256 of a text, in lower-case hexadecimal. */
  readonly sha256: (text: string) => string;
}

/** Where each check was declared: by resource, then by the id of the check. */
export type Locations = Readonly<Record<string, Readonly<Record<string, SourceLocation>>>>;

/** The plans of a project, or everything that is wrong with it. */
export interface Compilation {
  /** In the order of declaration; none where there are problems. */
  readonly plans: readonly CheckPlan[];
  readonly problems: readonly Diagnostic[];
  readonly locations: Locations;
}

/**
 * Turns what a project declares into one check plan for each resource.
 *
 * @param declaration - What was loaded.
 * @param context - The catalogue, names, and how to hash.
 * @returns Plans, or problems: never both.
 */
export async function compileProject(
  declaration: ProjectDeclaration,
  context: CompileContext,
): Promise<Compilation> {
  const compiler = new Compiler(declaration, context);
  const { plans, locations, problems } = await compiler.compile();
  const all = [...declaration.problems, ...problems].sort(byPlace);
  if (declaration.resources.length === 0 && all.length === 0) all.push(noResources(context.file));
  return all.length === 0
    ? { plans, locations, problems: [] }
    : { plans: [], locations: {}, problems: all };
}

// As one goes through a file to mend them; what has no place comes first.
function byPlace(one: Diagnostic, other: Diagnostic): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

interface Known {
  readonly declared: DeclaredResource;
  readonly kind: ResourceKind<never>;
  readonly target: Target;
}

/** A resource and its checks, while it is not known yet what it depends on. */
interface Checked extends Known {
  readonly checks: readonly PlannedCheck[];
}

/** One for all that name no other: there may be 100,000 of them. */
const NOTHING_RELATED: Readonly<Record<string, Target>> = {};

class Compiler {
  readonly #context: CompileContext;
  readonly #resources: readonly DeclaredResource[];
  /** They have no plan, but their names and what they depend on count. */
  readonly #invalid: readonly InvalidResource[];
  readonly #known = new Map<string, Known>();
  readonly #names: ResourceNames;
  readonly #problems: CompileProblems;
  readonly #locations = new Map<string, Map<string, SourceLocation>>();

  constructor({ resources, invalid = [] }: ProjectDeclaration, context: CompileContext) {
    this.#context = context;
    this.#resources = resources;
    this.#invalid = invalid;
    this.#names = new ResourceNames([...resources, ...invalid]);
    this.#problems = new CompileProblems(context.file);
  }

  async compile(): Promise<{
    readonly plans: readonly CheckPlan[];
    readonly locations: Locations;
    readonly problems: readonly Diagnostic[];
  }> {
    for (const declared of this.#resources) await this.#know(declared);
    const checked: Checked[] = [];
    for (const known of this.#known.values()) {
      checked.push({ ...known, checks: await this.#checksOf(known) });
    }
    const dependencies = resolveDependencies([
      ...checked.map((entry) => this.#nodeOf(entry)),
      ...this.#invalid.map((declared) => this.#invalidNode(declared)),
    ]);
    this.#refuseCycles(dependencies);
    const plans = checked.map((entry) =>
      this.#plan(entry, dependencies.get(entry.declared.name) ?? []),
    );
    // A resource may be called `constructor`: only a map takes any name for a key.
    const locations = Object.fromEntries(
      [...this.#locations].map(([name, ofChecks]) => [name, Object.fromEntries(ofChecks)]),
    );
    return { plans, locations, problems: this.#problems.all };
  }

  async #know(declared: DeclaredResource): Promise<void> {
    const first = this.#known.get(declared.name);
    if (first !== undefined) {
      const line = first.declared.declaredAt?.line;
      const where = line === undefined ? "" : `, first on line ${String(line)}`;
      this.#problems.add(
        declared,
        "name-duplicate",
        `two resources are named ${declared.name}${where}`,
      );
      return;
    }
    const kind = await this.#context.kinds.resource(declared.kind);
    if (kind === null) {
      this.#problems.add(
        declared,
        "kind-unknown",
        `no kind of resource is called ${declared.kind}`,
      );
      return;
    }
    const target = this.#problems.guard(declared, () =>
      kind.target(declared.parameters, declared.name),
    );
    if (target !== null) this.#known.set(declared.name, { declared, kind, target });
  }

  async #checksOf(known: Known): Promise<readonly PlannedCheck[]> {
    const assertions = this.#assertionsOf(known);
    const checks: PlannedCheck[] = [];
    const counts = new Map<string, number>();
    for (const declaredAssertion of assertions) {
      const kind = await this.#context.kinds.assertion(declaredAssertion.kind);
      if (kind === null) {
        const message = `no kind of assertion is called ${declaredAssertion.kind}`;
        this.#problems.add(declaredAssertion, "kind-unknown", message);
        continue;
      }
      const count = counts.get(kind.kind) ?? 0;
      const id = count === 0 ? kind.kind : `${kind.kind}-${String(count + 1)}`;
      const check = this.#check({ declaredAssertion, kind, known, assertions, id });
      if (check === null) continue;
      checks.push(check);
      counts.set(kind.kind, count + 1);
    }
    return checks;
  }

  #nodeOf({ declared, kind, checks }: Checked): DependencyNode {
    const { name, parameters } = declared;
    const references = referencesIn(kind.fields, parameters);
    this.#problems.guard(declared, () => {
      for (const reference of references) this.#names.check(reference);
    });
    const parts = references.map((reference) => reference.name);
    const ofChecks = checks
      .flatMap(({ related }) => Object.keys(related))
      .filter((related) => related !== name);
    return {
      name,
      explicit: this.#explicit(declared),
      implied: [...parts, ...ofChecks],
      passedOnTo: kind.passesOnDependencies ? parts : [],
    };
  }

  #invalidNode(declared: InvalidResource): DependencyNode {
    const { name } = declared;
    return { name, explicit: this.#explicit(declared), implied: [], passedOnTo: [] };
  }

  #explicit(declared: InvalidResource): readonly PlannedDependency[] {
    const explicit = explicitDependencies(declared.policy);
    for (const { resource } of explicit) {
      if (this.#names.has(resource)) continue;
      const message = `${declared.name} depends on ${quoted(resource)}, which does not exist`;
      this.#problems.add(declared, "connection-unknown", message, {
        hint: this.#names.near(resource),
      });
    }
    return explicit;
  }

  #plan({ declared, target, checks }: Checked, dependsOn: readonly PlannedDependency[]): CheckPlan {
    const { project, sha256 } = this.#context;
    const head = {
      format: PLAN_FORMAT,
      project,
      resource: declared.name,
      kind: declared.kind,
    } as const;
    const body = { target, dependsOn, checks };
    return {
      ...head,
      // Only who writes plans needs it.
      get hash(): string {
        return sha256(canonicalJson({ ...head, ...body }));
      },
      ...body,
    };
  }

  #assertionsOf({ declared, kind }: Known): readonly DeclaredAssertion[] {
    if (declared.assertions.length > 0) return declared.assertions;
    if (!kind.hasBuiltIn) {
      const message = `${declared.name} has no assertion, and a ${kind.name} has no built-in one`;
      this.#problems.add(declared, "no-assertions", message, {
        hint: "add one to its assertions",
      });
      return [];
    }
    const builtIn = this.#problems.guard(declared, () =>
      kind.builtIn(declared.parameters, declared.name),
    );
    const { declaredAt } = declared;
    return (builtIn ?? []).map((assertion) => ({
      ...assertion,
      severity: "fail",
      timeoutSeconds: null,
      description: null,
      declaredAt,
    }));
  }

  #check({ declaredAssertion, kind, known, assertions, id }: CheckInput): PlannedCheck | null {
    const { declared, target } = known;
    return this.#problems.guard(declaredAssertion, () => {
      const related = this.#related(kind, declaredAssertion.parameters);
      const binding = { target, siblings: assertions, related };
      const parameters = kind.bind(declaredAssertion.parameters, binding);
      const { severity, description, declaredAt } = declaredAssertion;
      if (declaredAt !== null) this.#locate(declared.name, id, declaredAt);
      return {
        id,
        kind: kind.kind,
        name: kind.name,
        claim: kind.claim(parameters),
        subject: kind.subject(parameters),
        parameters,
        severity,
        timeoutSeconds:
          declaredAssertion.timeoutSeconds ?? declared.policy.timeout ?? kind.timeoutSeconds,
        description,
        related: this.#related(kind, parameters),
      };
    });
  }

  #locate(resource: string, check: string, place: SourceLocation): void {
    const places = this.#locations.get(resource) ?? new Map<string, SourceLocation>();
    this.#locations.set(resource, places.set(check, place));
  }

  // The resources that an assertion names.
  #related(kind: AssertionKind<World>, parameters: JsonObject): Readonly<Record<string, Target>> {
    const related: Record<string, Target> = {};
    for (const reference of referencesIn(kind.fields, parameters)) {
      const target = this.#known.get(reference.name)?.target;
      if (target !== undefined) related[reference.name] = target;
      else this.#names.check(reference);
    }
    return Object.keys(related).length === 0 ? NOTHING_RELATED : related;
  }

  #refuseCycles(dependencies: ReadonlyMap<string, readonly PlannedDependency[]>): void {
    const graph = new Map(
      [...dependencies].map(([name, needed]) => [name, needed.map(({ resource }) => resource)]),
    );
    for (const cycle of findCycles(graph)) {
      const declared = [...this.#resources, ...this.#invalid];
      const first = declared.find(({ name }) => name === cycle[0]) ?? null;
      const message = `resources depend on one another in a circle: ${cycle.join(" → ")}`;
      this.#problems.add(first, "dependency-cycle", message, {
        hint: "leave out one of these dependencies",
      });
    }
  }
}

interface CheckInput {
  readonly declaredAssertion: DeclaredAssertion;
  readonly kind: AssertionKind<World>;
  readonly known: Known;
  readonly assertions: readonly DeclaredAssertion[];
  readonly id: string;
}
