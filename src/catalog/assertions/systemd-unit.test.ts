import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import type { Systemd, UnitInfo } from "../../ports/systemd.ts";
import type { World } from "../../ports/world.ts";
import { SystemdUnitAssert } from "./systemd-unit.ts";

const { kind } = SystemdUnitAssert;

const ACTIVE: UnitInfo = {
  loadState: "loaded",
  activeState: "active",
  subState: "running",
  result: "success",
};

function systemd(info: Partial<UnitInfo>, asked: string[] = []): Pick<World, "systemd"> {
  const port: Systemd = {
    unit: (unit) => {
      asked.push(unit);
      return Promise.resolve({ ...ACTIVE, ...info });
    },
  };
  return { systemd: () => Promise.resolve(port) };
}

it("SystemdUnitAssert passes for an active unit", async () => {
  const asked: string[] = [];
  expect(await probe(kind, { unit: "nginx" }, { world: systemd({}, asked) })).toEqual({
    verdict: "pass",
    expected: "active",
    actual: "active (running)",
  });
  expect(asked).toEqual(["nginx.service"]);
});

it.each([
  ["nginx", "nginx.service"],
  ["backup.timer", "backup.timer"],
  ["getty@tty1", "getty@tty1.service"],
  ["org.example.App", "org.example.App.service"],
  ["dev-sda.device", "dev-sda.device"],
])("SystemdUnitAssert takes %s for %s", (unit, full) => {
  expect(bind(kind, { unit })["unit"]).toBe(full);
});

it.each([
  [
    { activeState: "failed", subState: "failed", result: "exit-code" },
    "failed (failed), exit-code",
  ],
  [{ activeState: "activating", subState: "auto-restart" }, "activating (auto-restart)"],
  [{ activeState: "inactive", subState: "dead" }, "inactive (dead)"],
  [{ activeState: "inactive", subState: "dead", loadState: "masked" }, "inactive (dead), masked"],
])("SystemdUnitAssert fails for %j", async (info, actual) => {
  const judgement = await probe(kind, { unit: "nginx" }, { world: systemd(info) });
  expect(judgement).toEqual({ verdict: "fail", expected: "active", actual });
});

it("SystemdUnitAssert compares the sub-state when one is expected", async () => {
  const options = { unit: "job", expectedSubState: "exited" };
  const exited = await probe(kind, options, { world: systemd({ subState: "exited" }) });
  expect(exited).toMatchObject({ verdict: "pass", expected: "active (exited)" });
  const running = await probe(kind, options, { world: systemd({}) });
  expect(running).toMatchObject({ verdict: "fail", actual: "active (running)" });
});

it("SystemdUnitAssert fails for a unit that is not there, whatever is expected", async () => {
  const world = systemd({ loadState: "not-found", activeState: "inactive", subState: "dead" });
  const options = { unit: "ngnix", expectedState: "inactive" };
  const judgement = await probe(kind, options, { world });
  expect(judgement).toEqual({ verdict: "fail", expected: "inactive", actual: "no such unit" });
});

it("SystemdUnitAssert cannot say anything where systemd does not run", async () => {
  const error = new ObservationError("systemd does not run here");
  const world = { systemd: () => Promise.resolve({ unit: () => Promise.reject(error) }) };
  await expect(probe(kind, { unit: "nginx" }, { world })).rejects.toBe(error);
  expect(kind.blameForTimeout).toBe("ourselves");
});

it("SystemdUnitAssert takes the unit from its resource, or says that it needs one", () => {
  expect(bind(kind, {}, { target: { unit: "a.socket" } })["unit"]).toBe("a.socket");
  expect(() => bind(kind, {})).toThrow("needs a unit");
});

it.each(["a b", "a/b", "", "a;b", "../a", 3])("SystemdUnitAssert refuses the unit %j", (unit) => {
  expect(readOptions(kind.fields, { unit }).problems).toMatchObject([{ property: "unit" }]);
});
