import { expect, it } from "vitest";
import type { HostedProcess } from "../../ports/process-host.ts";
import { declarationOf, processDifferences } from "./process-differences.ts";
import type { ProcessParameters, WantedVariables } from "./process-options.ts";

const PARAMETERS: ProcessParameters = {
  command: ["worker", "--queue", "mail"],
  cwd: null,
  envVars: { COLOUR: "red", TOKEN: { secretEnv: "TOKEN" } },
  stopSignal: "SIGTERM",
  stopGrace: 10,
  logFile: null,
  logMaxMb: 10,
  logKeep: 3,
};

const WANTED: WantedVariables = {
  variables: { COLOUR: "red", TOKEN: "hunter2" },
  secrets: ["hunter2"],
  missing: new Map(),
};

function running(process: Partial<HostedProcess> = {}): HostedProcess {
  return {
    pid: 812,
    startTicks: 4_711,
    bootId: "boot",
    marks: {
      project: "12345678-1234-4123-8123-123456789abc",
      resource: "worker",
      instance: "0123456789abcdef",
      generation: 1,
      specHash: "ab".repeat(32),
      version: 1,
    },
    root: "/srv/shop",
    declaration: declarationOf(PARAMETERS),
    isLeader: true,
    environment: { PATH: "/bin", COLOUR: "red", TOKEN: "hunter2" },
    ...process,
  };
}

function differences(
  process: Partial<HostedProcess>,
  parameters: Partial<ProcessParameters> = {},
  wanted: Partial<WantedVariables> = {},
): readonly unknown[] {
  const all = { ...PARAMETERS, ...parameters } as ProcessParameters;
  const found = processDifferences(running(process), all, { ...WANTED, ...wanted });
  return found.map(({ field, live, wanted: should }) => [field, live, should]);
}

it("a process is as it should be, however it is told to end and its log is kept", () => {
  expect(differences({})).toEqual([]);
  expect(differences({}, { stopSignal: "SIGINT", stopGrace: 1, logMaxMb: 1, logKeep: 0 })).toEqual(
    [],
  );
});

it("another command, folder or log differs", () => {
  const changed = { command: ["worker"], cwd: "/tmp", logFile: "out.log" };
  expect(differences({}, changed)).toEqual([
    ["command", '["worker","--queue","mail"]', '["worker"]'],
    ["cwd", null, "/tmp"],
    ["logFile", null, "out.log"],
  ]);
});

it("no secret is shown, neither one of before nor one of now", () => {
  const { environment } = running();
  expect(differences({ environment: { ...environment, TOKEN: "hunter1" } })).toEqual([
    ["envVars.TOKEN", "***", "***"],
  ]);
  const plain = { envVars: { COLOUR: "red", TOKEN: "plain" } };
  const wanted = { variables: { COLOUR: "red", TOKEN: "plain" }, secrets: [] };
  expect(differences({}, plain, wanted)).toEqual([["envVars.TOKEN", "***", "***"]]);
  const without = { variables: { COLOUR: "red" }, secrets: [] };
  expect(differences({}, { envVars: { COLOUR: "red" } }, without)).toEqual([
    ["envVars.TOKEN", "***", null],
  ]);
});

it("a secret that is not there says nothing, unless the process has none either", () => {
  const lost = { variables: { COLOUR: "red" }, secrets: [], missing: new Map([["TOKEN", "lost"]]) };
  expect(differences({}, {}, lost)).toEqual([]);
  expect(differences({ environment: { COLOUR: "red" } }, {}, lost)).toEqual([
    ["envVars.TOKEN", null, "***"],
  ]);
});

it("of a process that has written over its environment, what was declared counts", () => {
  expect(differences({ environment: null })).toEqual([]);
  const other = { envVars: { COLOUR: "blue", TOKEN: { secretEnv: "OTHER" } } };
  const wanted = { variables: { COLOUR: "blue", TOKEN: "hunter3" }, secrets: ["hunter3"] };
  expect(differences({ environment: null }, other, wanted)).toEqual([
    ["envVars.COLOUR", "red", "blue"],
    ["envVars.TOKEN", "***", "***"],
  ]);
});

it("a declaration that is torn is none", () => {
  expect(differences({ declaration: '{"command":["wor' })).toEqual([
    ["command", null, '["worker","--queue","mail"]'],
  ]);
});
