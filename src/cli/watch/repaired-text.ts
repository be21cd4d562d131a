import { painter } from "../../model/color.ts";
import type { RepairAttempt } from "../../model/incident.ts";
import { EXIT_CODES } from "../../model/report.ts";
import { singleLine } from "../../model/text.ts";
import { attemptText } from "./explain-sections.ts";

/**
 * Says what became of a repair that was asked for.
 *
 * @param resource - Of what.
 * @param attempt - What was tried; null when there was nothing to repair.
 * @param options - Whether colour is welcome.
 * @returns One line with a trailing newline.
 */
export function repairedText(
  resource: string,
  attempt: RepairAttempt | null,
  { hasColor }: { readonly hasColor: boolean },
): string {
  const name = singleLine(resource);
  if (attempt === null) return `${name}: nothing to repair, it is healthy and as it was deployed\n`;
  const code = repairedExitCode(attempt);
  const color = code === EXIT_CODES.pass ? "green" : code === EXIT_CODES.fail ? "red" : "yellow";
  const text = `${singleLine(attempt.action)} ${attemptText(attempt)}`;
  return `${name}: ${painter(hasColor)(color, text)}\n`;
}

/**
 * Draws the exit code of a repair.
 *
 * @param attempt - What was tried; null when there was nothing to repair.
 * @returns 0 it helped or nothing was wrong, 1 it did not help, 3 that is not known.
 */
export function repairedExitCode(attempt: RepairAttempt | null): number {
  if (attempt === null || attempt.outcome === "repaired") return EXIT_CODES.pass;
  const isKnown = attempt.outcome === "failed" || attempt.outcome === "unproven";
  return isKnown ? EXIT_CODES.fail : EXIT_CODES.error;
}
