import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { assertKind, HANGING, NO_ANSWER, shown } from "../../support/assert-kind.ts";
import { runContainer, type Container } from "../../support/containers.ts";
import { dockerEngine } from "../../support/docker.ts";
import { testFolder, type TestFolder } from "../../support/folder.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { hasPart } from "../../support/parts.ts";
import { needProgram } from "../../support/programs.ts";
import { rawServer } from "../../support/raw-server.ts";

// What the kernel says of this machine and its processes comes at once or not at all, so that there is nothing to hang or to
// err: LoadAverageAssert has neither case, the others have those of the container engine.

const NAME = `cw-busy-${String(process.pid)}`.slice(0, 15);
const MEGABYTES = /^[\d.]+ [kMG]B$/u;
const PERCENT = /^[\d.]+ %$/u;

let folder: TestFolder;
let leftovers: Leftovers;
let busy: ChildProcess;

beforeAll(async () => {
  folder = testFolder();
  copyFileSync(needProgram("dash"), join(folder.path, NAME));
  leftovers = watchLeftovers();
  busy = spawn(join(folder.path, NAME), ["-c", "while :; do :; done"], { stdio: "ignore" });
  await once(busy, "spawn");
});
afterAll(async () => {
  const ended = once(busy, "exit");
  busy.kill("SIGKILL");
  await ended;
  folder[Symbol.dispose]();
  await leftovers.expectNone();
});

describe.concurrent("LoadAverageAssert", () => {
  it("passes below a limit that no machine meets, and fails above none", async ({ expect }) => {
    const value = /^[\d.]+ \(1 min\)$/u;
    const passed = await shown("load-average", { max1: 100_000 });
    expect(passed).toEqual(["pass", "at most 100000 (1 min)", expect.stringMatching(value)]);
    // The busy process alone may not have counted yet, but who runs the tests does.
    const outcome = await assertKind("load-average", { max15: 0 });
    const isIdle = outcome.metrics["load15"] === 0;
    expect(outcome).toMatchObject({
      verdict: isIdle ? "pass" : "fail",
      expected: "at most 0 (15 min)",
    });
  });
});

describe.concurrent("MemoryUsageAssert", () => {
  const kind = "memory-usage";
  it("passes for this machine and for a process within the limit", async ({ expect }) => {
    const machine = await shown(kind, { maxMb: 1e9 });
    expect(machine).toEqual(["pass", "at most 1 PB", expect.stringMatching(MEGABYTES)]);
    const process = await shown(kind, { maxMb: 100, process: NAME });
    expect(process).toEqual(["pass", "at most 100 MB", expect.stringMatching(MEGABYTES)]);
  });
  it("fails above the limit, and for a process that does not run", async ({ expect }) => {
    const machine = await shown(kind, { maxMb: 1 });
    expect(machine).toEqual(["fail", "at most 1 MB", expect.stringMatching(/^[\d.]+ [MG]B$/u)]);
    const process = await shown(kind, { maxMb: 0.001, process: NAME });
    expect(process).toEqual(["fail", "at most 1 kB", expect.stringMatching(MEGABYTES)]);
    const none = await shown(kind, { maxMb: 1, process: `${NAME.slice(0, 10)}none` });
    expect(none).toEqual(["fail", "at most 1 MB", "not running"]);
  });
});

describe.concurrent("CpuUsageAssert", () => {
  const kind = "cpu-usage";
  it("passes for this machine and for a process within the limit", async ({ expect }) => {
    const machine = await shown(kind, { maxPercent: 100, sample: "200ms" });
    expect(machine).toEqual(["pass", "at most 100 %", expect.stringMatching(PERCENT)]);
    const process = await shown(kind, { maxPercent: 1_000, process: NAME });
    expect(process).toEqual(["pass", "at most 1000 %", expect.stringMatching(PERCENT)]);
  });
  it("fails for a process above it, and for one that does not run", async ({ expect }) => {
    const outcome = await assertKind(kind, { maxPercent: 1, process: NAME });
    expect(outcome).toMatchObject({ verdict: "fail", expected: "at most 1 %" });
    expect(outcome.metrics["usedPercent"]).toBeGreaterThan(1);
    const none = await shown(kind, { maxPercent: 1, process: `${NAME.slice(0, 10)}none` });
    expect(none).toEqual(["fail", "at most 1 %", "not running"]);
  });
});

describe.skipIf(!hasPart("docker"))("of a container,", () => {
  let container: Container;
  let env: Record<string, string>;
  beforeAll(async () => {
    const { host } = await dockerEngine();
    env = { DOCKER_HOST: host };
    container = await runContainer({
      image: "busybox",
      command: ["sh", "-c", "while :; do :; done"],
    });
  });
  afterAll(async () => {
    await container.remove();
  });

  it.concurrent.for([
    ["MemoryUsageAssert", "memory-usage", { maxMb: 500 }, { maxMb: 0.001 }],
    ["CpuUsageAssert", "cpu-usage", { maxPercent: 1_000 }, { maxPercent: 1 }],
  ] as const)(
    "%s passes, fails, errs without an engine and when it hangs",
    async ([, kind, wide, narrow], { expect }) => {
      const { name } = container;
      const target = { container: { engine: "docker", name } } as const;
      const [passed, failed, missing, gone] = await Promise.all([
        shown(kind, wide, { env, target }),
        shown(kind, { ...narrow, container: name }, { env }),
        shown(kind, { ...wide, container: "cw-no-such-container" }, { env }),
        shown(kind, wide, { env: { DOCKER_HOST: "unix:///nonexistent" }, target }),
      ]);
      const figure: unknown = expect.stringMatching(/^[\d.]+ (?:%|[kMG]B)$/u);
      expect(passed).toEqual(["pass", expect.any(String), figure]);
      expect(failed).toEqual(["fail", expect.any(String), figure]);
      expect(missing).toEqual(["fail", expect.any(String), "not running"]);
      const noEngine =
        /^no docker engine answers: tried \/nonexistent \(not there\); start the engine/u;
      expect(gone).toEqual(["error", null, expect.stringMatching(noEngine)]);

      await using silent = await rawServer();
      const hanging = { DOCKER_HOST: `tcp://127.0.0.1:${String(silent.port)}` };
      const waited = await shown(kind, wide, { env: hanging, target, ...HANGING });
      expect(waited).toEqual(["error", null, NO_ANSWER]);
      await silent.allClosed();
    },
  );
});
