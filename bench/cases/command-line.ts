import { testFolder } from "../../test/support/folder.ts";
import { alternate, type Benchmark } from "../harness.ts";
import { ensureBuilt, nothingMs, rowBesideNothing, runClockwork, timeMs } from "../program.ts";
import { startTarget } from "../target-server.ts";

const ROUNDS = 20;
const WARM_UPS = 3;
const CHECK_LIMIT_MS = 150;
const VERSION_LIMIT_MS = 60;

/** The built command from start to exit, beside a Node that does nothing. */
export const commandLine: Benchmark = {
  name: "command-line",
  run: async (note) => {
    ensureBuilt(note);
    await using target = await startTarget(5);
    using folder = testFolder();
    const services = target.origins.map((origin, index) => ({
      name: `service-${String(index + 1)}`,
      url: `${origin}/ok`,
      expected_status: 200,
      timeout: 5,
    }));
    const file = folder.write("services.json", JSON.stringify(services, null, 2));
    const variants = {
      nothing: nothingMs,
      version: () => timeMs(runClockwork(["--version"])),
      check: () => timeMs(runClockwork(["check", file])),
    };
    await alternate(WARM_UPS, variants);
    const { nothing, version, check } = await alternate(ROUNDS, variants);
    const what = "clockwork check, five local services";
    return [
      rowBesideNothing(what, { ours: check, nothing }, CHECK_LIMIT_MS),
      rowBesideNothing("clockwork --version", { ours: version, nothing }, VERSION_LIMIT_MS),
    ];
  },
};
