import { join } from "node:path";
import { runContainer } from "../../test/support/containers.ts";
import { dockerEngine, mayHaveDocker } from "../../test/support/docker.ts";
import { testFolder } from "../../test/support/folder.ts";
import { findProgram } from "../../test/support/programs.ts";
import { assertMs, expectOneFailure } from "../assertions.ts";
import { alternate, type Benchmark, type Row } from "../harness.ts";
import { ensureBuilt, nothingMs, rowBesideNothing, runClockwork, timeMs } from "../program.ts";

const ROUNDS = 20;
const WARM_UPS = 3;
const LIMIT_MS = 100;
const WHAT = "clockwork assert --plan, one container";
/** What the image is made of. */
const PROGRAMS = ["busybox", "redis-server", "redis-cli"];

/** The plan of one real container, by the built command from start to exit, beside a Node that does nothing. */
export const assertPlan: Benchmark = {
  name: "assert-plan",
  run: async (note) => {
    if (!mayHaveDocker() || PROGRAMS.some((name) => findProgram(name) === null)) {
      return [notInstalled()];
    }
    ensureBuilt(note);
    const { host } = await dockerEngine();
    await using container = await runContainer({ image: "redis" });
    using folder = testFolder();
    folder.write("main.ts", projectText(container.name));
    await timeMs(runClockwork(["compile", "--project", folder.path]));
    const plan = join(folder.path, ".clockwork/plans/assert_redis.json");
    const run = { args: ["--plan", plan], count: 1, env: { DOCKER_HOST: host } };
    const variants = { nothing: nothingMs, ours: () => assertMs(run) };
    await alternate(WARM_UPS, variants);
    const times = await alternate(ROUNDS, variants);
    await container.stop();
    await expectOneFailure(run);
    return [rowBesideNothing(WHAT, times, LIMIT_MS)];
  },
};

function projectText(container: string): string {
  return `import { ContainerRunningAssert } from "clockwork/assertions";
import { HostResource } from "clockwork/resources";

export const redis = new HostResource({
  name: "redis",
  assertions: [new ContainerRunningAssert({ container: ${JSON.stringify(container)} })],
});
`;
}

function notInstalled(): Row {
  return {
    what: WHAT,
    figure: "",
    beside: "node -e 0",
    ratio: "",
    target: `below ${String(LIMIT_MS)} ms`,
    outcome:
      "not measured: no Docker Engine, or none of the Debian packages docker.io, iptables, busybox-static and redis-server",
  };
}
