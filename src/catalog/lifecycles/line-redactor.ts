import { redactor, type Redact } from "../../model/redactor.ts";

/**
 * Makes what takes secrets out of single lines of an output: of a secret of several lines, such as a key, each of them.
 *
 * @param secrets - The values.
 * @returns A function that puts `***` in the place of each.
 */
export function lineRedactor(secrets: readonly string[]): Redact {
  return redactor(secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/u)]));
}
