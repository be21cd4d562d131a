import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDeployWorld, type OpenDeployWorld } from "../../../src/app/deploy-world.ts";
import { DeployError } from "../../../src/model/deploy-errors.ts";
import { ObservationError } from "../../../src/model/errors.ts";
import type { ProgramInfo, ProgramState } from "../../../src/ports/supervisor.ts";
import { act, errorOf, until } from "../../support/acting.ts";
import { hasPart } from "../../support/parts.ts";
import { startSupervisord, type SupervisordOptions } from "../../support/supervisord.ts";

const program = it.runIf(hasPart("supervisord", ["--version"]));

/** Works once a file is there. */
const FICKLE = `command=/bin/sh -c "test -e %(here)s/mended && exec sleep 1000; exit 7"`;

const PROGRAMS = `
[program:other]
command=sleep 1000

[program:web]
command=sleep 1000
startsecs=0

[program:exited]
${FICKLE}
startsecs=0
autorestart=false

[program:fatal]
${FICKLE}
startretries=0

[program:backoff]
${FICKLE}
startretries=1000

[program:stopped]
command=sleep 1000
autostart=false
startsecs=0

[program:slow]
command=sleep 1000
startsecs=1000

[program:deaf]
command=/bin/sh -c "trap '' TERM; touch %(here)s/deaf; while :; do sleep 0.1; done"
startsecs=0
stopwaitsecs=1
stopasgroup=false
killasgroup=true

[program:a]
command=sleep 1000
startsecs=0

[program:b]
command=sleep 1000
startsecs=0
autostart=false

[group:workers]
programs=a,b
`;

interface Lab extends AsyncDisposable {
  readonly world: OpenDeployWorld;
  readonly folder: string;
  readonly serverUrl: string;
  readonly httpUrl: string | null;
  readonly mend: () => void;
  readonly info: (name: string) => Promise<ProgramInfo>;
  readonly reached: (name: string, state: ProgramState) => Promise<ProgramInfo>;
}

async function lab(options: SupervisordOptions = { programs: PROGRAMS }): Promise<Lab> {
  const supervisord = await startSupervisord(options);
  const { folder, serverUrl, httpUrl } = supervisord;
  const world = openDeployWorld({ root: folder, env: { SUPERVISOR_PASSWORD: "hunter2" } });
  const address = { serverUrl, username: null, password: null };
  const info = async (name: string): Promise<ProgramInfo> => {
    const control = await world.supervisorControl();
    const all = await control.programs(address, new AbortController().signal);
    return all.find((one) => one.name === name) ?? expect.fail(`there is no ${name}`);
  };
  return {
    ...{ world, folder, serverUrl, httpUrl, info },
    mend: () => {
      writeFileSync(join(folder, "mended"), "");
    },
    reached: async (name, state) => {
      await until(async () => (await info(name)).state === state);
      return await info(name);
    },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await supervisord[Symbol.asyncDispose]();
    },
  };
}

program("a running program is restarted, and no other one is touched", async () => {
  await using supervisor = await lab();
  const { world, reached, info } = supervisor;
  const before = await reached("web", "RUNNING");
  const other = await reached("other", "RUNNING");
  expect(await act("restart-supervisor-program", {}, { world, target: { program: "web" } })).toBe(
    "program web restarted",
  );
  const after = await info("web");
  expect(after.state).toBe("RUNNING");
  expect(after.pid).not.toBe(before.pid);
  expect((await info("other")).pid).toBe(other.pid);
});

program(
  "a program that has ended, was given up, stopped, or never comes up is restarted",
  async () => {
    await using supervisor = await lab();
    const { world, reached, mend } = supervisor;
    const states = {
      exited: "EXITED",
      fatal: "FATAL",
      backoff: "BACKOFF",
      stopped: "STOPPED",
      slow: "STARTING",
    } as const;
    for (const [name, state] of Object.entries(states)) await reached(name, state);
    const again = await errorOf(
      act("restart-supervisor-program", { supervisorProgramName: "fatal" }, { world }),
    );
    expect(again).toBeInstanceOf(DeployError);
    expect(again.message).toMatch(/^program fatal was started and is FATAL: Exited too quickly/u);
    const { pid } = await reached("slow", "STARTING");
    mend();
    for (const name of Object.keys(states)) {
      const options = { supervisorProgramName: name, wait: name !== "slow" };
      expect(await act("restart-supervisor-program", options, { world })).toBe(
        `program ${name} restarted`,
      );
    }
    for (const name of ["exited", "fatal", "backoff", "stopped"]) await reached(name, "RUNNING");
    expect((await reached("slow", "STARTING")).pid).not.toBe(pid);
  },
);

program("a program that takes no notice is killed, and started again", async () => {
  await using supervisor = await lab();
  const { world, reached } = supervisor;
  const { pid } = await reached("deaf", "RUNNING");
  await act("restart-supervisor-program", { supervisorProgramName: "deaf" }, { world });
  const after = await reached("deaf", "RUNNING");
  expect(after.pid).not.toBe(pid);
});

program("all of a group are restarted, whatever each is doing, or one of them", async () => {
  await using supervisor = await lab();
  const { world, reached, info, serverUrl } = supervisor;
  const a = await reached("workers:a", "RUNNING");
  const other = await reached("other", "RUNNING");
  await reached("workers:b", "STOPPED");
  const options = { supervisorProgramName: "workers:*", serverUrl };
  expect(await act("restart-supervisor-program", options, { world })).toBe(
    "2 programs (workers:a, workers:b) restarted",
  );
  const [first, second] = [await info("workers:a"), await info("workers:b")];
  expect([first.state, second.state]).toEqual(["RUNNING", "RUNNING"]);
  expect(first.pid).not.toBe(a.pid);
  await act("restart-supervisor-program", { supervisorProgramName: "workers:b" }, { world });
  expect((await info("workers:a")).pid).toBe(first.pid);
  expect((await info("workers:b")).pid).not.toBe(second.pid);
  expect((await info("other")).pid).toBe(other.pid);
});

program("a program is started and stopped, and what is so already is left alone", async () => {
  await using supervisor = await lab();
  const { world, reached } = supervisor;
  const { pid } = await reached("web", "RUNNING");
  await reached("stopped", "STOPPED");
  const acting = { world, target: { program: "web" } };
  expect(await act("start-supervisor-program", {}, acting)).toBe(
    "program web had been started already",
  );
  expect((await reached("web", "RUNNING")).pid).toBe(pid);
  expect(await act("stop-supervisor-program", {}, acting)).toBe("program web stopped");
  await reached("web", "STOPPED");
  expect(await act("stop-supervisor-program", {}, acting)).toBe(
    "program web had been stopped already",
  );
  expect(
    await act("start-supervisor-program", { supervisorProgramName: "stopped" }, { world }),
  ).toBe("program stopped started");
  await reached("stopped", "RUNNING");
  const quick = { supervisorProgramName: "stopped", wait: false };
  expect(await act("stop-supervisor-program", quick, { world })).toBe("program stopped stopped");
  // One that is still stopping is started once it has.
  expect(await act("start-supervisor-program", quick, { world })).toContain("program stopped");
  await reached("stopped", "RUNNING");
});

program("what cannot be done is told", async () => {
  await using supervisor = await lab();
  const { world, reached } = supervisor;
  await reached("web", "RUNNING");
  const restart = (options: object, target = {}): Promise<Error> =>
    errorOf(act("restart-supervisor-program", options, { world, target }));
  expect(await restart({ supervisorProgramName: "wbe" })).toMatchObject({
    message: "supervisord has no program wbe",
    hint: "did you mean web?",
  });
  expect(await restart({}, { program: "workers" })).toMatchObject({
    message: "supervisord has no program workers",
    hint: "there is workers:a, workers:b, all of them as workers:*",
  });
  expect((await restart({})).message).toContain("needs supervisorProgramName");
  expect(await restart({ supervisorProgramName: "slow", timeout: 1 })).toMatchObject({
    message: "restarting slow took longer than 1 s",
  });
  const controller = new AbortController();
  const slow = errorOf(
    act(
      "restart-supervisor-program",
      { supervisorProgramName: "slow" },
      { world, signal: controller.signal },
    ),
  );
  controller.abort(new Error("enough"));
  expect((await slow).message).toBe("enough");
  const nobody = { supervisorProgramName: "web", serverUrl: "unix:///nobody/is/here" };
  expect(await restart(nobody)).toBeInstanceOf(ObservationError);
});

program("a password is taken from where it is, or as it is, and never shown", async () => {
  const http = { username: "keeper", password: "hunter2" };
  await using supervisor = await lab({ programs: PROGRAMS, http });
  const { world, httpUrl, reached } = supervisor;
  const { pid } = await reached("web", "RUNNING");
  const options = {
    supervisorProgramName: "web",
    serverUrl: httpUrl?.replace("/RPC2", ""),
    username: "keeper",
  };
  await act("restart-supervisor-program", { ...options, password: "hunter2" }, { world });
  const second = await reached("web", "RUNNING");
  expect(second.pid).not.toBe(pid);
  const password = { secretEnv: "SUPERVISOR_PASSWORD" };
  await act("restart-supervisor-program", { ...options, password }, { world });
  expect((await reached("web", "RUNNING")).pid).not.toBe(second.pid);
  const wrong = await errorOf(
    act("restart-supervisor-program", { ...options, password: "hunter3" }, { world }),
  );
  expect(wrong).toBeInstanceOf(ObservationError);
  expect(wrong.message).toContain("refused the user name or the password");
  expect(wrong.message).not.toContain("hunter3");
});
