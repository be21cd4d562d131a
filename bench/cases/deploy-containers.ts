import { dockerEngine, mayHaveDocker } from "../../test/support/docker.ts";
import { testFolder } from "../../test/support/folder.ts";
import { image } from "../../test/support/images.ts";
import { findProgram } from "../../test/support/programs.ts";
import { endsWith } from "../deploys.ts";
import { alternate, type Benchmark, type Row } from "../harness.ts";
import { ensureBuilt, nothingMs, rowBesideNothing, runClockwork } from "../program.ts";

const ROUNDS = 15;
const WARM_UPS = 2;
const COUNT = 20;
const LIMIT_MS = 300;
const WHAT = `clockwork apply, nothing to do, ${String(COUNT)} containers`;

/** An apply that finds 20 real containers as they should be, by the built command from start to exit. */
export const deployContainers: Benchmark = {
  name: "deploy-containers",
  run: async (note) => {
    if (!mayHaveDocker() || findProgram("busybox") === null) return [notInstalled()];
    ensureBuilt(note);
    const engine = await dockerEngine();
    using folder = testFolder();
    folder.write("main.ts", projectText(await image(engine, "busybox")));
    const env = { DOCKER_HOST: engine.host, CW_MARKS_DIR: `${folder.path}/marks` };
    const onProject = ["--yes", "--project", folder.path];
    try {
      await endsWith(runClockwork(["apply", ...onProject], env), 0);
      const variants = {
        nothing: nothingMs,
        ours: () => endsWith(runClockwork(["apply", ...onProject], env), 0),
      };
      await alternate(WARM_UPS, variants);
      return [rowBesideNothing(WHAT, await alternate(ROUNDS, variants), LIMIT_MS)];
    } finally {
      await endsWith(runClockwork(["destroy", ...onProject], env), 0);
    }
  },
};

function projectText(busybox: string): string {
  const run = `${process.pid.toString(36)}-${Date.now().toString(36)}`;
  const containers = Array.from({ length: COUNT }, (_, index) => {
    const name = `bench-${run}-${String(index)}`;
    return `new DockerResource(${JSON.stringify({ name, image: busybox })});\n`;
  });
  return `import { DockerResource } from "clockwork/resources";\n\n${containers.join("")}`;
}

function notInstalled(): Row {
  return {
    what: WHAT,
    figure: "",
    beside: "node -e 0",
    ratio: "",
    target: `below ${String(LIMIT_MS)} ms`,
    outcome:
      "not measured: no Docker Engine, or none of the Debian packages docker.io, iptables and busybox-static",
  };
}
