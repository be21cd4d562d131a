import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { secret } from "../../../src/model/secret.ts";
import { HANGING, NO_ANSWER, shown, type Shown } from "../../support/assert-kind.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { hasPart } from "../../support/parts.ts";
import { startSupervisord, type Supervisord } from "../../support/supervisord.ts";
import { startBus, type Bus } from "../../support/system-bus.ts";
import { joinBus, systemdAnswer } from "../../support/systemd-stand-in.ts";

const PROGRAMS = `
[program:web]
command=/bin/sleep 1000
startsecs=0

[program:job]
command=/bin/sh -c "exit 3"
startsecs=0
autorestart=false

[program:missing]
command=/nowhere/no-such-program
startretries=0

[group:shop]
programs=cart

[program:cart]
command=/bin/sleep 1000
startsecs=0
`;

const USER = "clockwork";
const PASSWORD = "p:w&<s3cret";

describe.skipIf(!hasPart("supervisord"))("SupervisorProgramAssert", () => {
  let leftovers: Leftovers;
  let real: Supervisord;
  let hanging: Supervisord;

  beforeAll(async () => {
    [real, hanging] = await Promise.all([
      startSupervisord({ programs: PROGRAMS, http: { username: USER, password: PASSWORD } }),
      startSupervisord(),
    ]);
    await vi.waitFor(
      async () => {
        expect((await program("missing", { expectedState: "FATAL" }))[0]).toBe("pass");
        expect((await program("job", { expectedState: "EXITED" }))[0]).toBe("pass");
      },
      { timeout: 15_000, interval: 50 },
    );
    process.kill(hanging.pid, "SIGSTOP");
    leftovers = watchLeftovers();
  });
  afterAll(async () => {
    await leftovers.expectNone();
    process.kill(hanging.pid, "SIGCONT");
    await Promise.all([real[Symbol.asyncDispose](), hanging[Symbol.asyncDispose]()]);
  });

  function program(name: string, options: object = {}): Promise<Shown> {
    return shown(
      "supervisor-program",
      { program: name, ...options },
      { root: real.folder, env: {} },
    );
  }

  it.concurrent("passes for a program that is RUNNING, alone or in a group", async ({ expect }) => {
    const passed = ["pass", "RUNNING", "RUNNING"];
    expect(await program("web")).toEqual(passed);
    expect(await program("shop:cart")).toEqual(passed);
    const place = { root: real.folder, env: {}, target: { program: "web" } };
    expect(await shown("supervisor-program", {}, place)).toEqual(passed);
  });
  it.concurrent("passes over HTTP with a password", async ({ expect }) => {
    const options = { serverUrl: real.httpUrl, username: USER, password: secret.env("PASSWORD") };
    const place = { env: { PASSWORD } };
    const seen = await shown("supervisor-program", { program: "web", ...options }, place);
    expect(seen).toEqual(["pass", "RUNNING", "RUNNING"]);
  });
  it.concurrent(
    "fails for one that ended, could not start, or is not known",
    async ({ expect }) => {
      expect(await program("job")).toEqual(["fail", "RUNNING", "EXITED: Bad exit code 3"]);
      const missing = "FATAL: can't find command '/nowhere/no-such-program'";
      expect(await program("missing")).toEqual(["fail", "RUNNING", missing]);
      expect(await program("wbe")).toEqual(["fail", "RUNNING", "no such program; there is web"]);
    },
  );
  it.concurrent("errs when supervisord is not there", async ({ expect }) => {
    const seen = await program("web", { serverUrl: "unix:///nonexistent" });
    const reason = "no socket is there; start supervisord, or set serverUrl to where it listens";
    const actual = `supervisord at /nonexistent cannot be asked: ${reason} (ENOENT)`;
    expect(seen).toEqual(["error", null, actual]);
  });
  it.concurrent(
    "errs when its password is missing or wrong, and tells nobody",
    async ({ expect }) => {
      const options = { serverUrl: real.httpUrl, username: USER, password: secret.env("PASSWORD") };
      const missing = await program("web", options);
      const why = "it is not set, or empty";
      expect(missing).toEqual(["error", null, expect.stringContaining(why)]);
      const place = { env: { PASSWORD: "wrong-s3cret" } };
      const wrong = await shown("supervisor-program", { program: "web", ...options }, place);
      const refused: unknown = expect.stringContaining("refused the user name or the password");
      expect(wrong).toEqual(["error", null, refused]);
      expect(wrong[2]).not.toContain("s3cret");
    },
  );
  it.concurrent(
    "errs when supervisord hangs: that says nothing of the program",
    async ({ expect }) => {
      const options = { program: "web", serverUrl: hanging.serverUrl };
      const seen = await shown("supervisor-program", options, HANGING);
      expect(seen).toEqual(["error", null, NO_ANSWER]);
    },
  );
});

// systemd itself does not run on the machines of these tests, so a stand-in takes its name on a real bus.
describe.skipIf(!hasPart("dbus-daemon", ["--version"]))("SystemdUnitAssert", () => {
  let leftovers: Leftovers;
  let bus: Bus;
  let empty: Bus;
  let hanging: Bus;
  let standIn: Disposable;

  beforeAll(async () => {
    [bus, empty, hanging] = await Promise.all([startBus(), startBus(), startBus()]);
    const units = {
      "nginx.service": { active: "active", sub: "running", result: "success" },
      "backup.service": { active: "failed", sub: "failed", result: "exit-code" },
    };
    standIn = await joinBus(bus.socketPath, "org.freedesktop.systemd1", systemdAnswer(units));
    process.kill(hanging.pid, "SIGSTOP");
    leftovers = watchLeftovers();
  });
  afterAll(async () => {
    await leftovers.expectNone();
    process.kill(hanging.pid, "SIGCONT");
    standIn[Symbol.dispose]();
    const buses = [bus, empty, hanging];
    await Promise.all(
      buses.map(async (each) => {
        await each[Symbol.asyncDispose]();
      }),
    );
  });

  function unit(options: object, socketPath = bus.socketPath, place = {}): Promise<Shown> {
    const env = { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socketPath}` };
    return shown("systemd-unit", options, { env, ...place });
  }

  it.concurrent(
    "passes for a unit that is active, also when only its resource knows it",
    async ({ expect }) => {
      expect(await unit({ unit: "nginx" })).toEqual(["pass", "active", "active (running)"]);
      const target = { unit: "nginx.service" };
      const own = await unit({ expectedSubState: "running" }, bus.socketPath, { target });
      expect(own).toEqual(["pass", "active (running)", "active (running)"]);
    },
  );
  it.concurrent("fails for one that failed, or that is not there", async ({ expect }) => {
    const failed = ["fail", "active", "failed (failed), exit-code"];
    expect(await unit({ unit: "backup" })).toEqual(failed);
    expect(await unit({ unit: "ngnix" })).toEqual(["fail", "active", "no such unit"]);
  });
  it.concurrent("errs when there is no bus, or no systemd on it", async ({ expect }) => {
    const nowhere =
      "systemd at /nonexistent cannot be asked: no socket is there; start dbus, or run as root (ENOENT)";
    expect(await unit({ unit: "nginx" }, "/nonexistent")).toEqual(["error", null, nowhere]);
    const nobody = "systemd is not running on this machine: nobody answers for it on its bus";
    expect(await unit({ unit: "nginx" }, empty.socketPath)).toEqual(["error", null, nobody]);
  });
  it.concurrent("errs when the bus hangs: that says nothing of the unit", async ({ expect }) => {
    const seen = await unit({ unit: "nginx" }, hanging.socketPath, HANGING);
    expect(seen).toEqual(["error", null, NO_ANSWER]);
  });
});
