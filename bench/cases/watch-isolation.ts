import {
  alternate,
  outcomeOf,
  ratioOf,
  shown,
  shownRatio,
  summarize,
  type Benchmark,
  type Row,
} from "../harness.ts";
import { startTarget } from "../target-server.ts";
import { services, watchAfresh } from "../watching.ts";
import type { WatchJob, WatchOutcome } from "../workers/watch.ts";

const ROUNDS = 5;
const STEADY = 2_000;
const STEADY_SECONDS = 4;
/** They go up and down all the time: each change is a commit, and what goes down is told. */
const CHANGING = 100;
const HANGING = 500;
const TIMEOUT_SECONDS = 3;
const COMMIT_DELAY_MS = 1_000;
const WARM_UP_MS = 6_000;
const MEASURE_MS = 12_000;
/** So much later, and no more, may others begin. */
const LIMIT_MORE_MS = 10;

/** What hangs, a slow database and a channel that never answers, and whether any of them delays the checks of others. */
export const watchIsolation: Benchmark = {
  name: "watch-isolation",
  run: async (note) => {
    await using target = await startTarget(8);
    const [hangingOrigin = "", changingOrigin = "", ...origins] = target.origins;
    const urls = origins.map((origin) => `${origin}/ok`);
    const steady = services(STEADY, STEADY_SECONDS, { urls });
    const changing = services(CHANGING, 1, {
      urls: [`${changingOrigin}/turns`],
      isMeasured: false,
    });
    const hanging = services(HANGING, STEADY_SECONDS, {
      urls: [`${hangingOrigin}/hang`],
      timeoutSeconds: TIMEOUT_SECONDS,
      isMeasured: false,
    });
    const watch = async (changes: Partial<WatchJob>): Promise<WatchOutcome> => {
      const times = { warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS };
      const groups = [steady, changing];
      const job = { groups, transport: "network", isCounted: false, ...times, ...changes } as const;
      const outcome = await watchAfresh(job);
      if (outcome.commits === 0 || outcome.messages === 0) throw new Error("nothing changed");
      return outcome;
    };
    const runs = await alternate(ROUNDS, {
      calm: () => watch({}),
      hanging: () => watch({ groups: [steady, changing, hanging] }),
      slow: () => watch({ commitDelayMs: COMMIT_DELAY_MS }),
      silent: () => watch({ channel: "hanging" }),
    });
    const [first] = runs.silent;
    note(`${String(first?.commits)} commits in a run`);
    return [
      row(runs, "hanging", `${String(HANGING)} others hang until their timeout`),
      row(runs, "slow", "each commit takes 1 s longer"),
      row(runs, "silent", "the channel of messages never answers"),
    ];
  },
};

type Runs = Readonly<Record<"calm" | "hanging" | "slow" | "silent", readonly WatchOutcome[]>>;

function row(runs: Runs, of: keyof Runs, what: string): Row {
  const late = (name: keyof Runs): number[] => runs[name].map(({ lateP99Ms }) => lateP99Ms);
  const more = summarize(late(of).map((ms, round) => ms - (late("calm")[round] ?? Number.NaN)));
  return {
    what: `p99 of how late others begin, while ${what}`,
    figure: shown(summarize(late(of)), " ms", 1),
    beside: `without: ${shown(summarize(late("calm")), " ms", 1)}`,
    ratio: shownRatio(ratioOf(late(of), late("calm"))),
    target: `at most ${String(LIMIT_MORE_MS)} ms more`,
    outcome: outcomeOf(more.median <= LIMIT_MORE_MS),
  };
}
