import { findProgram } from "../test/support/programs.ts";
import { runProgram, shownEnded } from "./program.ts";

/** The checks of a goss.yaml; only attributes that every version of goss knows. */
export interface GossChecks {
  readonly file: Readonly<
    Record<string, { readonly exists: true; readonly filetype?: string; readonly mode?: string }>
  >;
  readonly addr: Readonly<Record<string, { readonly reachable: true; readonly timeout: number }>>;
  readonly command: Readonly<
    Record<string, { readonly exec: string; readonly ["exit-status"]: number }>
  >;
}

/** Where goss is; null when it is not installed. */
export function findGoss(): string | null {
  return findProgram("goss");
}

/**
 * Writes checks as goss reads them.
 *
 * @param checks - What to check.
 * @returns The content of a goss.yaml; JSON is YAML, too.
 */
export function gossFile(checks: GossChecks): string {
  return `${JSON.stringify(checks, null, 2)}\n`;
}

/**
 * Counts checks as goss does: one for each attribute, apart from the settings of a check.
 *
 * @param checks - What to check.
 * @returns How many tests goss must report.
 */
export function gossCount({ file, addr, command }: GossChecks): number {
  const attributes = Object.values(file).map((attribute) => Object.keys(attribute).length);
  return (
    attributes.reduce((sum, count) => sum + count, 0) +
    Object.keys(addr).length +
    Object.keys(command).length
  );
}

/**
 * Times `goss validate` from start to exit.
 *
 * @param goss - The program.
 * @param path - The goss.yaml; all of it must pass.
 * @param count - How many tests it must report.
 * @returns How long it took, in milliseconds.
 * @throws When not all passed, or when there were more or fewer.
 */
export async function gossMs(goss: string, path: string, count: number): Promise<number> {
  const ended = await runProgram([goss, "--gossfile", path, "validate", "--format", "json"]);
  if (ended.exitCode !== 0) throw new Error(`goss failed: ${shownEnded(ended)}`);
  const { summary } = JSON.parse(ended.stdout) as { readonly summary: Record<string, unknown> };
  if (summary["test-count"] === count && summary["failed-count"] === 0) return ended.durationMs;
  throw new Error(`goss did not pass ${String(count)} tests: ${shownEnded(ended)}`);
}
