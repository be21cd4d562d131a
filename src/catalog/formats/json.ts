import type { ReportFormat } from "../../model/report.ts";
import { replaceUnsafe } from "../../model/text.ts";

/** One JSON document, for programs. */
export const json: ReportFormat = {
  summary: "one JSON document, for programs",
  // JSON itself escapes C0 only. Escaping the rest changes no value, and a terminal may be looking.
  render: ({ document }) =>
    `${replaceUnsafe(JSON.stringify(document ?? null, null, 2), escapeUnits)}\n`,
};

function escapeUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
