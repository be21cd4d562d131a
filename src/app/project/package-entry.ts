import { findPackageJSON } from "node:module";
import { dirname, join, sep } from "node:path";

/** True when the package runs from its source, as in its own tests. */
const IS_SOURCE = import.meta.url.endsWith(".ts");

/**
 * Finds a file of the running package, built or not.
 *
 * @param name - Its path in the source, without its ending, such as `app/project/loader-process`.
 * @returns The absolute path.
 * @throws {@link Error} When the package has lost its `package.json`.
 */
export function packageEntry(name: string): string {
  const manifest = findPackageJSON(import.meta.url);
  if (manifest === undefined) throw new Error("clockwork has lost its package.json");
  const root = dirname(manifest);
  return IS_SOURCE ? join(root, "src", `${name}.ts`) : join(root, "dist", `${name}.js`);
}

const PACKAGE_FOLDER = dirname(packageEntry("index"));

/**
 * Tells the files that a person wrote from those of packages, the running one among them.
 *
 * @param path - An absolute path.
 * @returns True for a file of a project.
 */
export function isOfProject(path: string): boolean {
  return !path.includes(`${sep}node_modules${sep}`) && !path.startsWith(PACKAGE_FOLDER + sep);
}
