import type { SimulatedProject, SimulateOptions } from "./simulate-project.ts";

/**
 * Shows what Clockwork would do with a project when something goes wrong: deploys it into a simulated world, watches it in
 * simulated time, and lets faults loose. Nothing of the real world is touched; the project's own files are read.
 *
 * @param path - A folder with a `main.ts`, or such a file; the current folder by default.
 * @param options - What goes wrong, for how long it is watched, and who hears of it.
 * @returns What happened.
 * @throws {@link ConfigurationError} With everything that is wrong with the project, or with a fault.
 * @example
 * ```ts
 * import { simulateProject } from "clockwork/testing";
 *
 * const { isWell } = await simulateProject("examples/deployed-site", { faults: ["site dies at 10m"] });
 * console.log(isWell); // false, as nobody declared that it is to be repaired
 * ```
 */
export async function simulateProject(
  path?: string,
  options: SimulateOptions = {},
): Promise<SimulatedProject> {
  // Who only wants a simulated clock need not wait for all this.
  const simulation = await import("./simulate-project.ts");
  return await simulation.simulateProject(path, options);
}
