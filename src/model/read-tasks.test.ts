import fc from "fast-check";
import { expect, it } from "vitest";
import { text } from "./option-types.ts";
import { readTasks } from "./read-tasks.ts";
import type { ReadTaskConfig, TaskTypes } from "./task.ts";
import { readEitherCase } from "./task-options.ts";

const FIELDS = { someUrl: text().required("Where."), program: text().optional("Which.") };

const read: ReadTaskConfig = (config, task, style) => {
  const result = readEitherCase(FIELDS, config, { style });
  if (result.values === null) return result;
  const { program } = result.values;
  return { values: { ...result.values, program: program ?? task.processName }, problems: [] };
};

const TYPES: TaskTypes = {
  checks: new Map([
    ["http_get", read],
    ["custom", null],
  ]),
  actions: new Map([["restart", null]]),
};

const SNAKE = {
  name: "Api",
  process_name: "api",
  check_type: "http_get",
  check_config: { some_url: "x" },
  action_on_failure: "restart",
};
const CAMEL = {
  name: "Api",
  processName: "api",
  checkType: "http_get",
  checkConfig: { someUrl: "x" },
  actionOnFailure: "restart",
};

it("readTasks() fills in defaults, and takes both ways of writing keys", () => {
  const [one, other] = [readTasks([SNAKE], TYPES), readTasks([CAMEL], TYPES)];
  expect(one.problems).toEqual([]);
  expect(one.tasks).toEqual([
    {
      name: "Api",
      enabled: true,
      processName: "api",
      checkIntervalSeconds: 60,
      checkType: "http_get",
      checkConfig: { some_url: "x" },
      checkValues: { someUrl: "x", program: "api" },
      actionOnFailure: "restart",
      actionConfig: {},
      actionValues: null,
      consecutiveFailuresThreshold: 3,
      recoverAfterSuccessesThreshold: 1,
      checkTimeoutSeconds: 30,
      repeatActionEverySeconds: null,
    },
  ]);
  expect(other.tasks).toEqual([{ ...one.tasks[0], checkConfig: { someUrl: "x" } }]);
});

it("readTasks() leaves the config of a custom function as it is", () => {
  const config = { some_key: { deep_key: 1 }, call: () => 1 };
  const { tasks } = readTasks([{ ...SNAKE, check_type: "custom", check_config: config }], TYPES);
  expect(tasks[0]?.checkConfig).toBe(config);
  expect(tasks[0]?.checkValues).toBeNull();
});

it.each([
  [
    { ...SNAKE, check_interval_seconds: 0 },
    "Api.check_interval_seconds",
    "a number above 0: got 0",
  ],
  [{ ...CAMEL, checkIntervalSeconds: "5" }, "Api.checkIntervalSeconds", 'above 0: got "5"'],
  [{ ...SNAKE, enabled: "yes" }, "Api.enabled", 'must be true or false: got "yes"'],
  [{ ...SNAKE, process_name: undefined }, "Api.process_name", "is needed: text"],
  [{ ...SNAKE, consecutive_failures_threshold: 0 }, "Api.consecutive_failures_threshold", "got 0"],
  [{ ...SNAKE, check_type: "http_gte" }, "Api.check_type", 'a check that exists: got "http_gte"'],
  [{ ...SNAKE, action_on_failure: "x" }, "Api.action_on_failure", 'an action that exists: got "x"'],
  [{ ...SNAKE, check_config: {} }, "Api.check_config.some_url", "is needed: text"],
  [{ ...SNAKE, check_config: [] }, "Api.check_config", "must be an object: got a list"],
  [{ ...SNAKE, check_config: { some_url: 1 } }, "Api.check_config.some_url", "must be text: got 1"],
  [{ ...SNAKE, action_config: 1 }, "Api.action_config", "must be an object: got 1"],
  [{ ...SNAKE, chek_config: {} }, "Api.chek_config", "is not an option"],
  [{ ...SNAKE, checkType: "custom" }, "Api.checkType", "is given twice, as check_type too"],
  ["Api", "[0]", 'a task must be an object: got "Api"'],
  [{ ...SNAKE, name: undefined }, "[0].name", "is needed"],
  [{ ...SNAKE, name: "a\nb" }, '"a\\nb".name', "must be text on one line"],
])("readTasks() refuses %j", (entry, property, message) => {
  const { tasks, problems } = readTasks([entry], TYPES);
  expect(tasks).toEqual([]);
  expect(problems.map((problem) => problem.property)).toEqual([property]);
  expect(problems[0]?.message).toContain(message);
});

it("readTasks() says what may have been meant, as the file writes it", () => {
  const { problems } = readTasks(
    [
      { ...SNAKE, chek_config: {} },
      { ...CAMEL, name: "B", checkTimeout: 1 },
      { ...SNAKE, name: "C", check_type: "http_gte" },
    ],
    TYPES,
  );
  expect(problems.map(({ hint }) => hint)).toEqual([
    "did you mean check_config?",
    expect.stringContaining("checkTimeoutSeconds"),
    "did you mean http_get? there are http_get, custom",
  ]);
  expect(problems.map(({ index, keys }) => [index, keys])).toEqual([
    [0, ["Api", "chek_config"].slice(1)],
    [1, ["checkTimeout"]],
    [2, ["check_type"]],
  ]);
});

it("readTasks() wants every name once", () => {
  const { tasks, problems } = readTasks([SNAKE, { ...CAMEL, enabled: false }], TYPES);
  expect(tasks).toHaveLength(1);
  expect(problems).toMatchObject([{ code: "name-duplicate", property: "Api.name", index: 1 }]);
});

const keys = fc.constantFrom(...Object.keys(SNAKE), ...Object.keys(CAMEL), "__proto__", "x_y");
const values = fc.oneof(fc.anything(), fc.constantFrom("http_get", "custom", "restart", {}));

it("readTasks() takes anything, and never gives a task along with a problem of it", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.anything(), fc.dictionary(keys, values))), (entries) => {
      const { tasks, problems } = readTasks(entries, TYPES);
      const wrong = new Set(problems.map(({ index }) => index));
      expect(tasks.length + wrong.size).toBeGreaterThanOrEqual(entries.length);
      for (const { property, message } of problems) {
        expect(typeof property).toBe("string");
        expect(message).not.toBe("");
      }
    }),
  );
});
