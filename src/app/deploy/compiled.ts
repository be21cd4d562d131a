import { compileProject, type Compilation } from "../../engine/compile.ts";
import type { Kinds } from "../../ports/kinds.ts";
import type { Specification } from "../../model/deployment.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { sha256 } from "../project/sha256.ts";

/**
 * Compiles what was or is to be deployed, from its record alone.
 *
 * @param project - The name of the project.
 * @param specs - What exists, or should.
 * @param kinds - The catalogue.
 * @returns Check plans, and where each check was declared.
 * @throws {@link ConfigurationError} When a kind or an option of it is not known to this version any more.
 */
export async function compileSpecifications(
  project: string,
  specs: readonly Specification[],
  kinds: Kinds,
): Promise<Omit<Compilation, "problems">> {
  if (specs.length === 0) return { plans: [], locations: {} };
  const resources = specs.map(({ name, kind, parameters, policy, assertions }) => ({
    name,
    kind,
    parameters,
    policy,
    assertions,
    declaredAt: null,
  }));
  const context = { project, file: "the recorded state", kinds, sha256 };
  const { plans, locations, problems } = await compileProject(
    { resources, problems: [], files: [] },
    context,
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { plans, locations };
}
