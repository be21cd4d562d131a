import { afterAll, beforeAll, expect, it } from "vitest";
import { systemd } from "../../src/adapters/systemd/systemd.ts";
import { ObservationError } from "../../src/model/errors.ts";
import type { Systemd } from "../../src/ports/systemd.ts";
import { hasPart } from "../support/parts.ts";
import { startBus, type Bus } from "../support/system-bus.ts";
import { joinBus, systemdAnswer } from "../support/systemd-stand-in.ts";

// systemd itself does not run on the machines of these tests, so a stand-in takes its name on a real bus.
const hasBus = hasPart("dbus-daemon", ["--version"]);
const { signal } = new AbortController();

let bus: Bus;
let socketPath: string;

beforeAll(async () => {
  if (!hasBus) return;
  bus = await startBus();
  ({ socketPath } = bus);
});

afterAll(async () => {
  if (hasBus) await bus[Symbol.asyncDispose]();
});

function ours(path = socketPath): Systemd {
  return systemd({ env: { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${path}` } });
}

it.runIf(hasBus)("unit() asks over a real bus", async () => {
  using standIn = await joinBus(
    socketPath,
    "org.freedesktop.systemd1",
    systemdAnswer({
      "nginx.service": { active: "active", sub: "running", result: "success" },
      "backup.service": { active: "failed", sub: "failed", result: "exit-code" },
    }),
  );
  const looks = ["nginx.service", "backup.service", "nowhere.service", "nginx"].map((unit) =>
    ours().unit(unit, signal),
  );
  await expect(Promise.allSettled(looks)).resolves.toMatchObject([
    {
      value: { loadState: "loaded", activeState: "active", subState: "running", result: "success" },
    },
    { value: { loadState: "loaded", activeState: "failed", result: "exit-code" } },
    { value: { loadState: "not-found", activeState: "inactive", subState: "dead" } },
    { reason: expect.any(ObservationError) as Error },
  ]);
  expect(new Set(standIn.calls)).toEqual(new Set(["LoadUnit", "GetAll", "Get"]));
});

it.runIf(hasBus)(
  "unit() looks up 300 units at once, more than a bus lets one user connect",
  async () => {
    using standIn = await joinBus(
      socketPath,
      "org.freedesktop.systemd1",
      systemdAnswer({ "nginx.service": { active: "active", sub: "running" } }),
    );
    const one = ours();
    const units = await Promise.all(
      Array.from({ length: 300 }, () => one.unit("nginx.service", signal)),
    );
    expect(new Set(units.map(({ activeState }) => activeState))).toEqual(new Set(["active"]));
    expect(standIn.calls).toHaveLength(900);
  },
);

it.runIf(hasBus)("unit() says that systemd is not on its bus", async () => {
  const looked = ours().unit("nginx.service", signal);
  await expect(looked).rejects.toThrow(ObservationError);
  await expect(looked).rejects.toThrow("systemd is not running on this machine");
});

it.runIf(hasBus)("unit() stops waiting for a systemd that hangs when told to", async () => {
  const leaving = new AbortController();
  const reason = new Error("enough");
  using standIn = await joinBus(socketPath, "org.freedesktop.systemd1", () => {
    leaving.abort(reason);
    return { signature: "s", body: ["/late"] };
  });
  await expect(ours().unit("nginx.service", leaving.signal)).rejects.toBe(reason);
  expect(standIn.calls).toEqual(["LoadUnit"]);
});

it.runIf(hasBus)("unit() says that the bus does not let us ask systemd", async () => {
  await using other = await startBus(
    '<deny send_interface="org.freedesktop.systemd1.Manager" send_member="LoadUnit"/>',
  );
  using standIn = await joinBus(other.socketPath, "org.freedesktop.systemd1", systemdAnswer({}));
  const looked = ours(other.socketPath).unit("nginx.service", signal);
  await expect(looked).rejects.toThrow(ObservationError);
  await expect(looked).rejects.toThrow("this user may not ask systemd; run as root");
  expect(standIn.calls).toEqual([]);
});

it.runIf(hasBus)("unit() cannot look once the bus is gone", async () => {
  await using other = await startBus();
  await other.stop();
  const looked = ours(other.socketPath).unit("nginx.service", signal);
  await expect(looked).rejects.toThrow(ObservationError);
  await expect(looked).rejects.toThrow(/cannot be asked: (?:no socket is|nobody listens) there/u);
});
