import type { Deployment } from "../../app/deploy/deployment.ts";
import { singleLine } from "../../model/text.ts";
import { counted, shownMoment, shownTime } from "./shown.ts";

type LockStatus = Awaited<ReturnType<Deployment["lockStatus"]>>;

/**
 * Tells who works on a project, and what was left open.
 *
 * @param status - What is known of its lock.
 * @param now - The wall clock, in milliseconds since 1970-01-01 UTC.
 * @returns Text with a trailing newline.
 */
export function lockText({ isHeld, holder, openSteps }: LockStatus, now: number): string {
  const open = counted(openSteps, "step");
  const rest = isHeld
    ? `${open} under way.`
    : `An interrupted run left ${open} open: the next apply brings that to its end.`;
  return `${heldText(isHeld ? holder : null, isHeld, now)}\n${openSteps > 0 ? `${rest}\n` : ""}`;
}

function heldText(holder: LockStatus["holder"], isHeld: boolean, now: number): string {
  if (!isHeld) return "free";
  if (holder === null) return "held, and nobody knows by whom";
  const { command, host, pid, since } = holder;
  const heldMs = Math.max(0, now - since);
  const who = singleLine(`${command} on ${host}`);
  return `held by ${who} (pid ${String(pid)}) since ${shownMoment(since)}, for ${shownTime(heldMs)}`;
}
