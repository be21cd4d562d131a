import type { ReportFormat } from "../../model/report.ts";

/** Says nothing: the exit code alone tells. */
export const silent: ReportFormat = {
  summary: "nothing at all: the exit code tells",
  render: () => "",
};
