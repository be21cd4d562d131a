import { ConfigurationError } from "../../model/diagnostic.ts";

/**
 * Says that nothing can be deployed where no `main.ts` is watched.
 *
 * @returns The error.
 */
export function nothingDeployable(): ConfigurationError {
  return new ConfigurationError([
    {
      code: "project-missing",
      file: "main.ts",
      line: null,
      column: null,
      property: null,
      message: "the clockwork up that holds this folder watches no main.ts",
      hint: "stop it, or start it with main.ts as well",
    },
  ]);
}
