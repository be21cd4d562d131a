import { compileProject, type Compilation } from "../../engine/compile.ts";
import type { Kinds } from "../../ports/kinds.ts";
import type { Specification } from "../../model/deployment.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { sha256 } from "../project/sha256.ts";

/** What is compiled, and what it may refer to. */
export interface CompiledInput {
  /** The name of the project. */
  readonly project: string;
  readonly specs: readonly Specification[];
  /** What is not there, or not yet, and may be referred to all the same. */
  readonly others: readonly Specification[];
  readonly kinds: Kinds;
}

/**
 * Compiles what was or is to be deployed, from its record alone.
 *
 * @param input - What exists, or should.
 * @returns Check plans of it, and where each check was declared.
 * @throws {@link ConfigurationError} When a kind or an option of it is not known to this version any more.
 */
export async function compileSpecifications({
  project,
  specs,
  others,
  kinds,
}: CompiledInput): Promise<Omit<Compilation, "problems">> {
  if (specs.length === 0) return { plans: [], locations: {} };
  const names = new Set(specs.map(({ name }) => name));
  const all = new Map([...others, ...specs].map((spec) => [spec.name, spec]));
  const resources = [...all.values()].map(({ name, kind, parameters, policy, assertions }) => ({
    name,
    kind,
    parameters,
    policy: { ...policy, dependsOn: policy.dependsOn.filter((entry) => all.has(nameOf(entry))) },
    assertions,
    declaredAt: null,
  }));
  const context = { project, file: "the recorded state", kinds, sha256 };
  const { plans, locations, problems } = await compileProject(
    { resources, problems: [], files: [] },
    context,
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { plans: plans.filter(({ resource }) => names.has(resource)), locations };
}

function nameOf(dependency: Specification["policy"]["dependsOn"][number]): string {
  return typeof dependency === "string" ? dependency : dependency.resource;
}
