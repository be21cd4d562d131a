import fc from "fast-check";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { isTaskFile, readTasks } from "./task-file.ts";
import { parseTaskSource } from "./task-source.ts";

const YAML = `# The API
- name: ApiHealth
  process_name: api
  check_interval_seconds: 0.5
  check_type: http_get
  check_config:
    url: http://127.0.0.1:8001/health
    expected_status_code: 204
  action_on_failure: restart_supervisor_program
- name: Worker
  enabled: false
  processName: worker
  checkType: supervisor_program
  checkConfig: {}
  actionOnFailure: run_command
  actionConfig: { command: ["/bin/true"] }
`;

async function problemsOf(path: string): Promise<readonly string[]> {
  const error = await readTasks(path).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigurationError)) throw new Error(String(error));
  return error.diagnostics.map(
    ({ line, column, property, code }) =>
      `${String(line)}:${String(column)} ${String(property)} ${code}`,
  );
}

it("readTasks() reads YAML, and the same as JSON", async () => {
  using folder = testFolder();
  const path = folder.write("tasks.yaml", YAML);
  const tasks = await readTasks(path);
  expect(tasks).toMatchObject([
    {
      name: "ApiHealth",
      checkIntervalSeconds: 0.5,
      checkValues: { expectedStatus: 204, url: "http://127.0.0.1:8001/health" },
      actionValues: { supervisorProgramName: "api" },
    },
    { name: "Worker", enabled: false, checkValues: { program: "worker" } },
  ]);
  const { entries } = await parseTaskSource(YAML, "a.yml");
  const json = folder.write("tasks.json", JSON.stringify(entries));
  await expect(readTasks(json)).resolves.toEqual(tasks);
  await expect(isTaskFile(path)).resolves.toBe(true);
  await expect(isTaskFile(json)).resolves.toBe(true);
});

it("isTaskFile() tells tasks from services and projects without running anything", async () => {
  using folder = testFolder();
  const isTask = (name: string, content: string): Promise<boolean> =>
    isTaskFile(folder.write(name, content));
  await expect(isTask("a.json", '[{"name": "a", "url": "http://a/"}]')).resolves.toBe(false);
  await expect(isTask("b.json", '[{"name": "a", "checkType": "x"}]')).resolves.toBe(true);
  await expect(isTask("c.json", "[")).resolves.toBe(false);
  await expect(isTask("d.ts", "process.exit(1); export const monitoredTasks = [];")).resolves.toBe(
    true,
  );
  await expect(isTask("main.ts", "throw new Error();")).resolves.toBe(false);
  await expect(isTaskFile(`${folder.path}/none.ts`)).resolves.toBe(false);
});

it("readTasks() says where in a file each problem is", async () => {
  using folder = testFolder();
  const broken = YAML.replace("0.5", "0")
    .replace("http://127.0.0.1:8001/health", "127.0.0.1")
    .replace("checkConfig: {}", "checkConfig: { program: 7 }");
  await expect(problemsOf(folder.write("tasks.yaml", broken))).resolves.toEqual([
    "4:27 ApiHealth.check_interval_seconds option-invalid",
    "7:10 ApiHealth.check_config.url option-invalid",
    "14:27 Worker.checkConfig.program option-invalid",
  ]);
  const json = '[\n  {"name": "A", "check_type": "http_gte",\n   "check_config": {"url": 3}}]';
  await expect(problemsOf(folder.write("tasks.json", json))).resolves.toEqual([
    "2:3 A.process_name option-missing",
    "2:3 A.action_on_failure option-missing",
    "2:17 A.check_type kind-unknown",
  ]);
});

it.each([
  ["tasks.yaml", "a: [", "yaml-syntax"],
  ["tasks.yaml", "a: 1\na: 2", "yaml-syntax"],
  ["tasks.yaml", "a: 1", "not-a-list"],
  ["tasks.yaml", "", "file-empty"],
  ["tasks.json", "{}", "not-a-list"],
  ["tasks.json", "[{]", "json-syntax"],
  ["tasks.json", '[{"a": 1, "a": 2}]', "field-repeated"],
  ["tasks.yaml", bomb(), "yaml-syntax"],
])("readTasks() refuses %s with %j", async (name, content, code) => {
  using folder = testFolder();
  const [problem] = await problemsOf(folder.write(name, content));
  expect(problem).toContain(code);
});

it("parseTaskSource() takes any text", async () => {
  const pieces = fc.constantFrom(
    "- ",
    "a: ",
    "1",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    '"',
    "!!",
    "|",
    "\t",
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(pieces).map((all) => all.join("")),
    fc.json(),
  );
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom("a.json", "a.yaml"), async (text, file) => {
      try {
        const { entries, placeOf } = await parseTaskSource(text, file);
        for (const index of entries?.keys() ?? []) placeOf(index, ["a", "1"]);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
      }
    }),
  );
});

// Nine aliases of nine aliases, and so on: it would be a thousand million entries.
function bomb(): string {
  const lines = ["- &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level += 1) {
    const alias = `*a${String(level - 1)}`;
    lines.push(`- &a${String(level)} [${Array.from({ length: 9 }, () => alias).join(", ")}]`);
  }
  return lines.join("\n");
}
