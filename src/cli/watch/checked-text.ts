import { painter } from "../../model/color.ts";
import type { CheckedNow } from "../../model/control.ts";
import { EXIT_CODES } from "../../model/report.ts";
import { singleLine, truncate } from "../../model/text.ts";
import { shownTime, type ShownOptions } from "../deploy/shown.ts";
import { findingText, FINDING_MARKS, HEALTH_COLORS, SYNC_WORDS } from "./health-words.ts";

/**
 * Says what a look came to.
 *
 * @param checked - What it came to.
 * @param options - Colour and width.
 * @returns Text with a trailing newline.
 */
export function checkedText(
  { resource, health, sync, findings, durationMs }: CheckedNow,
  { hasColor, columns }: ShownOptions,
): string {
  const paint = painter(hasColor);
  const synced =
    sync === "unknown" ? "" : `, ${paint(SYNC_WORDS[sync].color, SYNC_WORDS[sync].text)}`;
  const took = durationMs === null ? "" : paint("dim", ` (${shownTime(durationMs)})`);
  const head = `${singleLine(resource)} is ${paint(HEALTH_COLORS[health], health)}${synced}${took}`;
  const lines = findings.map((finding) => {
    const { sign, color } = FINDING_MARKS[finding.verdict];
    const text =
      columns === null ? findingText(finding) : truncate(findingText(finding), columns - 4);
    return `  ${paint(color, sign)} ${text}`;
  });
  return `${[head, ...lines].join("\n")}\n`;
}

/**
 * Draws the exit code of a look: what is known to be wrong outweighs what is not known.
 *
 * @param checked - What it came to.
 * @returns 0 all is as it should be, 1 something fails or is not as deployed, 3 something could not be looked at.
 */
export function checkedExitCode({ sync, findings }: Pick<CheckedNow, "sync" | "findings">): number {
  const isWrong = findings.some(
    ({ verdict, severity }) => verdict === "fail" && severity === "fail",
  );
  if (isWrong || sync === "drifted" || sync === "missing") return EXIT_CODES.fail;
  return findings.some(({ verdict }) => verdict === "error") ? EXIT_CODES.error : EXIT_CODES.pass;
}
