import { createSocket } from "node:dgram";
import { createServer, type AddressInfo, type Server } from "node:net";
import { cpus, totalmem } from "node:os";
import { expect, it, vi } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { systemClock } from "./clock.ts";
import { systemMachine } from "./machine.ts";

const { signal } = new AbortController();
const isLinux = process.platform === "linux";
const machine = systemMachine({ clock: systemClock });

/** A clock whose time is over when this process has worked for a while. */
const busyClock = {
  sleep: async (delayMs: number): Promise<void> => {
    const end = process.cpuUsage().user + delayMs * 1_000;
    while (process.cpuUsage().user < end);
  },
};

async function listen(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

it("processorCount() and load() tell of this machine", async () => {
  expect(machine.processorCount()).toBe(cpus().length);
  const load = await machine.load();
  expect(load).toHaveLength(3);
  for (const each of load) expect(each).toBeGreaterThanOrEqual(0);
});

it.runIf(isLinux)("memory() tells what there is, and what of it could be had", async () => {
  const { totalBytes, availableBytes } = await machine.memory();
  expect(totalBytes).toBe(totalmem());
  expect(availableBytes).toBeGreaterThan(0);
  expect(availableBytes).toBeLessThan(totalBytes);
});

it.each(["linux", "darwin"] as const)(
  "cpuPercent() sees this process work, on %s",
  async (platform) => {
    const busy = systemMachine({ clock: busyClock, platform });
    const percent = await busy.cpuPercent(60, signal);
    // Others may work too, and none may take all of this one's turns.
    expect(percent).toBeGreaterThan(20 / cpus().length);
    expect(percent).toBeLessThanOrEqual(100);
  },
);

it("cpuPercent() says that a sample was too short", async () => {
  const instant = systemMachine({ clock: { sleep: () => Promise.resolve() } });
  // Time goes in steps of 10 ms: hardly ever does every look fall on a step.
  let reason: unknown = null;
  for (let look = 0; look < 1_000 && reason === null; look += 1) {
    reason = await instant.cpuPercent(0, signal).then(
      () => null,
      (error: unknown) => error,
    );
  }
  expect(reason).toBeInstanceOf(ObservationError);
  expect(reason).toMatchObject({
    message: "no processor time passed in 0 ms: take a longer sample",
  });
});

it("cpuPercent() ends with the signal", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const sampling = machine.cpuPercent(1e9, controller.signal);
  controller.abort(reason);
  await expect(sampling).rejects.toBe(reason);
});

it.runIf(isLinux)(
  "listeningPorts() finds who listens, and no longer when it has ended",
  async () => {
    await using server = createServer();
    const port = await listen(server, "127.0.0.1");
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    const udpPort = socket.address().port;
    const expected = [
      { protocol: "tcp", address: "127.0.0.1", port },
      { protocol: "udp", address: "127.0.0.1", port: udpPort },
    ];
    expect(await machine.listeningPorts(signal)).toEqual(expect.arrayContaining(expected));
    await new Promise<void>((resolve) => socket.close(resolve));
    await new Promise((resolve) => server.close(resolve));
    // Another process may take a port that has just become free, and give it back.
    await vi.waitFor(async () => {
      const after = await machine.listeningPorts(signal);
      expect(after).not.toContainEqual(expected[0]);
      expect(after).not.toContainEqual(expected[1]);
    });
  },
);

it.runIf(isLinux)(
  "listeningPorts() finds who listens on IPv6, where there is any",
  async (test) => {
    const server = createServer();
    const port = await listen(server, "::1").catch(() => null);
    if (port === null) test.skip("this machine has no IPv6");
    const found = await machine.listeningPorts(signal);
    await new Promise((resolve) => server.close(resolve));
    expect(found).toContainEqual({ protocol: "tcp", address: "::1", port });
  },
);

it("listeningPorts() ends with the signal", async () => {
  const reason = new Error("enough");
  const linux = systemMachine({ clock: systemClock, platform: "linux" });
  await expect(linux.listeningPorts(AbortSignal.abort(reason))).rejects.toBe(reason);
});

it("memory(), load() and listeningPorts() say where they cannot look", async () => {
  const elsewhere = systemMachine({ clock: systemClock, platform: "win32" });
  await expect(elsewhere.memory()).rejects.toThrow(
    "the available memory can be learned on Linux only",
  );
  await expect(elsewhere.load()).rejects.toBeInstanceOf(ObservationError);
  await expect(elsewhere.listeningPorts(signal)).rejects.toBeInstanceOf(ObservationError);
});
