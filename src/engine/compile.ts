import type { AssertionKind } from "../model/assertion.ts";
import { PLAN_FORMAT, type CheckPlan, type PlannedCheck } from "../model/check-plan.ts";
import type { PlannedDependency } from "../model/check-plan.ts";
import type { Code } from "../model/codes.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { canonicalJson } from "../model/json.ts";
import { InvalidOption } from "../model/options.ts";
import type {
  DeclaredAssertion,
  DeclaredResource,
  InvalidResource,
  ProjectDeclaration,
} from "../model/project.ts";
import type { ResourceKind } from "../model/resource.ts";
import type { SourceLocation } from "../model/source-location.ts";
import type { Target } from "../model/target.ts";
import { closest, quoted } from "../model/wording.ts";
import type { Kinds } from "../ports/kinds.ts";
import type { World } from "../ports/world.ts";
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
  if (declaration.resources.length === 0 && all.length === 0) all.push(noResources(context));
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

class Compiler {
  readonly #context: CompileContext;
  readonly #resources: readonly DeclaredResource[];
  /** They have no plan, but their names and what they depend on count. */
  readonly #invalid: readonly InvalidResource[];
  readonly #known = new Map<string, Known>();
  readonly #names: ReadonlySet<string>;
  readonly #problems: Diagnostic[] = [];
  readonly #locations = new Map<string, Map<string, SourceLocation>>();

  constructor({ resources, invalid = [] }: ProjectDeclaration, context: CompileContext) {
    this.#context = context;
    this.#resources = resources;
    this.#invalid = invalid;
    this.#names = new Set([...resources, ...invalid].map(({ name }) => name));
  }

  async compile(): Promise<{
    readonly plans: readonly CheckPlan[];
    readonly locations: Locations;
    readonly problems: readonly Diagnostic[];
  }> {
    for (const declared of this.#resources) await this.#know(declared);
    const plans: CheckPlan[] = [];
    for (const known of this.#known.values()) plans.push(await this.#plan(known));
    this.#refuseCycles(plans);
    // A resource may be called `constructor`: only a map takes any name for a key.
    const locations = Object.fromEntries(
      [...this.#locations].map(([name, ofChecks]) => [name, Object.fromEntries(ofChecks)]),
    );
    return { plans, locations, problems: this.#problems };
  }

  async #know(declared: DeclaredResource): Promise<void> {
    const first = this.#known.get(declared.name);
    if (first !== undefined) {
      const line = first.declared.declaredAt?.line;
      const where = line === undefined ? "" : `, first on line ${String(line)}`;
      this.#problem(declared, "name-duplicate", `two resources are named ${declared.name}${where}`);
      return;
    }
    const kind = await this.#context.kinds.resource(declared.kind);
    if (kind === null) {
      this.#problem(declared, "kind-unknown", `no kind of resource is called ${declared.kind}`);
      return;
    }
    const target = this.#guard(declared, () => kind.target(declared.parameters, declared.name));
    if (target !== null) this.#known.set(declared.name, { declared, kind, target });
  }

  async #plan(known: Known): Promise<CheckPlan> {
    const { declared, target } = known;
    const assertions = this.#assertionsOf(known);
    const checks: PlannedCheck[] = [];
    const counts = new Map<string, number>();
    const references = new Set<string>();
    for (const declaredAssertion of assertions) {
      const kind = await this.#context.kinds.assertion(declaredAssertion.kind);
      if (kind === null) {
        const message = `no kind of assertion is called ${declaredAssertion.kind}`;
        this.#problem(declaredAssertion, "kind-unknown", message);
        continue;
      }
      const count = counts.get(kind.kind) ?? 0;
      const id = count === 0 ? kind.kind : `${kind.kind}-${String(count + 1)}`;
      const check = this.#check({ declaredAssertion, kind, known, assertions, id });
      if (check === null) continue;
      checks.push(check);
      counts.set(kind.kind, count + 1);
      for (const name of Object.keys(check.related)) references.add(name);
    }
    const dependsOn = this.#dependenciesOf(declared, references);
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
      this.#problem(declared, "no-assertions", message, {
        hint: "add one to its assertions",
      });
      return [];
    }
    const builtIn = this.#guard(declared, () => kind.builtIn(declared.parameters, declared.name));
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
    return this.#guard(declaredAssertion, () => {
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
  #related(
    kind: AssertionKind<World>,
    parameters: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, Target>> {
    const names = Object.entries(kind.fields)
      .filter(([, field]) => field.isReference)
      .flatMap(([property]) => [parameters[property]].flat().map((name) => ({ property, name })));
    const related: Record<string, Target> = {};
    for (const { property, name } of names) {
      if (typeof name !== "string") continue;
      const target = this.#known.get(name)?.target;
      if (target !== undefined) related[name] = target;
      else if (!this.#names.has(name)) {
        throw new InvalidOption(`names a resource that does not exist: ${quoted(name)}`, {
          property,
          code: "connection-unknown",
          hint: this.#near(name),
        });
      }
    }
    return related;
  }

  #dependenciesOf(
    declared: InvalidResource,
    references: ReadonlySet<string>,
  ): readonly PlannedDependency[] {
    const explicit = declared.policy.dependsOn.map((entry): PlannedDependency =>
      typeof entry === "string" ? { resource: entry, condition: "healthy" } : entry,
    );
    for (const { resource } of explicit) {
      if (this.#names.has(resource)) continue;
      const message = `${declared.name} depends on ${quoted(resource)}, which does not exist`;
      this.#problem(declared, "connection-unknown", message, { hint: this.#near(resource) });
    }
    const named = new Set(explicit.map(({ resource }) => resource));
    const implied = [...references]
      .filter((resource) => resource !== declared.name && !named.has(resource))
      .map((resource): PlannedDependency => ({ resource, condition: "healthy" }));
    return [...explicit, ...implied].map(({ resource, condition }) => ({ resource, condition }));
  }

  #refuseCycles(plans: readonly CheckPlan[]): void {
    const ofInvalid = this.#invalid.map((declared) => ({
      resource: declared.name,
      dependsOn: this.#dependenciesOf(declared, new Set()),
    }));
    const graph = new Map(
      [...plans, ...ofInvalid].map(({ resource, dependsOn }) => [
        resource,
        dependsOn.map((entry) => entry.resource),
      ]),
    );
    for (const cycle of findCycles(graph)) {
      const declared = [...this.#resources, ...this.#invalid];
      const first = declared.find(({ name }) => name === cycle[0]) ?? null;
      const message = `resources depend on one another in a circle: ${cycle.join(" → ")}`;
      this.#problem(first, "dependency-cycle", message, {
        hint: "leave out one of these dependencies",
      });
    }
  }

  #near(name: string): string | null {
    const near = closest(name, this.#names);
    return near === null ? `there are ${[...this.#names].join(", ")}` : `did you mean ${near}?`;
  }

  // Turns a wrong option into a problem at the place of its declaration.
  #guard<T>(declared: Placed, task: () => T): T | null {
    try {
      return task();
    } catch (error) {
      if (!(error instanceof InvalidOption)) throw error;
      const { code, message, hint, property } = error;
      this.#problem(declared, code, `${declared.kind} ${message}`, { hint, property });
      return null;
    }
  }

  #problem(
    declared: Placed | null,
    code: Code,
    message: string,
    details: { readonly hint?: string | null; readonly property?: string } = {},
  ): void {
    const { hint = null, property = "" } = details;
    const nowhere = { file: this.#context.file, line: null, column: null };
    const { file, line, column } = declared?.declaredAt ?? nowhere;
    const path = property === "" ? null : property;
    this.#problems.push({ code, file, line, column, property: path, message, hint });
  }
}

type Placed = Pick<DeclaredResource | DeclaredAssertion, "kind" | "declaredAt">;

interface CheckInput {
  readonly declaredAssertion: DeclaredAssertion;
  readonly kind: AssertionKind<World>;
  readonly known: Known;
  readonly assertions: readonly DeclaredAssertion[];
  readonly id: string;
}

function noResources({ file }: CompileContext): Diagnostic {
  return {
    code: "no-resources",
    file,
    line: null,
    column: null,
    property: null,
    message: "declares no resource",
    hint: 'construct at least one, such as new ServiceResource({ name: "api", url: "https://…" })',
  };
}
