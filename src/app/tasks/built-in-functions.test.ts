import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { assertions } from "../../catalog/assertions.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { readTasks } from "../../model/read-tasks.ts";
import { DEFAULT_ACTION_FUNCTIONS, restartSupervisorProgramAction } from "./action-functions.ts";
import { commandCheck, DEFAULT_CHECK_FUNCTIONS, httpGetCheck } from "./check-functions.ts";
import { typesOf } from "./task-types.ts";

const TYPES = typesOf({
  checks: new Map(Object.entries(DEFAULT_CHECK_FUNCTIONS)),
  actions: new Map(Object.entries(DEFAULT_ACTION_FUNCTIONS)),
});

function problemsWith(checkType: string, checkConfig: object): readonly string[] {
  const task = {
    name: "T",
    processName: "api",
    checkType,
    checkConfig,
    actionOnFailure: "restart_supervisor_program",
  };
  return readTasks([task], TYPES).problems.map(({ property, message }) => `${property} ${message}`);
}

it("DEFAULT_CHECK_FUNCTIONS has every assertion of the catalogue, and http_get", () => {
  expect(Object.keys(DEFAULT_CHECK_FUNCTIONS).sort()).toEqual(
    ["http_get", ...Object.keys(assertions).map((kind) => kind.replaceAll("-", "_"))].sort(),
  );
  expect(DEFAULT_CHECK_FUNCTIONS.http_get).toBe(httpGetCheck);
  expect(DEFAULT_CHECK_FUNCTIONS.command).toBe(commandCheck);
});

it("DEFAULT_ACTION_FUNCTIONS has those that a task can carry out", () => {
  expect(Object.keys(DEFAULT_ACTION_FUNCTIONS).sort()).toEqual([
    "call_webhook",
    "restart_container",
    "restart_supervisor_program",
    "run_command",
    "send_signal",
    "start_supervisor_program",
    "stop_supervisor_program",
  ]);
  expect(DEFAULT_ACTION_FUNCTIONS.restart_supervisor_program).toBe(restartSupervisorProgramAction);
});

it("httpGetCheck() says whether a URL answers as it should, with keys of either sort", async () => {
  const server = createServer((_, response) => response.writeHead(503).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/`;
  const said: string[] = [];
  const logger = { warning: (message: string) => said.push(message) };
  try {
    await expect(httpGetCheck({ url, timeout: 5 }, logger)).resolves.toBe(false);
    await expect(httpGetCheck({ url, expected_status_code: 503 })).resolves.toBe(true);
    await expect(httpGetCheck({ url, expectedStatusCode: [200, 503] })).resolves.toBe(true);
  } finally {
    server.close();
  }
  expect(said).toEqual(["expected 200, got 503 Service Unavailable"]);
});

it("commandCheck() says whether a command ends as it should, and when it could not look", async () => {
  const command = ["/bin/sh", "-c", "exit 3"];
  await expect(commandCheck({ command })).resolves.toBe(false);
  await expect(commandCheck({ command, expected_return_code: 3 })).resolves.toBe(true);
  const { signal } = Object.assign(new AbortController(), {});
  await expect(commandCheck({ command: ["/bin/true"] }, undefined, { signal })).resolves.toBe(true);
  const aborted = { signal: AbortSignal.abort() };
  await expect(commandCheck({ command }, undefined, aborted)).resolves.toBe("error");
});

it("a built-in function that is called directly refuses a wrong configuration", async () => {
  await expect(httpGetCheck({ uri: "http://a/" })).rejects.toThrow(ConfigurationError);
  await expect(httpGetCheck({ uri: "http://a/" })).rejects.toThrow(/http_get\.uri: .*\n.*url/u);
  await expect(restartSupervisorProgramAction({})).rejects.toThrow("supervisorProgramName");
});

it("DEFAULT_ACTION_FUNCTIONS tell what they did, or reject", async () => {
  const { run_command: run } = DEFAULT_ACTION_FUNCTIONS;
  const said: string[] = [];
  const logger = { info: (message: string) => said.push(message) };
  const detail = await run({ command: ["/bin/true"] }, logger);
  expect(detail).toContain("true");
  expect(said).toEqual([detail]);
  await expect(run({ command: ["/bin/false"] })).rejects.toThrow(/exit/u);
});

it.each([
  ["http_get", {}, "T.checkConfig.url is needed: absolute URL with http: or https:"],
  ["http_get", { url: "ftp://a/" }, "T.checkConfig.url must be absolute URL"],
  ["command", { command: "true" }, "T.checkConfig.command must be"],
  ["port_accessible", { port: 0 }, "T.checkConfig.port must be"],
  ["response_time", { url: "http://a/" }, "T.checkConfig.maxMs is needed"],
  ["disk_space", { path: "/", resource: "a" }, "T.checkConfig.resource is not an option"],
  ["service_connectivity", { fromService: "a", to_service: "b" }, "names another resource"],
  ["code", { fn: () => true }, "holds a function"],
])("a task with %s and %j is refused", (checkType, config, problem) => {
  expect(problemsWith(checkType, config).join("\n")).toContain(problem);
});

it("a task's process is the program of built-in checks and actions", () => {
  const task = {
    name: "T",
    process_name: "workers:mailer",
    check_type: "supervisor_program",
    check_config: { expected_state: "RUNNING" },
    action_on_failure: "restart_supervisor_program",
    action_config: { server_url: "unix:///run/s.sock", username: "u", password: "p" },
  };
  const { tasks, problems } = readTasks([task], TYPES);
  expect(problems).toEqual([]);
  expect(tasks[0]?.checkValues).toMatchObject({ program: "workers:mailer" });
  expect(tasks[0]?.actionValues).toMatchObject({ supervisorProgramName: "workers:mailer" });
});
