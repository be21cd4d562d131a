import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Processes, ProcessInfo } from "../../ports/processes.ts";
import type { World } from "../../ports/world.ts";
import { ProcessRunningAssert } from "./process-running.ts";

const { kind } = ProcessRunningAssert;

function running(pid: number, command: readonly string[], isZombie = false): ProcessInfo {
  const rest = { parentPid: 0, userId: 0, startedAt: 0, memoryBytes: 0, cpuMs: 0 };
  return { ...rest, pid, name: command[0] ?? "", command: isZombie ? [] : command, isZombie };
}

function processes(...all: readonly ProcessInfo[]): Pick<World, "processes"> {
  const port: Partial<Processes> = {
    list: () => Promise.resolve(all),
    hidden: () => Promise.resolve(null),
  };
  return { processes: () => Promise.resolve(port as Processes) };
}

it("ProcessRunningAssert passes for one process and shows its id", async () => {
  const world = processes(running(7, ["nginx", "-g"]), running(8, ["vim", "nginx"]));
  expect(await probe(kind, { name: "nginx" }, { world })).toEqual({
    verdict: "pass",
    expected: "at least 1 process",
    actual: "1 process (pid 7)",
    metrics: { processCount: 1 },
  });
});

it("ProcessRunningAssert does not count a zombie, and mentions it", async () => {
  const world = processes(running(7, ["nginx"], true));
  const judgement = await probe(kind, { name: "nginx" }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "no process, 1 zombie" });
});

it.each([
  [{ minCount: 3 }, "fail", "at least 3 processes"],
  [{ minCount: 2 }, "pass", "at least 2 processes"],
  [{ maxCount: 1 }, "fail", "exactly 1 process"],
  [{ maxCount: 2 }, "pass", "1 to 2 processes"],
  [{ minCount: 2, maxCount: 2 }, "pass", "exactly 2 processes"],
  [{ minCount: 0, maxCount: 1 }, "fail", "0 to 1 process"],
])("ProcessRunningAssert with %j of two processes: %s", async (counts, verdict, expected) => {
  const world = processes(running(7, ["nginx"]), running(8, ["nginx"]));
  const judgement = await probe(kind, { name: "nginx", ...counts }, { world });
  expect(judgement).toMatchObject({ verdict, expected, actual: "2 processes (pid 7, 8)" });
});

it.each([
  [{ minCount: 3 }, "error"],
  [{ minCount: 1 }, "pass"],
  [{ maxCount: 1 }, "fail"],
  [{ maxCount: 2 }, "error"],
])("ProcessRunningAssert with %j of two processes where others are hidden: %s", async (...args) => {
  const [counts, verdict] = args;
  const port: Partial<Processes> = {
    list: () => Promise.resolve([running(7, ["nginx"]), running(8, ["nginx"])]),
    hidden: () => Promise.resolve("/proc is mounted with hidepid=2"),
  };
  const world = { processes: () => Promise.resolve(port as Processes) };
  const judgement = await probe(kind, { name: "nginx", ...counts }, { world });
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.actual.includes("others are hidden, as /proc is")).toBe(verdict === "error");
});

it("ProcessRunningAssert needs name and pattern to hold", async () => {
  const world = processes(running(1, ["java", "kafka.jar"]), running(2, ["java", "app.jar"]));
  const options = { name: "java", pattern: /kafka/, maxCount: 1 };
  expect(await probe(kind, options, { world })).toMatchObject({
    verdict: "pass",
    actual: "1 process (pid 1)",
  });
});

it("ProcessRunningAssert looks for the command of its resource, word for word", async () => {
  const target = { command: ["node", "server.js"] };
  const world = processes(running(1, ["node", "server.js", "--dev"]));
  expect(await probe(kind, {}, { world, target })).toMatchObject({ verdict: "fail" });
  const exact = processes(running(2, ["node", "server.js"]));
  expect(await probe(kind, {}, { world: exact, target })).toMatchObject({ verdict: "pass" });
});

it("ProcessRunningAssert shows ten process ids at most", async () => {
  const all = Array.from({ length: 30 }, (_, index) => running(index + 1, ["web"]));
  const { actual } = await probe(kind, { name: "web" }, { world: processes(...all) });
  expect(actual).toBe("30 processes (pid 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)");
});

it("ProcessRunningAssert cannot say anything when processes cannot be listed", async () => {
  const error = new ObservationError("cannot list");
  const port: Partial<Processes> = {
    list: () => Promise.reject(error),
    hidden: () => Promise.reject(error),
  };
  const world = { processes: () => Promise.resolve(port as Processes) };
  await expect(probe(kind, { name: "web" }, { world })).rejects.toBe(error);
});

it("ProcessRunningAssert needs to be told what to look for, and counts in order", () => {
  expect(() => bind(kind, {})).toThrow("needs a name or a pattern");
  const counts = { name: "a", minCount: 3, maxCount: 2 };
  expect(() => bind(kind, counts)).toThrow("needs minCount to be at most maxCount: got 3 and 2");
});

it("ProcessRunningAssert says what it claims, without arguments", () => {
  const claim = (options: object) => kind.claim(bind(kind, options));
  expect(claim({ name: "nginx" })).toBe("nginx runs");
  expect(claim({ name: "nginx", minCount: 2 })).toBe("nginx runs as at least 2 processes");
  expect(claim({ command: ["/bin/db", "--password=x"] })).toBe("db runs");
});
