import { expect, it } from "vitest";
import { readTasks } from "../../../src/app/tasks/task-file.ts";
import { testFolder } from "../../support/folder.ts";

const TASK = `{ name: "A", processName: "a", checkType: "command", checkConfig: { command: ["true"] },
  actionOnFailure: "run_command", actionConfig: { command: ["true"] } }`;

it("readTasks() loads a module as data, with all of TypeScript that can be erased", async () => {
  using folder = testFolder();
  folder.write("shared.ts", "export const seconds: number = 5;\n");
  const path = folder.write(
    "tasks.ts",
    `import { seconds } from "./shared.ts";
import { DEFAULT_CHECK_FUNCTIONS, type MonitoredTask } from "clockwork/monitor";
console.log(typeof DEFAULT_CHECK_FUNCTIONS.http_get);
export const monitoredTasks: MonitoredTask[] = [{ ...${TASK}, checkIntervalSeconds: seconds }];
`,
  );
  let printed = "";
  const tasks = await readTasks(path, { onOutput: (text) => (printed += text) });
  expect(tasks).toMatchObject([{ name: "A", checkIntervalSeconds: 5 }]);
  expect(printed).toBe("function\n");
});

it.each([
  ["const monitoredTasks = [];", "monitoredTasks: a list of tasks must be exported: got nothing"],
  ["export const monitoredTasks = 7;", "a list of tasks must be exported: got 7"],
  [
    `export const monitoredTasks = [{ ...${TASK}, checkConfig: { check: () => true } }];`,
    "monitoredTasks[0].checkConfig.check: must be data: got a function",
  ],
  ["const a = []; a.push(a); export const monitoredTasks = a;", "holds itself"],
  ["throw new Error('no');", "no"],
  ["export const monitoredTasks = [;", "tasks.mjs"],
  ["process.exit(3);", "ended the process with code 3"],
  [`export const monitoredTasks = [{ ...${TASK}, checkType: "x" }];`, "A.checkType: must name"],
])("readTasks() refuses a module with %j", async (text, problem) => {
  using folder = testFolder();
  await expect(readTasks(folder.write("tasks.mjs", text))).rejects.toThrow(problem);
});

it("readTasks() gives up a module that never ends, when it is told to", async () => {
  using folder = testFolder();
  const path = folder.write("tasks.ts", "for (;;); export const monitoredTasks = [];");
  const enough = new Error("enough");
  const ending = new AbortController();
  const reading = readTasks(path, { signal: ending.signal });
  setTimeout(() => {
    ending.abort(enough);
  }, 300);
  await expect(reading).rejects.toBe(enough);
});

it("readTasks() says that a module is not there", async () => {
  await expect(readTasks("/nowhere/tasks.ts")).rejects.toThrow(
    "/nowhere/tasks.ts: a file that exists is needed: got none (file-missing)",
  );
});
