import type { JsonObject } from "./json.ts";

/** A function of a project, named so that another process finds the same one, or finds out that it is not there. */
export interface FunctionReference extends JsonObject {
  /** The file that was loaded, relative to the project, such as `main.ts`. */
  readonly module: string;
  /** How many functions were declared before it while that file was loaded. */
  readonly position: number;
  /** How many were declared in all: where it is another number, the position means another function. */
  readonly of: number;
  /** SHA-256 of its source text, in lower-case hexadecimal: another function at the same place is not the same. */
  readonly hash: string;
}
