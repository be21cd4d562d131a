import { realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { packageEntry } from "../project/package-entry.ts";

/** Further up than this, a folder is no neighbour that moves together with the other one. */
const LIMIT_STEPS_UP = 3;

/**
 * Finds the folder of the package that runs.
 *
 * @returns An absolute path.
 * @throws {@link Error} When the package has lost its `package.json`.
 */
export function runningPackage(): string {
  return dirname(dirname(packageEntry("index")));
}

/**
 * Writes how a `package.json` refers to a package that is a folder of this machine.
 *
 * @param from - The absolute path of the folder with the `package.json`; it need not be there yet.
 * @param to - The absolute path of the package.
 * @returns Such as `file:../clockwork` for a neighbour, `file:/opt/clockwork` for what is further away.
 */
export function folderSpecifier(from: string, to: string): string {
  const real = realPath(to);
  const path = relative(realPath(from), real);
  const steps = path.split(sep);
  const stepsUp = steps.filter((step) => step === "..").length;
  // When nothing is shared but the root, a path that is absolute says it better.
  const isNear = stepsUp <= LIMIT_STEPS_UP && join(sep, ...steps.slice(stepsUp)) !== real;
  return `file:${isNear ? path : real}`;
}

// npm counts from where a folder really is, not from a link to it.
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const parent = dirname(path);
    if (parent === path) throw error;
    return join(realPath(parent), path.slice(parent.length));
  }
}
