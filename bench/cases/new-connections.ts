import type { Benchmark } from "../harness.ts";
import { compareRates } from "../rates.ts";
import { startTarget } from "../target-server.ts";

/** `checkAllServices` with a new connection for each check, beside a bare `node:http` loop that opens one for each request. */
export const newConnections: Benchmark = {
  name: "new-connections",
  run: async (note) => {
    await using target = await startTarget(8);
    const urls = target.origins.map((origin) => `${origin}/ok`);
    return await compareRates({ urls, count: 5_000, reuseConnections: false, target: 0.8 }, note);
  },
};
