import { expect, it } from "vitest";
import { marksFolder } from "./marks-folder.ts";

it("marksFolder() is of the machine for root, of the home of others, and wherever CW_MARKS_DIR says", () => {
  const of = (env: Readonly<Record<string, string>>, isRoot: boolean): string =>
    marksFolder({ env, isRoot, home: "/home/me" });
  const state = { XDG_STATE_HOME: "/state" };
  expect(of(state, true)).toBe("/var/lib/clockwork/marks");
  expect(of(state, false)).toBe("/state/clockwork/marks");
  expect(of({ XDG_STATE_HOME: "state" }, false)).toBe("/home/me/.local/state/clockwork/marks");
  expect(of({}, false)).toBe("/home/me/.local/state/clockwork/marks");
  expect(of({ ...state, CW_MARKS_DIR: "/marks" }, true)).toBe("/marks");
});
