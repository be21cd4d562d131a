import type { Explanation } from "../../model/control.ts";
import type { Hold } from "../../model/incident.ts";
import { momentText, whenText } from "../../model/moments.ts";
import { forgettingText, nextRepair } from "./next-repair.ts";

/** What tells what comes next of a resource. */
export interface Outlook extends Pick<
  Explanation,
  | "state"
  | "policy"
  | "repairs"
  | "holds"
  | "incidents"
  | "nextLookAt"
  | "isLooking"
  | "isDeploying"
  | "destroyAt"
> {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  /** False when no `clockwork up` runs. */
  readonly isWatched: boolean;
}

/**
 * Tells what happens next with a resource, and when. Pure.
 *
 * @param outlook - What is known of it.
 * @returns Sentences, the most important first; at least one.
 */
export function whatsNext(outlook: Outlook): readonly string[] {
  const { state, now } = outlook;
  if (state.expiredAt !== null) {
    const at = momentText(state.expiredAt, now);
    return [
      `nothing: its time was over at ${at}, and it was destroyed; clockwork apply makes it again`,
    ];
  }
  const sentences = [
    ...presenceTexts(outlook),
    ...holdsOf(outlook).map((hold) => holdText(hold, outlook)),
    ...acknowledgementTexts(outlook),
    ...repairTexts(outlook),
    ...lookTexts(outlook),
    ...endTexts(outlook),
  ];
  return sentences.length === 0 ? ["nothing is due"] : sentences;
}

function holdsOf({ holds, now }: Outlook): readonly Hold[] {
  return holds.filter(({ until }) => until === null || until > now);
}

function isPaused(outlook: Outlook): boolean {
  return holdsOf(outlook).some(({ kind }) => kind === "pause");
}

function presenceTexts({ isWatched, isDeploying }: Outlook): readonly string[] {
  if (!isWatched) return ["nothing before clockwork up runs again: nobody looks meanwhile"];
  return isDeploying
    ? ["a deploy works on it: it is judged and repaired again once that has ended"]
    : [];
}

const HELD: Readonly<Record<Hold["kind"], string>> = {
  pause: "it is neither looked at nor repaired",
  maintenance: "it is neither repaired nor told of",
  silence: "nobody is told of it",
  clock: "it is not destroyed",
};

const WHY: Readonly<Record<Hold["kind"], string>> = {
  pause: "paused",
  maintenance: "in maintenance",
  silence: "silenced",
  clock: "its deadline was crossed by a jump of the clock",
};

function holdText({ kind, resource, until, by, comment }: Hold, { state, now }: Outlook): string {
  const end = `clockwork resume ${resource === null ? "--all" : state.resource}`;
  if (kind === "clock") {
    return `${HELD.clock}: ${WHY.clock}; ${end} confirms that it may be`;
  }
  const till = until === null ? "" : ` until ${momentText(until, now)}`;
  const said = comment === "" ? "" : ` (${comment})`;
  const scope = resource === null ? "the whole project is " : "";
  return `${HELD[kind]}${till}: ${scope}${WHY[kind]} by ${by}${said}; ${end} ends that`;
}

function acknowledgementTexts({ incidents, now }: Outlook): readonly string[] {
  return incidents.flatMap(({ acknowledged }) => {
    if (acknowledged === null) return [];
    const { by, at, comment } = acknowledged;
    const said = comment === "" ? "" : ` (${comment})`;
    return [`nobody is told before it ends: ${by} took it over at ${momentText(at, now)}${said}`];
  });
}

function repairTexts(outlook: Outlook): readonly string[] {
  const { isWatched, isDeploying } = outlook;
  if (!isWatched || isDeploying || isPaused(outlook)) return [];
  const mayRepair = !holdsOf(outlook).some(({ kind }) => kind === "maintenance");
  return nextRepair({ ...outlook, mayRepair });
}

function lookTexts(outlook: Outlook): readonly string[] {
  const { isWatched, isLooking, nextLookAt, now } = outlook;
  if (!isWatched || isPaused(outlook)) return [];
  if (isLooking) return ["it is being looked at"];
  return nextLookAt === null ? [] : [`next look ${whenText(nextLookAt, now)}`];
}

function endTexts(outlook: Outlook): readonly string[] {
  const { state, destroyAt, now } = outlook;
  const isHeld = holdsOf(outlook).some(({ kind }) => kind === "clock");
  const forgotten = outlook.isWatched ? forgettingText(state, now) : null;
  return [
    ...(forgotten === null ? [] : [forgotten]),
    ...(destroyAt === null || isHeld
      ? []
      : [`destroyed ${whenText(destroyAt, now)} (maxDuration)`]),
  ];
}
