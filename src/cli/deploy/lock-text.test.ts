import { expect, it } from "vitest";
import { MOMENT } from "../../../test/support/deployments.ts";
import { lockText } from "./lock-text.ts";

const HOLDER = {
  pid: 42,
  startedAt: MOMENT,
  host: "box\u001b[2J",
  command: "clockwork apply",
  since: MOMENT,
};

it("lockText() tells who holds it, and what is open", () => {
  expect(lockText({ isHeld: false, holder: null, openSteps: 0 }, MOMENT)).toBe("free\n");
  expect(lockText({ isHeld: false, holder: HOLDER, openSteps: 1 }, MOMENT)).toBe(
    "free\nAn interrupted run left 1 step open: the next apply brings that to its end.\n",
  );
  expect(lockText({ isHeld: true, holder: null, openSteps: 0 }, MOMENT)).toBe(
    "held, and nobody knows by whom\n",
  );
  expect(lockText({ isHeld: true, holder: HOLDER, openSteps: 2 }, MOMENT + 65_000)).toBe(
    "held by clockwork apply on box\uFFFD[2J (pid 42) since 2026-01-02 03:04:05Z, for 1m5s\n2 steps under way.\n",
  );
});
