import type { Health } from "../../model/verdict.ts";
import type { Badge, Tone } from "./badge-svg.ts";

const TONES: Readonly<Record<Health, Tone>> = {
  healthy: "good",
  degraded: "fair",
  unhealthy: "bad",
  unknown: "unknown",
};

/** From how much uptime on it is good, and fair. */
const GOOD = 0.999;
const FAIR = 0.99;
/** Hundredths of a percent. */
const WHOLE = 10_000;
/** Below what one result in a century makes: only what dividing leaves behind. */
const NOISE = 1e-6;

/**
 * Puts health into a badge.
 *
 * @param name - Whose.
 * @param health - How it is.
 * @returns What the badge says.
 */
export function healthBadgeOf(name: string, health: Health): Badge {
  return { label: name, value: health, tone: TONES[health] };
}

/**
 * Puts uptime into a badge.
 *
 * @param name - Whose.
 * @param days - Over how many days.
 * @param uptime - 0 to 1; null when nobody looked.
 * @returns What the badge says.
 */
export function uptimeBadgeOf(name: string, days: number, uptime: number | null): Badge {
  const label = `${name} uptime ${String(days)}d`;
  if (uptime === null) return { label, value: "no data", tone: "unknown" };
  const tone = uptime >= GOOD ? "good" : uptime >= FAIR ? "fair" : "bad";
  return { label, value: shownUptime(uptime), tone };
}

/**
 * Writes uptime as a percentage that never says more than is true: with a single failure it is not 100 %.
 *
 * @param uptime - 0 to 1.
 * @returns Such as `99.95%`.
 */
export function shownUptime(uptime: number): string {
  const hundredths = Math.floor(uptime * WHOLE + NOISE);
  const most = uptime < 1 ? WHOLE - 1 : WHOLE;
  return `${String(Math.min(hundredths, most) / 100)}%`;
}
