import { painter, type Color } from "../../model/color.ts";
import type { Version, VersionStatus, VersionSummary } from "../../model/deployment.ts";
import { displayWidth, singleLine } from "../../model/text.ts";
import { doneSummary } from "./actions.ts";
import { changeLines } from "./change-text.ts";
import { columnsText } from "./columns-text.ts";
import { troubleLines, verdictLines } from "./outcome-text.ts";
import { shownMoment, shownTime, type ShownOptions } from "./shown.ts";
import { OUTCOMES, resultText } from "./step-text.ts";

const STATUS_COLORS: Readonly<Record<VersionStatus, Color>> = {
  applying: "yellow",
  deployed: "green",
  failed: "red",
  "rolled-back": "red",
  interrupted: "yellow",
};

/**
 * Shows versions as a table.
 *
 * @param versions - The newest first.
 * @param options - Colour and width.
 * @returns Text with a trailing newline.
 */
export function historyText(versions: readonly VersionSummary[], options: ShownOptions): string {
  if (versions.length === 0) return "Nothing was deployed yet.\n";
  const heading = ["VERSION", "STATUS", "BY", "STARTED", "TOOK", "WHO", "CHANGES"];
  const rows = versions.map((version) => [
    { text: String(version.number) },
    { text: version.status, color: STATUS_COLORS[version.status] },
    { text: purposeText(version) },
    { text: shownMoment(version.startedAt) },
    { text: tookText(version) },
    { text: singleLine(version.by) },
    { text: doneSummary(version.changes) },
  ]);
  return `${columnsText(heading, rows, options).join("\n")}\n`;
}

/**
 * Shows all that is known of a version.
 *
 * @param version - The version.
 * @param options - Colour and width.
 * @returns Text with a trailing newline.
 */
export function versionText(version: Version, options: ShownOptions): string {
  const paint = painter(options.hasColor);
  const room = Math.max(20, (options.columns ?? Infinity) - 6);
  const facts = [
    ["status", paint(STATUS_COLORS[version.status], version.status)],
    ["by", `${purposeText(version)}, ${singleLine(version.by)}`],
    ["started", `${shownMoment(version.startedAt)}, took ${tookText(version)}`],
    ["hash", singleLine(version.hash)],
    ["resources", String(version.resources.length)],
  ] as const;
  const width = Math.max(...facts.map(([name]) => displayWidth(name)));
  const results = version.results.flatMap((result) =>
    result.outcome === "done"
      ? [
          `${paint(OUTCOMES.done.color, OUTCOMES.done.sign)} ${resultText(result)}`,
          ...result.verdicts
            .flatMap((each) => verdictLines(each, room))
            .map((line) => `    ${line}`),
        ]
      : troubleLines(result, options, paint),
  );
  return [
    paint("bold", `Version ${String(version.number)}`),
    ...facts.map(([name, text]) => `  ${paint("dim", name.padEnd(width))}  ${text}`),
    ...section(
      "Changes",
      version.changes.flatMap((change) => changeLines(change, options)),
      paint,
    ),
    ...section("Results", results, paint),
    "",
  ].join("\n");
}

function section(
  title: string,
  lines: readonly string[],
  paint: ReturnType<typeof painter>,
): readonly string[] {
  return lines.length === 0 ? [] : ["", paint("bold", title), ...lines];
}

function purposeText({ purpose, of }: Pick<Version, "purpose" | "of">): string {
  return of === null ? purpose : `${purpose} to ${String(of)}`;
}

function tookText({ startedAt, endedAt }: Pick<Version, "startedAt" | "endedAt">): string {
  return endedAt === null ? "-" : shownTime(Math.max(0, endedAt - startedAt));
}
