import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { programsOf } from "./program-info.ts";

const entry = {
  name: "web",
  group: "web",
  start: 100,
  stop: 0,
  now: 200,
  statename: "RUNNING",
  spawnerr: "",
  exitstatus: 0,
  pid: 7,
  description: "pid 7, uptime 0:01:40",
};

it("programsOf() reads a running program", () => {
  expect(programsOf([entry])).toEqual([
    {
      name: "web",
      state: "RUNNING",
      pid: 7,
      description: "pid 7, uptime 0:01:40",
      spawnError: "",
      exitCode: null,
    },
  ]);
});

it("programsOf() names a program of a group with both names", () => {
  const programs = programsOf([entry, { ...entry, group: "shop" }]);
  expect(programs.map(({ name }) => name)).toEqual(["web", "shop:web"]);
});

it.each([
  [{ statename: "EXITED", exitstatus: 3, stop: 150, pid: 0 }, 3],
  [{ statename: "EXITED", exitstatus: 0, stop: 150, pid: 0 }, 0],
  [{ statename: "STOPPED", exitstatus: 0, stop: 150, pid: 0 }, 0],
  [{ statename: "STOPPED", exitstatus: -1, stop: 100, pid: 0 }, -1],
  [{ statename: "STOPPED", start: 0, pid: 0 }, null],
  [{ statename: "STOPPED", stop: 50, pid: 0 }, null],
  [{ statename: "RUNNING", exitstatus: 0, stop: 50 }, null],
  [{ statename: "STARTING", stop: 150 }, null],
  [{ statename: "STOPPING", stop: 150 }, null],
  [{ statename: "BACKOFF", stop: 150, pid: 0 }, null],
  [{ statename: "FATAL", stop: 150, pid: 0 }, null],
])("programsOf() draws from %j the exit code %s", (fields, exitCode) => {
  expect(programsOf([{ ...entry, ...fields }])[0]).toMatchObject({ exitCode });
});

it("programsOf() has no process where the process id is 0", () => {
  const fatal = { ...entry, pid: 0, statename: "FATAL", spawnerr: "can't find command 'x'" };
  expect(programsOf([fatal])[0]).toMatchObject({ pid: null, spawnError: "can't find command 'x'" });
});

it.each([
  [null, "a list of programs"],
  [{}, "a list of programs"],
  [["web"], "a struct for each program"],
  [[{ ...entry, name: 1 }], "a text 'name'"],
  [[{ ...entry, pid: "7" }], "a number 'pid'"],
  [[{ ...entry, group: undefined }], "a text 'group'"],
  [[{ ...entry, statename: "DANCING" }], 'an unknown state: "DANCING"'],
  [[{ ...entry, statename: "constructor" }], "an unknown state"],
  [[{ ...entry, statename: "EXITED", exitstatus: null }], "a number 'exitstatus'"],
])("programsOf() refuses %j: %s", (value, reason) => {
  expect(() => programsOf(value)).toThrow(ObservationError);
  expect(() => programsOf(value)).toThrow(reason);
});

it("programsOf() gives programs or an ObservationError, whatever was sent", () => {
  const field = fc.constantFrom(...Object.keys(entry));
  const program = fc
    .tuple(field, fc.anything())
    .map(([name, value]) => ({ ...entry, [name]: value }));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.array(program)), (value) => {
      try {
        expect(programsOf(value)).toBeInstanceOf(Array);
      } catch (error) {
        expect(error).toBeInstanceOf(ObservationError);
      }
    }),
  );
});
