import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import type { LifecycleScope, Live } from "../../model/lifecycle.ts";
import type { Marks } from "../../model/marks.ts";
import { secret } from "../../model/secret.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { FoundProgram, ProgramFile } from "../../ports/supervisor-control.ts";
import type { ProgramInfo } from "../../ports/supervisor.ts";
import type { ProgramSubject } from "./supervisor-options.ts";
import { readProgram } from "./supervisor-read.ts";
import { verifyProgram } from "./supervisor-verify.ts";

const MARKS: Marks = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "web",
  instance: "0123456789abcdef",
  generation: 1,
  specHash: "a".repeat(64),
  version: 1,
};

const INFO: ProgramInfo = {
  name: "web",
  state: "RUNNING",
  pid: 7,
  description: "",
  spawnError: "",
  exitCode: null,
};

const FILE: ProgramFile = {
  path: "/conf.d/clockwork-web.conf",
  marks: MARKS,
  definition: {
    command: ["/srv/bin/web"],
    cwd: "/srv",
    user: null,
    variables: { A_TOKEN: "hunter2" },
    autoStart: true,
    autoRestart: true,
  },
  others: [],
};

const FOUND: FoundProgram = {
  path: FILE.path,
  problem: null,
  hint: null,
  file: FILE,
  definedIn: null,
  info: INFO,
};

function subjectOf(parameters: Partial<ProgramSubject["parameters"]> = {}): ProgramSubject {
  return {
    resource: "web",
    resolved: {},
    marks: MARKS,
    physical: null,
    parameters: {
      program: null,
      command: ["bin/web"],
      cwd: ".",
      user: null,
      envVars: { A_TOKEN: secret.env("TOKEN") },
      autoStart: true,
      autoRestart: true,
      serverUrl: null,
      username: null,
      password: null,
      configFolder: null,
      ...parameters,
    },
  };
}

const scope = { root: "/srv", signal: new AbortController().signal } as LifecycleScope;

function worldOf(found: Partial<FoundProgram>, token: string | null): DeployWorld {
  const unused = (): never => {
    throw new Error("not a part of this world");
  };
  return {
    secrets: {
      resolve: () =>
        token === null
          ? Promise.reject(new ObservationError("a secret is needed from TOKEN"))
          : Promise.resolve(token),
    },
    supervisorControl: () =>
      Promise.resolve({
        find: () => Promise.resolve({ ...FOUND, ...found }),
        writingProblem: () => Promise.resolve(null),
      }),
    commands: unused,
    files: unused,
  } as unknown as DeployWorld;
}

async function read(
  found: Partial<FoundProgram>,
  {
    token = "hunter2",
    ...parameters
  }: { token?: string | null } & Parameters<typeof subjectOf>[0] = {},
): Promise<Live | null> {
  return await readProgram(subjectOf(parameters), worldOf(found, token), scope);
}

it("a program that is as it should be has no differences, wherever the project is", async () => {
  await expect(read({})).resolves.toMatchObject({ differences: [], progress: "running" });
});

it("a secret that is not there keeps nobody from looking, and is no difference", async () => {
  await expect(read({}, { token: null })).resolves.toMatchObject({ differences: [] });
  const bare = { ...FILE, definition: { ...FILE.definition, variables: {} } };
  await expect(read({ file: bare }, { token: null })).resolves.toMatchObject({
    differences: [{ field: "envVars.A_TOKEN", live: null, wanted: "***" }],
  });
});

it("a secret that is another one by now is told without either", async () => {
  const live = await read({}, { token: "hunter3" });
  expect(live?.differences).toEqual([{ field: "envVars.A_TOKEN", live: "***", wanted: "***" }]);
});

it.each<[Partial<ProgramInfo>, boolean, string, string | null]>([
  [{ state: "STARTING" }, true, "starting", null],
  [{ state: "BACKOFF" }, true, "starting", null],
  [{ state: "STOPPED" }, true, "stopped", "STOPPED"],
  [{ state: "STOPPING" }, true, "stopped", "STOPPING"],
  [{ state: "EXITED", exitCode: 3 }, true, "starting", null],
  [{ state: "EXITED", exitCode: 3 }, false, "failed", "EXITED with 3"],
  [{ state: "EXITED", exitCode: 0 }, false, "completed", null],
  [{ state: "FATAL", spawnError: "can't\nfind" }, true, "failed", "FATAL: can't find"],
  [{ state: "UNKNOWN" }, true, "failed", "UNKNOWN"],
])(
  "a program that is %j, restarted: %s, has come to %s",
  async (info, autoRestart, progress, running) => {
    const definition = { ...FILE.definition, autoRestart };
    const live = await read(
      { file: { ...FILE, definition }, info: { ...INFO, ...info } },
      { autoRestart },
    );
    expect(live?.progress).toBe(progress);
    expect(live?.differences.map((difference) => difference.live)).toEqual(
      running === null ? [] : [running],
    );
  },
);

it("verifyProgram() does not look at this machine for a supervisord of another one", async () => {
  const world = worldOf({}, null);
  const elsewhere = subjectOf({ serverUrl: "http://other:9001", user: "www", command: ["web"] });
  await expect(verifyProgram(elsewhere, null, world, scope)).resolves.toEqual([
    {
      code: "option-invalid",
      property: "envVars.A_TOKEN",
      message: "a secret is needed from TOKEN",
      hint: null,
    },
  ]);
  const here = subjectOf({ serverUrl: "unix:///run/s.sock", user: "www" });
  await expect(verifyProgram(here, null, world, scope)).rejects.toThrow("not a part of this world");
});
