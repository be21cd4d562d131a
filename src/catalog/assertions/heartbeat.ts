import { assertion, type Judgement } from "../../model/assertion.ts";
import { ObservationError } from "../../model/errors.ts";
import { boolean, duration } from "../../model/option-types.ts";
import { shownDuration } from "../../model/shown-duration.ts";
import { singleLine } from "../../model/text.ts";
import type { World } from "../../ports/world.ts";

const MS_PER_SECOND = 1_000;
/** A job may say more: it is in the details. */
const LIMIT_COMMENT = 200;

/** Its age is negative where the clock was set back; the same goes for all times here. */
interface Last {
  readonly ageMs: number;
  readonly isOk: boolean;
  readonly comment: string;
}

interface Observation {
  /** Null before the first. */
  readonly last: Last | null;
  readonly expectedForMs: number;
}

/**
 * A job that nobody sees from outside reports that it ran, and that it went well.
 *
 * @example
 * ```ts
 * new HeartbeatAssert({ within: "25h" });
 * ```
 */
export class HeartbeatAssert extends assertion({
  kind: "heartbeat",
  name: "HeartbeatAssert",
  summary:
    "The job that its resource stands for has reported not long ago that it went well; until it first does, the time since its resource was deployed last counts.",
  uses: ["heartbeats"],
  fields: {
    within: duration().required("How long ago its last heartbeat may be."),
    mustSucceed: boolean().or(true, "Whether a heartbeat that says that the job failed fails."),
  },
  blameForTimeout: "ourselves",
  claim: ({ within, mustSucceed }) =>
    `${mustSucceed ? "the job succeeds" : "a heartbeat comes"} within ${shown(within)}`,
  subject: () => "heartbeat",
  probe: async (_, world: World, { target: { resource } }): Promise<Observation> => {
    const heartbeats = await world.heartbeats();
    const { last, expectedSince } = await heartbeats.of(resource);
    const now = world.clock.now();
    // One that is deployed for the first time is recorded already, or its deploy is under way.
    if (expectedSince === null) {
      throw new ObservationError("it was never deployed: no heartbeat is expected before apply");
    }
    const shortened = last && { ageMs: now - last.at, isOk: last.isOk, comment: last.comment };
    return { last: shortened, expectedForMs: now - expectedSince };
  },
  judge: (observation, { within, mustSucceed }) => {
    const { last } = observation;
    const isInTime = Math.abs(spanMsOf(observation)) <= within * MS_PER_SECOND;
    const isBad = last?.isOk === false && mustSucceed;
    return {
      verdict: isInTime && !isBad ? "pass" : "fail",
      expected: `a heartbeat within ${shown(within)}`,
      actual: actualOf(observation, isInTime),
      ...(last === null ? {} : moreOf(last)),
    };
  },
  samples: [
    {
      options: { within: "25h" },
      observation: {
        last: { ageMs: 7_200_000, isOk: true, comment: "" },
        expectedForMs: 864_000_000,
      },
      verdict: "pass",
    },
    {
      options: { within: "25h" },
      observation: { last: null, expectedForMs: 3_600_000 },
      verdict: "pass",
    },
    {
      options: { within: "25h" },
      observation: { last: null, expectedForMs: 93_600_000 },
      verdict: "fail",
    },
    {
      options: { within: "25h" },
      observation: {
        last: { ageMs: 93_600_000, isOk: true, comment: "" },
        expectedForMs: 864_000_000,
      },
      verdict: "fail",
    },
    {
      options: { within: "25h" },
      observation: {
        last: { ageMs: 7_200_000, isOk: false, comment: "no space left on the backup disk" },
        expectedForMs: 864_000_000,
      },
      verdict: "fail",
    },
  ],
}) {}

function spanMsOf({ last, expectedForMs }: Observation): number {
  return last?.ageMs ?? expectedForMs;
}

function actualOf(observation: Observation, isInTime: boolean): string {
  const { last } = observation;
  const spanMs = spanMsOf(observation);
  // What is too long must not be rounded to what would be short enough.
  const seconds = Math.abs(spanMs) / MS_PER_SECOND;
  const time = shown(isInTime ? Math.floor(seconds) : Math.ceil(seconds));
  if (!isInTime) return spanMs < 0 ? `${time} in the future` : `no heartbeat for ${time}`;
  if (last === null) return `no heartbeat yet, expected for ${time}`;
  if (last.isOk) return `a heartbeat ${time} ago`;
  const comment = singleLine(last.comment).slice(0, LIMIT_COMMENT);
  const words = `the job said ${time} ago that it failed`;
  return comment === "" ? words : `${words}: ${comment}`;
}

function moreOf({ ageMs, comment }: Last): Pick<Judgement, "metrics" | "details"> {
  const metrics = { ageSeconds: ageMs / MS_PER_SECOND };
  return comment === "" ? { metrics } : { metrics, details: comment };
}

function shown(seconds: number): string {
  return shownDuration(seconds * MS_PER_SECOND);
}
