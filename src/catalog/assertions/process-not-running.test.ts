import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Processes, ProcessInfo } from "../../ports/processes.ts";
import type { World } from "../../ports/world.ts";
import { ProcessNotRunningAssert } from "./process-not-running.ts";

const { kind } = ProcessNotRunningAssert;

function running(pid: number, command: readonly string[], isZombie = false): ProcessInfo {
  const rest = { parentPid: 0, userId: 0, startedAt: 0, memoryBytes: 0, cpuMs: 0 };
  return { ...rest, pid, name: command[0] ?? "", command, isZombie };
}

function processes(...all: readonly ProcessInfo[]): Pick<World, "processes"> {
  const port: Partial<Processes> = {
    list: () => Promise.resolve(all),
    hidden: () => Promise.resolve(null),
  };
  return { processes: () => Promise.resolve(port as Processes) };
}

it("ProcessNotRunningAssert passes when there is none, or only a zombie", async () => {
  const world = processes(running(1, ["sshd"]), running(2, ["telnetd"], true));
  expect(await probe(kind, { name: "telnetd" }, { world })).toEqual({
    verdict: "pass",
    expected: "no process",
    actual: "no process",
    metrics: { processCount: 0 },
  });
});

it("ProcessNotRunningAssert fails with the ids of those that run", async () => {
  const world = processes(running(1, ["telnetd"]), running(2, ["telnetd"]));
  expect(await probe(kind, { name: "telnetd" }, { world })).toMatchObject({
    verdict: "fail",
    actual: "2 processes (pid 1, 2)",
  });
});

it("ProcessNotRunningAssert needs name and pattern to hold", async () => {
  const world = processes(running(1, ["node", "--inspect"]), running(2, ["node"]));
  const judgement = await probe(kind, { name: "node", pattern: "--inspect" }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", actual: "1 process (pid 1)" });
});

it("ProcessNotRunningAssert cannot say anything when processes cannot be listed", async () => {
  const error = new ObservationError("cannot list");
  const port: Partial<Processes> = {
    list: () => Promise.reject(error),
    hidden: () => Promise.reject(error),
  };
  const world = { processes: () => Promise.resolve(port as Processes) };
  await expect(probe(kind, { name: "web" }, { world })).rejects.toBe(error);
});

it("ProcessNotRunningAssert needs a name or a pattern, whatever its resource is", () => {
  const target = { command: ["node"] };
  expect(() => bind(kind, {}, { target })).toThrow("needs name or pattern");
  expect(kind.claim(bind(kind, { name: "telnetd" }))).toBe("telnetd does not run");
});

it("ProcessNotRunningAssert cannot say that none runs where processes are hidden", async () => {
  const hidden = "/proc is mounted with hidepid=2";
  const world = hiding(hidden, running(1, ["sshd"]));
  expect(await probe(kind, { name: "telnetd" }, { world })).toEqual({
    verdict: "error",
    expected: "no process",
    actual: `no process that we may see: others are hidden, as ${hidden}`,
  });
  expect(await probe(kind, { name: "sshd" }, { world })).toMatchObject({ verdict: "fail" });
});

function hiding(hidden: string, ...all: readonly ProcessInfo[]): Pick<World, "processes"> {
  const port: Partial<Processes> = {
    list: () => Promise.resolve(all),
    hidden: () => Promise.resolve(hidden),
  };
  return { processes: () => Promise.resolve(port as Processes) };
}
