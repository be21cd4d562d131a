/** A function of a project, named so that another process finds the same one. */
export interface FunctionReference {
  /** The file that was loaded, relative to the project, such as `main.ts`. */
  readonly module: string;
  /** How many functions were declared before it while that file was loaded. */
  readonly position: number;
  /** SHA-256 of its source text, in lower-case hexadecimal: another function at the same place is not the same. */
  readonly hash: string;
}
