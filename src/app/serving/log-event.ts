import type { WatchEvent, WatchEventType } from "../../model/watch-event.ts";
import type { Log } from "../log/log.ts";

/** What people should look at. */
const WARNINGS: ReadonlySet<WatchEventType> = new Set([
  "reload_failed",
  "delivery_failed",
  "results_lost",
  "clock_jumped",
]);

/**
 * Logs something that happened while a project was watched.
 *
 * @param log - The log.
 * @param project - The name of the project.
 * @param event - What happened.
 */
export function logEvent(log: Log, project: string, event: WatchEvent): void {
  const { id, type, resource, text } = event;
  const level = WARNINGS.has(type) ? "warn" : "info";
  if (!log.isWritten(level)) return;
  const about = resource === null ? { project } : { project, resource };
  log[level](`${type.replaceAll("_", " ")}: ${text}`, { ...about, event: type, id });
}
