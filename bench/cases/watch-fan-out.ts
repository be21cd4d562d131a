import { Worker } from "../child.ts";
import { outcomeOf, shown, summarize, type Benchmark, type Row } from "../harness.ts";
import type { FanOutJob, FanOutOutcome } from "../workers/fan-out.ts";

const ROUNDS = 5;
const DEPENDENTS = 10_000;
const WHAT = `one fails, and ${DEPENDENTS.toLocaleString("en")} with it that depend on it`;

/** One dependency that fails under 10,000, all of which are looked at at the same moment. */
export const watchFanOut: Benchmark = {
  name: "watch-fan-out",
  run: async () => {
    const outcomes: FanOutOutcome[] = [];
    while (outcomes.length < ROUNDS) {
      await using worker = new Worker<FanOutJob, FanOutOutcome>("workers/fan-out.ts");
      outcomes.push(await worker.run({ dependents: DEPENDENTS }));
    }
    const most = (of: (outcome: FanOutOutcome) => number): number => Math.max(...outcomes.map(of));
    return [
      row(
        `${WHAT}: checks of it until all are judged`,
        most((outcome) => outcome.rootLooks),
      ),
      row(
        "incidents",
        most(({ incidents }) => incidents),
      ),
      row(
        "messages",
        most(({ messages }) => messages),
      ),
      {
        what: "from the failure until all are judged, and their cause known",
        figure: shown(summarize(outcomes.map(({ judgedMs }) => judgedMs)), " ms"),
        beside: `CPU time: ${shown(summarize(outcomes.map(({ cpuMs }) => cpuMs)), " ms")}`,
        ratio: "",
        target: "none",
        outcome: "information",
      },
    ];
  },
};

function row(what: string, count: number): Row {
  return {
    what,
    figure: String(count),
    beside: "",
    ratio: "",
    target: "1",
    outcome: outcomeOf(count === 1),
  };
}
