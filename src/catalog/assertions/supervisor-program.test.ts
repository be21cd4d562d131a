import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import { secret } from "../../model/secret.ts";
import type { ProgramInfo, Supervisor, SupervisorAddress } from "../../ports/supervisor.ts";
import type { World } from "../../ports/world.ts";
import { SupervisorProgramAssert } from "./supervisor-program.ts";

const { kind } = SupervisorProgramAssert;

function program(name: string, parts: Partial<ProgramInfo> = {}): ProgramInfo {
  const state = { state: "RUNNING", pid: 7, exitCode: null } as const;
  return { name, ...state, description: "pid 7, uptime 0:01:02", spawnError: "", ...parts };
}

function supervisor(
  programs: readonly ProgramInfo[],
  asked: SupervisorAddress[] = [],
): Pick<World, "supervisor"> {
  const port: Partial<Supervisor> = {
    programs: (address) => {
      asked.push(address);
      return Promise.resolve(programs);
    },
  };
  return { supervisor: () => Promise.resolve(port as Supervisor) };
}

it.each(["web", "web:web"])(
  "SupervisorProgramAssert finds %s whose group has its name",
  async (name) => {
    const world = supervisor([program("workers:web", { state: "FATAL" }), program("web")]);
    expect(await probe(kind, { program: name }, { world })).toEqual({
      verdict: "pass",
      expected: "RUNNING",
      actual: "RUNNING",
    });
  },
);

it("SupervisorProgramAssert fails with what went wrong at the start", async () => {
  const spawnError = "can't find command 'nod'";
  const world = supervisor([
    program("web", { state: "FATAL", spawnError, description: spawnError }),
  ]);
  expect(await probe(kind, { program: "web" }, { world })).toEqual({
    verdict: "fail",
    expected: "RUNNING",
    actual: `FATAL: ${spawnError}`,
  });
});

it("SupervisorProgramAssert fails with the exit code of one that ended", async () => {
  const ended = program("web", { state: "EXITED", exitCode: 3, description: "Nov 22 09:00 AM" });
  expect(await probe(kind, { program: "web" }, { world: supervisor([ended]) })).toMatchObject({
    verdict: "fail",
    actual: "EXITED with 3",
    details: "Nov 22 09:00 AM",
  });
});

it("SupervisorProgramAssert passes in another state when that is expected", async () => {
  const world = supervisor([program("batch", { state: "STOPPED" })]);
  const options = { program: "batch", expectedState: "STOPPED" };
  expect(await probe(kind, options, { world })).toMatchObject({ verdict: "pass" });
});

it.each([
  ["wbe", "no such program; there is web"],
  ["workers", "no such program; there is workers:a, workers:b"],
  ["a", "no such program; there is workers:a"],
  ["nothing-like-it", "no such program; there is web, workers:a, workers:b"],
])(
  "SupervisorProgramAssert fails for %s, which supervisord does not know",
  async (name, actual) => {
    const world = supervisor([program("web"), program("workers:a"), program("workers:b")]);
    expect(await probe(kind, { program: name }, { world })).toMatchObject({
      verdict: "fail",
      actual,
    });
  },
);

it("SupervisorProgramAssert fails where supervisord has no program at all", async () => {
  const judgement = await probe(kind, { program: "web" }, { world: supervisor([]) });
  expect(judgement.actual).toBe("no such program; supervisord has none");
});

it("SupervisorProgramAssert asks where it is told to, with a reference to the password", async () => {
  const asked: SupervisorAddress[] = [];
  const options = {
    serverUrl: "unix:///run/supervisor.sock",
    username: "me",
    password: secret.env("SUPERVISOR_PASSWORD"),
  };
  const world = supervisor([program("web")], asked);
  await probe(kind, options, { world, target: { program: "web" } });
  await probe(kind, { program: "web" }, { world });
  expect(asked).toEqual([options, { serverUrl: null, username: null, password: null }]);
});

it("SupervisorProgramAssert cannot say anything when supervisord does not answer", async () => {
  const error = new ObservationError("no supervisord");
  const port: Partial<Supervisor> = { programs: () => Promise.reject(error) };
  const world = { supervisor: () => Promise.resolve(port as Supervisor) };
  await expect(probe(kind, { program: "web" }, { world })).rejects.toBe(error);
  expect(kind.blameForTimeout).toBe("ourselves");
});

it.each([
  ["serverUrl", { serverUrl: "ftp://host" }],
  ["serverUrl", { serverUrl: "http://me:hunter2@host:9001" }],
  ["password", { password: "hunter2" }],
  ["expectedState", { expectedState: "running" }],
])("SupervisorProgramAssert refuses a wrong %s", (property, options) => {
  const { problems } = readOptions(kind.fields, { program: "web", ...options });
  expect(problems).toMatchObject([{ property }]);
  expect(JSON.stringify(problems)).not.toContain("hunter2");
});

it("SupervisorProgramAssert needs a program, and a password with its user", () => {
  expect(() => bind(kind, {})).toThrow("needs a program");
  expect(() => bind(kind, { program: "web", username: "me" })).toThrow("username and password");
});
