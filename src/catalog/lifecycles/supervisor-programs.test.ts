import { expect, it } from "vitest";
import { DeployError } from "../../model/deploy-errors.ts";
import type { SupervisorControl } from "../../ports/supervisor-control.ts";
import type { ProgramInfo } from "../../ports/supervisor.ts";
import {
  stopPrograms,
  tellToStart,
  waitUntilRunning,
  type Programs,
} from "./supervisor-programs.ts";

const WEB: ProgramInfo = {
  name: "web",
  state: "RUNNING",
  pid: 7,
  description: "",
  spawnError: "",
  exitCode: null,
};

// Shows one look after the other, the last one for ever; all that is called is written down.
function supervisor(...looks: readonly Partial<ProgramInfo>[]): {
  readonly programs: Programs;
  readonly calls: string[];
} {
  const calls: string[] = [];
  let count = 0;
  const control = {
    programs: () => {
      const look = looks[Math.min(count, looks.length - 1)];
      count += 1;
      return Promise.resolve([{ ...WEB, ...look }]);
    },
    stop: (_address, name) => {
      calls.push(`stop ${name}`);
      return Promise.resolve();
    },
    start: (_address, name) => {
      calls.push(`start ${name}`);
      return Promise.resolve();
    },
  } satisfies Partial<SupervisorControl>;
  const programs: Programs = {
    control: control as unknown as SupervisorControl,
    address: { serverUrl: null, username: null, password: null },
    selection: { group: "web", program: "web" },
    clock: {
      sleep: () => {
        calls.push("wait");
        return Promise.resolve();
      },
    },
    signal: new AbortController().signal,
  };
  return { programs, calls };
}

it("stopPrograms() waits until what it has told to stop has ended", async () => {
  const { programs, calls } = supervisor(
    {},
    { state: "STOPPING" },
    { state: "RUNNING" },
    { state: "STOPPED", pid: null },
  );
  await stopPrograms(programs);
  expect(calls).toEqual(["stop web", "wait", "wait"]);
});

it("stopPrograms() leaves alone what does not run, and waits for no one that somebody else has started", async () => {
  const ended = supervisor({ state: "FATAL", pid: null });
  expect(await stopPrograms(ended.programs)).toEqual([]);
  expect(ended.calls).toEqual([]);
  const renewed = supervisor({}, { pid: 8 });
  await stopPrograms(renewed.programs);
  expect(renewed.calls).toEqual(["stop web"]);
});

it("tellToStart() waits for one that is stopping, as supervisord would take no notice", async () => {
  const { programs, calls } = supervisor({ state: "STOPPING" }, { state: "STOPPED", pid: null });
  await tellToStart(programs);
  expect(calls).toEqual(["wait", "start web"]);
});

it("waitUntilRunning() lets supervisord try again, and takes an end with success for one", async () => {
  const { programs, calls } = supervisor({ state: "STARTING" }, { state: "BACKOFF" }, {});
  await waitUntilRunning(programs);
  expect(calls).toEqual(["wait", "wait"]);
  await waitUntilRunning(supervisor({ state: "EXITED", exitCode: 0, pid: null }).programs);
});

it.each<[Partial<ProgramInfo>, string]>([
  [{ state: "EXITED", exitCode: 7 }, "program web was started and is EXITED with 7"],
  [
    { state: "FATAL", spawnError: "Exited too quickly" },
    "program web was started and is FATAL: Exited too quickly",
  ],
  [{ state: "STOPPED" }, "program web was started and is STOPPED"],
])("waitUntilRunning() tells of %j", async (look, message) => {
  const waiting = waitUntilRunning(supervisor({ state: "STARTING" }, look).programs);
  const hint = "its log tells more: supervisorctl tail web stderr";
  await expect(waiting).rejects.toThrow(new DeployError(message, { hint }));
});
