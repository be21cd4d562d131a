import { Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { rawServer, type RawServer } from "../../../test/support/raw-server.ts";
import type { Address } from "../../ports/resolver.ts";
import { race } from "./race.ts";

/** A race whose connections come about, or fail, when the test says so. */
function raceOf(count: number) {
  const addresses = Array.from({ length: count }, (_, index): Address => ({
    address: `192.0.2.${String(index)}`,
    family: 4,
  }));
  const sockets: Socket[] = [];
  const wins: [Socket, Address][] = [];
  const failures: string[][] = [];
  const stop = race({
    addresses,
    connect: () => {
      const socket = new Socket();
      sockets.push(socket);
      return socket;
    },
    onWin: (socket, address) => wins.push([socket, address]),
    onAllFailed: (errors) => failures.push(errors.map(({ message }) => message)),
  });
  const socketAt = (index: number): Socket => sockets[index] ?? expect.fail("not started");
  return {
    ...{ addresses, sockets, socketAt, wins, failures, stop },
    win: async (index: number, { port }: RawServer): Promise<void> => {
      const socket = socketAt(index);
      await new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
    },
    fail: async (index: number, message: string): Promise<void> => {
      const socket = socketAt(index);
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.destroy(new Error(message));
      await closed;
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it("race() gives each address 250 ms before the next one starts, and keeps the earlier ones", async () => {
  await using server = await rawServer();
  const { sockets, wins, addresses, win, failures } = raceOf(3);
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(249);
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(sockets).toHaveLength(2);
  vi.advanceTimersByTime(250);
  expect(sockets).toHaveLength(3);
  vi.advanceTimersByTime(60_000);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
  await win(0, server);
  expect(wins).toEqual([[sockets[0], addresses[0]]]);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false, true, true]);
  expect(failures).toEqual([]);
  sockets[0]?.destroy();
});

it("race() starts the next address at once when one fails, and gives it its own 250 ms", async () => {
  await using server = await rawServer();
  const { sockets, wins, win, fail } = raceOf(3);
  vi.advanceTimersByTime(200);
  await fail(0, "refused");
  expect(sockets).toHaveLength(2);
  vi.advanceTimersByTime(249);
  expect(sockets).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(sockets).toHaveLength(3);
  await win(1, server);
  expect(wins).toHaveLength(1);
  expect(sockets[2]?.destroyed).toBe(true);
  sockets[1]?.destroy();
});

it("race() waits for an early address after all later ones have failed", async () => {
  await using server = await rawServer();
  const { sockets, wins, win, fail, failures } = raceOf(2);
  vi.advanceTimersByTime(250);
  await fail(1, "refused");
  expect(failures).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  await win(0, server);
  expect(wins).toHaveLength(1);
  sockets[0]?.destroy();
});

it("race() tells what each address failed with, once", async () => {
  const { fail, failures, wins } = raceOf(3);
  vi.advanceTimersByTime(500);
  await fail(1, "one");
  await fail(0, "zero");
  expect(failures).toEqual([]);
  await fail(2, "two");
  expect(failures).toEqual([["one", "zero", "two"]]);
  expect(wins).toEqual([]);
});

it("race() takes no notice of what fails after it is decided", async () => {
  await using server = await rawServer();
  const { sockets, socketAt, wins, win, failures } = raceOf(3);
  vi.advanceTimersByTime(250);
  const loser = socketAt(1);
  const closed = new Promise((resolve) => loser.once("close", resolve));
  socketAt(0).once("connect", () => loser.destroy(new Error("just then")));
  await win(0, server);
  await closed;
  expect([sockets.length, wins.length, failures.length]).toEqual([2, 1, 0]);
  expect(socketAt(0).listenerCount("error")).toBe(0);
  socketAt(0).destroy();
});

it("race() can be stopped, before and after it is decided", async () => {
  await using server = await rawServer();
  const early = raceOf(3);
  vi.advanceTimersByTime(250);
  early.stop();
  early.stop();
  vi.advanceTimersByTime(60_000);
  expect(early.sockets.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  const late = raceOf(2);
  await late.win(0, server);
  late.stop();
  expect(late.socketAt(0).destroyed).toBe(false);
  late.socketAt(0).destroy();
  expect([early.wins, early.failures, late.failures]).toEqual([[], [], []]);
});
