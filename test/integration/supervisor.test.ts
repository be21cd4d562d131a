import { afterAll, beforeAll, expect, it } from "vitest";
import { supervisor } from "../../src/adapters/supervisor/supervisor.ts";
import { ObservationError } from "../../src/model/errors.ts";
import { secret } from "../../src/model/secret.ts";
import type { Secrets } from "../../src/ports/secrets.ts";
import type { ProgramInfo, ProgramState, Supervisor } from "../../src/ports/supervisor.ts";
import { fixedResolver } from "../support/raw-server.ts";
import { hasPart } from "../support/parts.ts";
import { startSupervisord, type Supervisord } from "../support/supervisord.ts";

const hasSupervisord = hasPart("supervisord", ["--version"]);

const PROGRAMS = `
[program:web]
command=/bin/sleep 1000
startsecs=0

[program:missing]
command=/nowhere/no-such-program
startretries=0

[program:job]
command=/bin/sh -c "sleep 0.2; exit 3"
startsecs=0
autorestart=false

[program:idle]
command=/bin/sleep 1000
autostart=false

[program:failing]
command=/bin/false
startsecs=1
startretries=1000

[program:worker]
command=/bin/sleep 1000
startsecs=0
process_name=%(program_name)s_%(process_num)02d
numprocs=2

[group:shop]
programs=cart

[program:cart]
command=/bin/sleep 1000
startsecs=0
`;

const PASSWORDS = new Map([
  ["RIGHT", "p:w&<ü"],
  ["WRONG", "hunter2"],
]);

const secrets: Secrets = {
  resolve: async (reference) =>
    ("secretEnv" in reference ? PASSWORDS.get(reference.secretEnv) : undefined) ?? "",
  hasVariable: (name) => PASSWORDS.has(name),
};

const { signal } = new AbortController();

function ours(folder: string): Supervisor {
  return supervisor({ env: {}, secrets, resolver: fixedResolver("127.0.0.1"), folder });
}

let real: Supervisord;
beforeAll(async () => {
  if (!hasSupervisord) return;
  real = await startSupervisord({
    programs: PROGRAMS,
    http: { username: "clockwork", password: "p:w&<ü" },
  });
});
afterAll(async () => {
  if (hasSupervisord) await real[Symbol.asyncDispose]();
});

/** Looks until a program is in a state. */
async function programIn(name: string, state: ProgramState): Promise<ProgramInfo> {
  await using supervised = ours(real.folder);
  const address = { serverUrl: real.serverUrl, username: null, password: null };
  return await expect
    .poll(
      async () => {
        const programs = await supervised.programs(address, signal);
        return programs.find((program) => program.name === name);
      },
      { timeout: 15_000, interval: 50 },
    )
    .toMatchObject({ state })
    .then(async () => {
      const programs = await supervised.programs(address, signal);
      return programs.find((program) => program.name === name) ?? expect.fail("it is gone");
    });
}

it.runIf(hasSupervisord).each<{ name: string; expected: Partial<ProgramInfo> }>([
  { name: "web", expected: { state: "RUNNING", spawnError: "", exitCode: null } },
  { name: "shop:cart", expected: { state: "RUNNING" } },
  { name: "worker:worker_00", expected: { state: "RUNNING" } },
  { name: "worker:worker_01", expected: { state: "RUNNING" } },
  { name: "job", expected: { state: "EXITED", pid: null, exitCode: 3 } },
  {
    name: "idle",
    expected: { state: "STOPPED", pid: null, exitCode: null, description: "Not started" },
  },
  {
    name: "missing",
    expected: {
      state: "FATAL",
      pid: null,
      exitCode: null,
      spawnError: "can't find command '/nowhere/no-such-program'",
    },
  },
])("programs() sees $name as supervisord does", async ({ name, expected }) => {
  const program = await programIn(name, expected.state ?? "UNKNOWN");
  expect(program).toMatchObject({ name, ...expected });
  if (program.state !== "RUNNING") return;
  expect(program.pid).toBeGreaterThan(1);
  expect(program.description).toMatch(new RegExp(`^pid ${String(program.pid)}, uptime `, "u"));
});

it.runIf(hasSupervisord)(
  "programs() sees what ends too early go between STARTING and BACKOFF",
  async () => {
    await using supervised = ours(real.folder);
    const address = { serverUrl: real.serverUrl, username: null, password: null };
    await expect
      .poll(
        async () => {
          const programs = await supervised.programs(address, signal);
          return programs.find(({ name }) => name === "failing");
        },
        { timeout: 15_000, interval: 20 },
      )
      .toMatchObject({
        state: "BACKOFF",
        pid: null,
        exitCode: null,
        spawnError: "Exited too quickly (process log may have details)",
      });
  },
);

it.runIf(hasSupervisord)("programs() finds supervisord by its own configuration", async () => {
  await using supervised = ours(real.folder);
  const address = { serverUrl: null, username: null, password: null };
  const names = (await supervised.programs(address, signal)).map(({ name }) => name);
  expect(names).toContain("web");
  expect(names).toHaveLength(8);
});

it.runIf(hasSupervisord)("programs() logs in over HTTP", async () => {
  await using supervised = ours(real.folder);
  const address = {
    serverUrl: real.httpUrl,
    username: "clockwork",
    password: secret.env("RIGHT"),
  };
  await expect(supervised.programs(address, signal)).resolves.toHaveLength(8);
});

it.runIf(hasSupervisord).each([
  ["clockwork", secret.env("WRONG"), "refused the user name or the password"],
  ["somebody", secret.env("RIGHT"), "refused the user name or the password"],
  [null, null, "wants a user name and a password, and none were given"],
])("programs() is told that it may not come in as %s", async (username, password, reason) => {
  await using supervised = ours(real.folder);
  const asked = supervised.programs({ serverUrl: real.httpUrl, username, password }, signal);
  await expect(asked).rejects.toThrow(ObservationError);
  await expect(asked).rejects.toThrow(reason);
  await expect(asked).rejects.not.toThrow("hunter2");
});

it.runIf(hasSupervisord)("programs() cannot look once supervisord is gone", async () => {
  await using other = await startSupervisord();
  await using supervised = ours(other.folder);
  const address = { serverUrl: other.serverUrl, username: null, password: null };
  await expect(supervised.programs(address, signal)).resolves.toEqual([]);
  await other.stop();
  const asked = supervised.programs(address, signal);
  await expect(asked).rejects.toThrow(ObservationError);
  await expect(asked).rejects.toThrow("no socket is there; start supervisord");
});

it.runIf(hasSupervisord)(
  "programs() stops waiting for a supervisord that hangs when told to",
  async () => {
    await using other = await startSupervisord();
    await using supervised = ours(other.folder);
    const address = { serverUrl: other.serverUrl, username: null, password: null };
    process.kill(other.pid, "SIGSTOP");
    try {
      const reason = new Error("enough");
      const leaving = new AbortController();
      const asked = supervised.programs(address, leaving.signal);
      setTimeout(() => {
        leaving.abort(reason);
      }, 100);
      await expect(asked).rejects.toBe(reason);
    } finally {
      process.kill(other.pid, "SIGCONT");
    }
    await expect(supervised.programs(address, signal)).resolves.toEqual([]);
  },
);
