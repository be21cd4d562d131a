import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { SupervisorFaultError } from "./client.ts";
import { changesOf, describeFault, unlessFault } from "./faults.ts";

function fault(code: number, text: string): SupervisorFaultError {
  return new SupervisorFaultError("supervisor.reloadConfig", { code, text });
}

it("describeFault() says what supervisord said, and how to mend it", () => {
  const text = "CANT_REREAD: Invalid user name x in section 'program:a' (file: '/a.conf')";
  expect(describeFault(fault(92, text), "read its configuration")).toMatchObject({
    message:
      "supervisord cannot read its configuration: Invalid user name x in section 'program:a' (file: '/a.conf')",
    hint: "mend that file, or take it away",
  });
  expect(describeFault(fault(50, "SPAWN_ERROR"), "start web").message).toBe(
    "supervisord cannot start web: SPAWN_ERROR",
  );
});

it.each([
  "CANT_REREAD: Unexpected end of key/value pairs in value 'A=hunter2' in section 'program:a' (file: '/a.conf')",
  "CANT_REREAD: Format string 'A=hunter2' for 'environment' is badly formatted: x in section 'program:a' (file: '/a.conf')",
])("describeFault() does not repeat a value: %s", (text) => {
  expect(describeFault(fault(92, text), "read").message).toBe(
    "supervisord cannot read: a value of it is malformed in section 'program:a' (file: '/a.conf')",
  );
});

it("unlessFault() takes some faults for an answer, and no others", async () => {
  const added = fault(90, "ALREADY_ADDED: web");
  await expect(unlessFault(Promise.resolve(true), [])).resolves.toBeNull();
  await expect(unlessFault(Promise.reject(added), ["ALREADY_ADDED"])).resolves.toBe(
    "ALREADY_ADDED",
  );
  await expect(unlessFault(Promise.reject(added), ["BAD_NAME"])).rejects.toBe(added);
});

it("changesOf() reads three lists", () => {
  expect(changesOf([[["a"], ["b", "c"], []]])).toEqual({
    added: ["a"],
    changed: ["b", "c"],
    removed: [],
  });
  expect(() => changesOf([[["a"], []]])).toThrow(ObservationError);
});

it("changesOf() gives lists of text or an ObservationError, whatever the answer", () => {
  const answers = fc.oneof(fc.anything(), fc.array(fc.array(fc.array(fc.anything()))));
  fc.assert(
    fc.property(answers, (answer) => {
      try {
        const { added, changed, removed } = changesOf(answer);
        const all = [...added, ...changed, ...removed];
        expect(all.every((name) => typeof name === "string")).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ObservationError);
      }
    }),
  );
});
