import { systemClock } from "../adapters/system/clock.ts";
import { DEFAULT_EXPECTED_STATUS, verdictOf } from "../model/service.ts";
import type { HealthResult, ServiceConfig } from "../model/service.ts";
import { summarize, type Report, type ReportItem } from "../model/report.ts";
import { shownUrl } from "../model/shown-url.ts";
import type { Clock } from "../ports/clock.ts";
import { checkAllServices, type CheckAllOptions } from "./check-services.ts";

/** How services are checked for a report. */
export interface CheckReportOptions extends CheckAllOptions {
  /** What the report calls the whole: the name of a project or file. */
  readonly project: string;
}

/**
 * Checks services and reports on them.
 *
 * @param services - The services.
 * @param options - As for {@link checkAllServices}, and the name of the whole.
 * @returns The report; its document is `{ results, summary }`, in the order of the services.
 */
export async function checkReport(
  services: readonly ServiceConfig[],
  options: CheckReportOptions,
): Promise<Report> {
  const clock: Clock = options.clock ?? systemClock;
  const startedAt = clock.now();
  const startedMs = clock.elapsedMs();
  const results = await checkAllServices(services, { phases: true, ...options });
  const durationMs = Math.round(clock.elapsedMs() - startedMs);
  const items = services.map((service, index) => itemOf(service, results[index]));
  const summary = summarize(items, durationMs);
  return {
    title: "clockwork check",
    project: options.project,
    startedAt,
    items,
    summary,
    document: { results, summary },
  };
}

function itemOf(service: ServiceConfig, result: HealthResult | undefined): ReportItem {
  const verdict = result === undefined ? "skipped" : verdictOf(result);
  return {
    name: service.name,
    target: shownUrl(service.url),
    kind: "http-status",
    verdict,
    detail: detailOf(service, result),
    durationMs: result?.responseTimeMs ?? null,
    statusCode: result?.statusCode ?? null,
    phases: result?.phases ?? null,
    attempts: result?.attempts ?? 1,
  };
}

/**
 * Says what a check found, for a place where the name of the service stands already.
 *
 * @param service - The service.
 * @param result - What the check found.
 * @returns A few words: the status that was expected and came, or what went wrong.
 */
function detailOf(service: ServiceConfig, result: HealthResult | undefined): string {
  if (result?.error === null) {
    return String(result.statusCode ?? service.expectedStatus ?? DEFAULT_EXPECTED_STATUS);
  }
  const prefix = `Service '${service.name}' `;
  const error = result?.error ?? "not checked";
  return error.startsWith(prefix) ? error.slice(prefix.length).replace(/^is /u, "") : error;
}
