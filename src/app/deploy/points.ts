import { channel } from "node:diagnostics_channel";
import type { DeployPoint } from "../../engine/deploy/journal.ts";

/**
 * Where steps are told to come to a point, as `{ point, resource }`: tests kill the process there. Nobody else listens, and
 * then it costs nothing.
 */
const points = channel("clockwork:deploy");

/**
 * Tells that a step has come to a point.
 *
 * @param point - Which.
 * @param resource - Whose step.
 */
export function reachPoint(point: DeployPoint, resource: string): void {
  if (points.hasSubscribers) points.publish({ point, resource });
}
