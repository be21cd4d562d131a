import { mkdirSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import {
  answerBytes,
  listenAsPeer,
  listenRaw,
  systemdAnswer,
  type Answer,
  type Answering,
  type StandInOptions,
} from "../../../test/support/systemd-stand-in.ts";
import { ObservationError } from "../../model/errors.ts";
import type { Systemd } from "../../ports/systemd.ts";
import { systemd } from "./systemd.ts";

const { signal } = new AbortController();

/** A machine on which systemd would be running. */
function runFolder(): TestFolder {
  const folder = testFolder();
  for (const name of ["systemd", "systemd/system", "dbus"]) mkdirSync(join(folder.path, name));
  return folder;
}

interface Machine extends AsyncDisposable {
  readonly unit: Systemd["unit"];
}

/** Looks, as root, at a machine on which something listens where systemd would. */
async function machine(listen: (path: string) => Promise<AsyncDisposable>): Promise<Machine> {
  const run = runFolder();
  const peer = await listen(join(run.path, "systemd/private"));
  const { unit } = systemd({ env: {}, runFolder: run.path, userId: 0 });
  return {
    unit,
    [Symbol.asyncDispose]: async () => {
      await peer[Symbol.asyncDispose]();
      run[Symbol.dispose]();
    },
  };
}

/** Looks at a stand-in for systemd. */
async function standIn(answer: Answering, how?: StandInOptions): Promise<Machine> {
  return await machine((path) => listenAsPeer(path, answer, how));
}

const UNITS = systemdAnswer({
  "nginx.service": { active: "active", sub: "running", result: "success" },
  "backup.service": { active: "failed", sub: "failed", result: "oom-kill" },
  "old.service": { load: "masked", active: "inactive", sub: "dead", result: "success" },
  "multi-user.target": { active: "active", sub: "active" },
  "plain.timer": { active: "active", sub: "waiting" },
});

it.each([
  ["nginx.service", ["loaded", "active", "running", "success"]],
  ["backup.service", ["loaded", "failed", "failed", "oom-kill"]],
  ["old.service", ["masked", "inactive", "dead", "success"]],
  ["nowhere.service", ["not-found", "inactive", "dead", "success"]],
  ["multi-user.target", ["loaded", "active", "active", ""]],
  ["plain.timer", ["loaded", "active", "waiting", ""]],
])("unit() asks systemd itself, as root, about %s", async (name, expected) => {
  await using ours = await standIn(UNITS);
  const [loadState, activeState, subState, result] = expected;
  await expect(ours.unit(name, signal)).resolves.toEqual({
    loadState,
    activeState,
    subState,
    result,
  });
});

it.each([{ order: "big" as const }, { cutBytes: 1 }])(
  "unit() understands a peer that answers with %j",
  async (how) => {
    await using ours = await standIn(UNITS, how);
    await expect(ours.unit("backup.service", signal)).resolves.toMatchObject({
      activeState: "failed",
      result: "oom-kill",
    });
  },
);

it("unit() answers for many units at once", async () => {
  await using ours = await standIn(UNITS);
  const names = Array.from({ length: 100 }, (_each, index) =>
    index % 2 === 0 ? "nginx.service" : "backup.service",
  );
  const units = await Promise.all(names.map((name) => ours.unit(name, signal)));
  expect(units.map(({ activeState }) => activeState)).toEqual(
    names.map((name) => (name === "nginx.service" ? "active" : "failed")),
  );
});

it("unit() says that systemd is not running", async () => {
  using folder = testFolder();
  const looked = systemd({ env: {}, runFolder: folder.path, userId: 0 }).unit("a.service", signal);
  await expect(looked).rejects.toThrow(ObservationError);
  await expect(looked).rejects.toThrow("systemd is not running on this machine");
});

it.each([
  [0, "dbus/system_bus_socket"],
  [1000, "dbus/system_bus_socket"],
])("unit() names, as user %d, the socket that is not there", async (userId, path) => {
  using run = runFolder();
  const looked = systemd({ env: {}, runFolder: run.path, userId }).unit("a.service", signal);
  await expect(looked).rejects.toThrow(ObservationError);
  await expect(looked).rejects.toThrow(
    `systemd at ${run.path}/${path} cannot be asked: no socket is there; start dbus`,
  );
});

it.each(["", "a b.service", "../x.service", "a\0b.service", "ä.service", "a".repeat(256)])(
  "unit() does not ask for %j, which is no name",
  async (name) => {
    using run = runFolder();
    const looked = systemd({ env: {}, runFolder: run.path, userId: 0 }).unit(name, signal);
    await expect(looked).rejects.toThrow("cannot be the name of a unit");
  },
);

it.each([
  ["org.freedesktop.DBus.Error.AccessDenied", "this user may not ask systemd; run as root"],
  ["org.freedesktop.DBus.Error.ServiceUnknown", "systemd is not running on this machine"],
  ["org.freedesktop.DBus.Error.InvalidArgs", "would not tell of x.service: What it says"],
  ["", "systemd would not tell of x.service: What it says"],
])("unit() turns the error %j into words", async (errorName, says) => {
  await using ours = await standIn(() => ({ errorName, text: "What\nit says" }));
  const looked = ours.unit("x.service", signal);
  await expect(looked).rejects.toThrow(ObservationError);
  await expect(looked).rejects.toThrow(says);
});

it("unit() takes a unit that systemd does not know for one that is not found", async () => {
  await using ours = await standIn(() => ({
    errorName: "org.freedesktop.systemd1.NoSuchUnit",
    text: "",
  }));
  const looked = ours.unit("x.service", signal);
  await expect(looked).resolves.toMatchObject({ loadState: "not-found", activeState: "inactive" });
});

const STATE = { signature: "s", value: "x" };
const PROPERTIES = [
  ["LoadState", STATE],
  ["ActiveState", STATE],
];

it.each<[string, Answer, Answer]>([
  ["the path of a unit", { signature: "s", body: ["none"] }, { signature: "", body: [] }],
  ["the path of a unit", { signature: "", body: [] }, { signature: "", body: [] }],
  ["the properties", { signature: "o", body: ["/x"] }, { signature: "s", body: ["x"] }],
  ["the SubState", { signature: "o", body: ["/x"] }, { signature: "a{sv}", body: [PROPERTIES] }],
])("unit() fails where systemd does not give %s", async (says, loaded, properties) => {
  await using ours = await standIn(({ fields }) =>
    fields.member === "LoadUnit" ? loaded : properties,
  );
  const looked = ours.unit("x.target", signal);
  await expect(looked).rejects.toThrow(ObservationError);
  await expect(looked).rejects.toThrow(says);
});

/** Looks at a peer that does as it likes. */
async function lookAt(serve: (socket: Socket) => void, stop = signal): Promise<unknown> {
  await using ours = await machine((path) => listenRaw(path, serve));
  return await ours.unit("a.service", stop);
}

/** Lets everybody in, and then says these bytes. */
function after(bytes: Uint8Array): (socket: Socket) => void {
  return (socket) => {
    socket.write("OK 00\r\n");
    socket.on("data", (chunk: Buffer) => {
      if (chunk.includes("BEGIN")) socket.write(bytes);
    });
  };
}

const stray = answerBytes({ serial: 500, fields: {} }, { signature: "s", body: ["nobody asked"] });

it.each<[string, (socket: Socket) => void]>([
  ["does not let this user in", (socket) => socket.write("REJECTED EXTERNAL\r\n")],
  ["does not speak D-Bus", (socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ["does not speak D-Bus", (socket) => socket.write("x".repeat(2_000))],
  ["does not speak D-Bus", (socket) => socket.write("\r\n")],
  ["closed before an answer came", (socket) => socket.end()],
  ["closed before an answer came", (socket) => socket.end("OK 00\r\n")],
  ["does not speak D-Bus: a message does not begin", after(Buffer.alloc(64, 0x20))],
  [
    "does not speak D-Bus: a message is too large",
    after(Buffer.from("l\x02\0\x01".padEnd(16, "\x7f"), "latin1")),
  ],
  ["says too much", after(Buffer.concat(Array.from({ length: 1_001 }, () => stray)))],
])("unit() is not harmed by a peer that %s", async (says, serve) => {
  const looked = lookAt(serve);
  await expect(looked).rejects.toThrow(ObservationError);
  await expect(looked).rejects.toThrow(says);
});

it.each<[string, (socket: Socket) => void]>([
  ["does not say anything", (): void => undefined],
  ["does not answer a call", after(stray)],
])("unit() stops waiting for a peer that %s when told to", async (_what, serve) => {
  const leaving = new AbortController();
  const reason = new Error("enough");
  const closed = Promise.withResolvers<undefined>();
  const looked = lookAt((socket) => {
    serve(socket);
    socket.on("close", () => {
      closed.resolve(undefined);
    });
    setImmediate(() => {
      leaving.abort(reason);
    });
  }, leaving.signal);
  await expect(looked).rejects.toBe(reason);
  await closed.promise;
});

it("unit() does not begin when it was told to stop before", async () => {
  using run = runFolder();
  const reason = new Error("enough");
  const ours = systemd({ env: {}, runFolder: run.path, userId: 0 });
  await expect(ours.unit("a.service", AbortSignal.abort(reason))).rejects.toBe(reason);
});
