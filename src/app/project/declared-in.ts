import { compileProject } from "../../engine/compile.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { Declared } from "../deploy/prepare.ts";
import { catalogKinds } from "../kinds.ts";
import { loadProject, type LoadOptions } from "./load-project.ts";
import { sha256 } from "./sha256.ts";

/**
 * Loads what a project declares.
 *
 * @param main - The absolute path of its `main.ts`.
 * @param project - What the project is called.
 * @param options - What ends it, and who reads what is printed meanwhile.
 * @returns What is declared, for those who deploy it.
 * @throws {@link ConfigurationError} With everything that is wrong with it.
 */
export async function declaredIn(
  main: string,
  project: string,
  options: LoadOptions,
): Promise<Declared> {
  const declaration = await loadProject(main, options);
  const { plans, problems } = await compileProject(declaration, {
    project,
    file: declaration.files[0] ?? "main.ts",
    kinds: catalogKinds,
    sha256,
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { ...declaration, plans };
}
