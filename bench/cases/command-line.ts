import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { adopt } from "../child.ts";
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

const ROUNDS = 20;
const WARM_UPS = 3;
const CHECK_LIMIT_MS = 150;
const VERSION_LIMIT_MS = 60;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = join(ROOT, "dist/cli/bin.js");

/** The built command from start to exit, beside a Node that does nothing. */
export const commandLine: Benchmark = {
  name: "command-line",
  run: async (note) => {
    if (!existsSync(PROGRAM)) {
      note("dist/cli/bin.js is missing: npm run build");
      execFileSync("npm", ["run", "build"], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
    }
    await using target = await startTarget(5);
    using folder = temporaryFolder();
    const file = join(folder.path, "services.json");
    const services = target.origins.map((origin, index) => ({
      name: `service-${String(index + 1)}`,
      url: `${origin}/ok`,
      expected_status: 200,
      timeout: 5,
    }));
    writeFileSync(file, JSON.stringify(services, null, 2));
    const variants = {
      nothing: () => timeMs(["-e", "0"]),
      version: () => timeMs([PROGRAM, "--version"]),
      check: () => timeMs([PROGRAM, "check", file]),
    };
    await alternate(WARM_UPS, variants);
    const times = await alternate(ROUNDS, variants);
    const row = (what: string, of: "check" | "version", limitMs: number): Row => {
      const time = summarize(times[of]);
      return {
        what,
        figure: shown(time, " ms", 1),
        beside: `node -e 0: ${shown(summarize(times.nothing), " ms", 1)}`,
        ratio: shownRatio(ratioOf(times[of], times.nothing)),
        target: `below ${String(limitMs)} ms`,
        outcome: outcomeOf(time.median < limitMs),
      };
    };
    return [
      row("clockwork check, five local services", "check", CHECK_LIMIT_MS),
      row("clockwork --version", "version", VERSION_LIMIT_MS),
    ];
  },
};

// From spawn until the process has ended and its output was read.
async function timeMs(args: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  const child = adopt(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] }));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  await once(child, "close");
  const durationMs = performance.now() - startedMs;
  if (child.exitCode !== 0) throw new Error(`${args.join(" ")} failed: ${output}`);
  return durationMs;
}

function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "clockwork-bench-"));
  return {
    path,
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
