import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { readTasks } from "../../model/read-tasks.ts";
import { DEFAULT_ACTION_FUNCTIONS } from "./action-functions.ts";
import { warnOfAutorestart } from "./autorestart-warning.ts";
import type { TaskActionFunction } from "./built-in.ts";
import { typesOf } from "./task-types.ts";

const ACTIONS = new Map<string, TaskActionFunction>([
  ...Object.entries(DEFAULT_ACTION_FUNCTIONS),
  ["own", () => ""],
]);
const TYPES = typesOf({ checks: new Map([["check", () => true]]), actions: ACTIONS });

const MAIN = `
[unix_http_server]
file=/run/test.sock
[include]
files=conf.d/*.conf
[program:web]
autorestart=true
[program:quiet]
autorestart=false
`;

async function warnings(entries: readonly object[]): Promise<readonly string[]> {
  using folder = testFolder();
  folder.write("supervisord.conf", MAIN.replace("conf.d/", ""));
  folder.write("other.conf", "[program:api]\ncommand=/bin/api\n");
  const given = { checkType: "check", checkConfig: {} };
  const { tasks, problems } = readTasks(
    entries.map((entry, index) => ({ name: `Task${String(index)}`, ...given, ...entry })),
    TYPES,
  );
  expect(problems).toEqual([]);
  const found: string[] = [];
  await warnOfAutorestart(tasks, {
    env: {},
    folder: folder.path,
    actions: ACTIONS,
    onWarning: (task, message) => found.push(`${task.name}: ${message}`),
  });
  return found;
}

const restart = (processName: string, actionConfig = {}): object => ({
  processName,
  actionConfig,
  actionOnFailure: "restart_supervisor_program",
});

it("warnOfAutorestart() names programs that supervisord restarts by itself, also those of included files", async () => {
  const found = await warnings([restart("web"), restart("quiet"), restart("api")]);
  expect(found).toEqual([
    "Task0: supervisord restarts web by itself, too (autorestart=true); set autorestart=false in [program:web], so that one of us does",
    expect.stringMatching(/^Task2: .* api .*autorestart=unexpected, as it is by default/u),
  ]);
});

it("warnOfAutorestart() goes by the program that the action names, and only where it starts one", async () => {
  const found = await warnings([
    restart("x", { supervisor_program_name: "web" }),
    { processName: "web", actionOnFailure: "stop_supervisor_program" },
    { processName: "web", actionOnFailure: "own" },
    restart("web", { serverUrl: "unix:///run/another.sock" }),
    restart("web", { serverUrl: "unix:///run/test.sock" }),
    restart("nobody"),
  ]);
  expect(found.map((line) => line.split(":")[0])).toEqual(["Task0", "Task4"]);
});
