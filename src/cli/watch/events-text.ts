import { painter, type Color } from "../../model/color.ts";
import { singleLine } from "../../model/text.ts";
import type { WatchEvent, WatchEventType } from "../../model/watch-event.ts";
import { shownMoment } from "../deploy/shown.ts";

const COLORS: Partial<Readonly<Record<WatchEventType, Color>>> = {
  incident_opened: "red",
  gave_up: "red",
  reload_failed: "red",
  delivery_failed: "red",
  results_lost: "red",
  clock_jumped: "yellow",
  flapping: "yellow",
  pending_changes: "yellow",
  incident_closed: "green",
};

/**
 * Shows something that happened on one line.
 *
 * @param event - What happened.
 * @param options - Whether colour is welcome.
 * @returns One line with a trailing newline.
 */
export function eventText(
  { at, type, resource, text }: WatchEvent,
  { hasColor }: { readonly hasColor: boolean },
): string {
  const paint = painter(hasColor);
  const about = resource === null ? "" : `${paint("bold", singleLine(resource))}: `;
  const words = paint(COLORS[type] ?? "plain", type.replaceAll("_", " "));
  return `${paint("dim", shownMoment(at))}  ${about}${words}: ${singleLine(text)}\n`;
}
