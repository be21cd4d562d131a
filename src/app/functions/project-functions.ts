import { ObservationError } from "../../model/errors.ts";
import type { Functions } from "../../ports/functions.ts";

/**
 * Runs functions of a project, each in a process of its own.
 *
 * @param options - The folder of the project.
 * @returns The runner.
 */
export function projectFunctions({ root }: { readonly root: string }): Functions {
  return {
    run: () => Promise.reject(new ObservationError(`functions of ${root} cannot be run yet`)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
