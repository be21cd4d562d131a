import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ObservationError } from "../../src/model/errors.ts";
import type { FunctionOutcome } from "../../src/model/function-outcome.ts";
import { targetOf } from "../../src/model/target.ts";
import type { FunctionOptions } from "../../src/ports/functions.ts";
import { runContainer } from "../support/containers.ts";
import { functionProject, type FunctionProject } from "../support/function-project.ts";
import { hasPart } from "../support/parts.ts";

const WITHIN = { timeout: 10_000, interval: 20 };

let project: FunctionProject;

beforeAll(async () => {
  project = await functionProject();
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
});

function run(name: string, options: Partial<FunctionOptions> = {}): Promise<FunctionOutcome> {
  return project.run(name, options);
}

function isAlive(pid: number): boolean {
  try {
    // A zombie waits for somebody to notice, and does nothing.
    return !/^\d+ \(.*\) Z/u.test(readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
  } catch {
    return false;
  }
}

it("projectFunctions() calls a function with its resource and a context", async () => {
  expect(await run("returns", { timeoutMs: 14_000 })).toEqual({
    end: "returned",
    value: { passed: true, message: "host", timeoutMs: 14_000, aborted: false },
    output: "looking at box\n",
  });
});

it("projectFunctions() tells what a function throws, with its own lines", async () => {
  expect(await run("throws")).toEqual({
    end: "threw",
    message: "TypeError: no such thing",
    stack: "at throws (main.ts:17:9)",
    output: "",
  });
  const rejected = await run("rejects");
  expect(rejected).toMatchObject({ end: "threw", message: "Error: from elsewhere" });
  expect(rejected).toHaveProperty(
    "stack",
    expect.stringMatching(/^at fail \(local\.ts:2:9\)\n.*main\.ts:21:3/u),
  );
  expect(await run("throwsLater")).toMatchObject({ end: "threw", message: "Error: later" });
});

it.each(["loops", "waits"])(
  "projectFunctions() kills what never ends: one that %s",
  async (name) => {
    const outcome = await run(name, { timeoutMs: 4_000 });
    expect(outcome).toMatchObject({
      end: "killed",
      reason: "timeout",
      message: "no answer within 4 s",
    });
    expect(Number(outcome.output)).toBeGreaterThan(1);
    expect(isAlive(Number(outcome.output))).toBe(false);
  },
);

it("projectFunctions() notices a promise that can never be settled", async () => {
  expect(await run("waitsForNothing")).toEqual({
    end: "killed",
    reason: "exit",
    message: "waits for something that can never come",
    output: "",
  });
});

it.each(["eats", "eatsBuffers"])(
  "projectFunctions() limits the memory of what %s",
  async (name) => {
    expect(await run(name, { memoryMb: 48 })).toEqual({
      end: "killed",
      reason: "memory",
      message: "used more than 48 MiB of memory",
      output: "",
    });
  },
);

it("projectFunctions() survives a function that ends its process", async () => {
  expect(await run("exits")).toMatchObject({
    end: "killed",
    reason: "exit",
    message: "ended its process with exit code 7",
  });
  expect(await run("crashes")).toMatchObject({
    end: "killed",
    reason: "crash",
    message: "ended by SIGSEGV",
  });
});

it("projectFunctions() keeps the first 64 KiB of what is printed", async () => {
  const { end, output } = await run("prints");
  expect(end).toBe("returned");
  expect(output).toHaveLength(64 * 1024);
});

it("projectFunctions() leaves nothing running that a function started", async () => {
  const outcome = await run("spawns");
  const pid = outcome.end === "returned" ? Number(outcome.value) : 0;
  expect(pid).toBeGreaterThan(1);
  await vi.waitFor(() => {
    expect(isAlive(pid)).toBe(false);
  }, WITHIN);
});

it.runIf(process.platform === "linux")(
  "projectFunctions() leaves nothing running that a function started in a group of its own",
  async () => {
    const outcome = await run("spawnsDetached");
    const pids =
      outcome.end === "returned"
        ? JSON.stringify(outcome.value).replaceAll(`"`, "").split(" ").map(Number)
        : [];
    expect(pids).toHaveLength(2);
    await vi.waitFor(() => {
      expect(pids.map(isAlive)).toEqual([false, false]);
    }, WITHIN);
  },
);

it("projectFunctions() lets a function use packages, and nothing of our environment", async () => {
  vi.stubEnv("CLOCKWORK_TEST_SECRET", "hidden");
  expect(await run("imports")).toMatchObject({ value: 42 });
  expect(await run("looksAtEnvironment")).toMatchObject({ end: "returned", value: [] });
});

it("projectFunctions() writes what of an answer is no JSON as text", async () => {
  expect(await run("returnsNoJson")).toMatchObject({
    end: "returned",
    value: { passed: true, seen: "[object Map]" },
  });
});

it("projectFunctions() runs four at once and no more", async () => {
  const log = project.folder.write("log", "");
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => run("meets")));
  expect(outcomes.map(({ end }) => end)).toEqual(Array(8).fill("returned"));
  let under = 0;
  const counts = readFileSync(log, "utf8")
    .split("")
    .map((mark) => (under += mark === "+" ? 1 : -1));
  expect(Math.max(...counts)).toBe(4);
});

it("projectFunctions() lets a function wait for its turn as long as somebody wants to know", async () => {
  await using crowded = project.open();
  const options = { targets: [targetOf("box", "host", {})], memoryMb: 128, timeoutMs: 60_000 };
  const never = new AbortController().signal;
  const busy = new AbortController();
  const others = [1, 2, 3, 4].map(() =>
    crowded.run(project.named("waits"), { ...options, signal: busy.signal }).catch(String),
  );
  const patient = crowded.run(project.named("returns"), {
    ...options,
    timeoutMs: 1_500,
    signal: never,
  });
  const impatient = new AbortController();
  const { signal } = impatient;
  const givesUp = crowded.run(project.named("returns"), { ...options, signal });
  const reason = new Error("enough");
  impatient.abort(reason);
  await expect(givesUp).rejects.toBe(reason);
  await sleep(1_600);
  busy.abort(reason);
  expect(await Promise.all(others)).toEqual(Array(4).fill("Error: enough"));
  expect(await patient).toMatchObject({ end: "returned", value: { message: "host" } });
});

it("projectFunctions() ends what is under way when it is disposed", async () => {
  const own = project.open();
  const options = { targets: [], memoryMb: 128, timeoutMs: 60_000 };
  const { signal } = new AbortController();
  const running = own.run(project.named("waits"), { ...options, signal });
  const ended = expect(running).rejects.toThrow(new ObservationError("functions are run no more"));
  await own[Symbol.asyncDispose]();
  await ended;
});

it("projectFunctions() ends a function when its signal says so", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const running = run("waits", { signal: controller.signal });
  setTimeout(() => {
    controller.abort(reason);
  }, 100);
  await expect(running).rejects.toBe(reason);
  await expect(run("returns", { signal: controller.signal })).rejects.toBe(reason);
});

it("projectFunctions() runs commands of a function on this machine", async () => {
  expect(await run("runs")).toMatchObject({
    value: { passed: true, stdout: "box\n", stderr: "oops\n" },
  });
  expect(await run("runsText")).toMatchObject({ end: "threw" });
  await expect(run("runsNothing")).rejects.toThrow(ObservationError);
});

it("projectFunctions() ends commands with their function", async () => {
  expect(await run("leavesCommand")).toMatchObject({ value: true });
  const pid = Number(readFileSync(join(project.folder.path, "pid"), "utf8"));
  await vi.waitFor(() => {
    expect(isAlive(pid)).toBe(false);
  }, WITHIN);
  rmSync(join(project.folder.path, "pid"));
});

it("projectFunctions() runs no other function than the one that was declared", async () => {
  const how = {
    targets: [],
    memoryMb: 128,
    timeoutMs: 15_000,
    signal: new AbortController().signal,
  };
  const other = { ...project.named("returns"), hash: project.named("throws").hash };
  await expect(project.functions.run(other, how)).rejects.toThrow(
    /does not declare this function.*clockwork compile/u,
  );
  const beyond = { ...project.named("returns"), position: 99 };
  await expect(project.functions.run(beyond, how)).rejects.toThrow(
    "does not declare this function",
  );
  const { of } = project.named("returns");
  const more = { ...project.named("returns"), of: of + 1 };
  await expect(project.functions.run(more, how)).rejects.toThrow("does not declare this function");
  const elsewhere = { ...project.named("returns"), module: "gone.ts" };
  await expect(project.functions.run(elsewhere, how)).rejects.toThrow(
    "gone.ts cannot be loaded here",
  );
});

describe.skipIf(!hasPart("docker"))("projectFunctions() with Docker", () => {
  it("runs commands of a function in the container of its resource", async () => {
    await using box = await runContainer({ image: "busybox" });
    const container = { engine: "docker", name: box.name } as const;
    const targets = [targetOf("inside", "docker", { container })];
    const shown = await run("runs", { targets });
    expect(shown).toMatchObject({ value: { stdout: "inside\n", stderr: "oops\n" } });
    await box.stop();
    await expect(run("runs", { targets })).rejects.toThrow(ObservationError);
  });
});
