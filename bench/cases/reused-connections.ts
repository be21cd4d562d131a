import type { Benchmark } from "../harness.ts";
import { compareRates } from "../rates.ts";
import { startTarget } from "../target-server.ts";

/** `checkAllServices` with connections reused, beside a bare `node:http` loop over a keep-alive agent. */
export const reusedConnections: Benchmark = {
  name: "reused-connections",
  run: async (note) => {
    await using target = await startTarget();
    const urls = target.origins.map((origin) => `${origin}/ok`);
    return await compareRates({ urls, count: 20_000, reuseConnections: true, target: 0.6 }, note);
  },
};
