import { Worker } from "../child.ts";
import { outcomeOf, type Benchmark } from "../harness.ts";
import { startLightTarget } from "../nginx-target.ts";
import { ensureBuilt } from "../program.ts";
import { startServing } from "../serving.ts";
import type { StreamsJob, StreamsOutcome } from "../workers/streams.ts";

const STREAMS = 1_000;
const SECONDS = 30;
const SERVICES = 10;
const LIMIT_MS = 250;

/** 1,000 who follow events live, one of which happens each second. */
export const serveStreams: Benchmark = {
  name: "serve-streams",
  run: async (note) => {
    ensureBuilt(note);
    await using target = await startLightTarget(1);
    const urls = target.origins.map((origin) => `${origin}/ok`);
    await using serving = await startServing({ urls, count: SERVICES, intervalSeconds: 30 });
    const api = `${serving.origin}/api/projects/${serving.project}`;
    const silence = `${api}/resources/service-00000/holds/silence`;
    await using followers = new Worker<StreamsJob, StreamsOutcome>("workers/streams.ts");
    const { missing, p50Ms, p99Ms, mostMs } = await followers.run({
      url: `${api}/events`,
      streams: STREAMS,
      changes: [
        { method: "POST", url: silence },
        { method: "DELETE", url: silence },
      ],
      seconds: SECONDS,
    });
    return [
      {
        what: `from an event until the last of ${STREAMS.toLocaleString("en")} streams has it, one a second`,
        figure: `${mostMs.toFixed(0)} ms`,
        beside: `median: ${p50Ms.toFixed(0)} ms; p99: ${p99Ms.toFixed(0)} ms; missing: ${String(missing)}`,
        ratio: "",
        target: `at most ${String(LIMIT_MS)} ms`,
        outcome: outcomeOf(mostMs <= LIMIT_MS && missing === 0),
      },
    ];
  },
};
