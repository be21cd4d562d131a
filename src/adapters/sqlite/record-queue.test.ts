import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MONDAY, result, watchState } from "../../../test/support/watching.ts";
import { StateError } from "../../model/deploy-errors.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { RecordQueue } from "./record-queue.ts";
import type { RecordBatch } from "./store-calls.ts";

/** A disk that may be slow, or full. */
class Disk {
  readonly written: RecordBatch[] = [];
  onItsWay = 0;
  isFull = false;
  gate: PromiseWithResolvers<null> | null = null;

  readonly send = async (batch: RecordBatch): Promise<void> => {
    this.onItsWay += 1;
    expect(this.onItsWay).toBe(1);
    await this.gate?.promise;
    this.onItsWay -= 1;
    if (this.isFull) throw new StateError("the disk is full");
    this.written.push(batch);
  };

  /** Failures in a row of a resource, as they were written one after the other. */
  statesOf(resource: string): readonly number[] {
    return this.written.flatMap(({ states }) =>
      states
        .filter(([name]) => name === resource)
        .map(([, document]) => (JSON.parse(document) as WatchState).failures),
    );
  }

  get times(): readonly number[] {
    return this.written.flatMap(({ times }) => [...times]);
  }
}

let disk: Disk;
let queue: RecordQueue;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  disk = new Disk();
  queue = new RecordQueue({ send: disk.send, limit: 20_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const recordResults = (count: number, from = 0): boolean =>
  queue.record({
    results: Array.from({ length: count }, (_, index) => result("web", MONDAY + from + index)),
    states: [],
  });
const recordState = (failures: number, resource = "web"): void => {
  queue.record({ results: [], states: [watchState(resource, failures)] });
};
const commit = (failures: number, promise: Promise<number>): Promise<number> =>
  queue.around([{ type: "put-watch", state: watchState("web", failures) }], () => promise);

describe("a queue of what is recorded", () => {
  it("sends a little later what came meanwhile, the last state of each resource", async () => {
    recordResults(2);
    recordState(1);
    recordState(2);
    recordResults(1, 2);
    expect(disk.written).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(disk.times).toEqual([MONDAY, MONDAY + 1, MONDAY + 2]);
    expect(disk.statesOf("web")).toEqual([2]);
    expect(disk.written).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(disk.written).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("sends much at once, in parts, one at a time", async () => {
    recordResults(12_000);
    for (let index = 0; index < 4_500; index += 1) recordState(0, `r${String(index)}`);
    await queue.flush();
    expect(disk.written.map(({ times }) => times.length)).toEqual([5_000, 5_000, 2_000, 0]);
    expect(disk.times).toHaveLength(12_000);
    expect(disk.written.flatMap(({ states }) => states)).toHaveLength(4_500);
    expect(Math.max(...disk.written.map(({ states }) => states.length))).toBe(2_000);
  });

  it("grows while the disk is slow, up to its limit, and what is on its way counts", async () => {
    disk.gate = Promise.withResolvers();
    expect(recordResults(20_000)).toBe(true);
    expect(recordResults(1)).toBe(false);
    recordState(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(queue.lost).toBe(1);
    disk.gate.resolve(null);
    await queue.flush();
    expect(disk.times).toHaveLength(20_000);
    expect(disk.statesOf("web")).toEqual([1]);
    expect(recordResults(1)).toBe(true);
  });

  it("keeps what could not be written, and tries again, less and less often", async () => {
    disk.isFull = true;
    recordResults(3);
    recordState(1);
    await expect(queue.flush()).rejects.toThrow("the disk is full");
    recordResults(1, 3);
    recordState(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(disk.written).toEqual([]);
    await expect(queue.flush()).rejects.toThrow("the disk is full");
    disk.isFull = false;
    await vi.advanceTimersByTimeAsync(10_100);
    await queue.flush();
    expect(disk.times).toEqual([MONDAY, MONDAY + 1, MONDAY + 2, MONDAY + 3]);
    expect(disk.statesOf("web")).toEqual([2]);
    expect(queue.lost).toBe(0);
  });

  it("writes no state after a commit of the same resource that came later", async () => {
    recordState(1);
    recordState(7, "api");
    expect(await commit(2, Promise.resolve(5))).toBe(5);
    await queue.flush();
    expect(disk.statesOf("web")).toEqual([]);
    expect(disk.statesOf("api")).toEqual([7]);
  });

  it("writes it where that commit does not happen, and waits for it", async () => {
    recordState(1);
    const { promise, reject } = Promise.withResolvers<number>();
    const committing = commit(2, promise);
    const flushing = queue.flush();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(disk.statesOf("web")).toEqual([]);
    reject(new StateError("no"));
    await expect(committing).rejects.toThrow("no");
    await flushing;
    expect(disk.statesOf("web")).toEqual([1]);
  });

  it("writes only a newer one where one came after the commit", async () => {
    recordState(1);
    const { promise, reject } = Promise.withResolvers<number>();
    const committing = commit(2, promise);
    recordState(3);
    reject(new StateError("no"));
    await expect(committing).rejects.toThrow("no");
    await queue.flush();
    expect(disk.statesOf("web")).toEqual([3]);
  });

  it.each([
    ["both happen", [true, true], []],
    ["only the first happens", [true, false], []],
    ["only the second happens", [false, true], []],
    ["none happens", [false, false], [1]],
  ])(
    "knows what to do with a batch that failed before two commits: %s",
    async (_, ends, expected) => {
      disk.gate = Promise.withResolvers();
      disk.isFull = true;
      recordState(1);
      await vi.advanceTimersByTimeAsync(100);
      expect(disk.onItsWay).toBe(1);
      const promises = ends.map(() => Promise.withResolvers<number>());
      const commits = promises.map(({ promise }) => commit(2, promise));
      disk.gate.resolve(null);
      await vi.advanceTimersByTimeAsync(1);
      disk.isFull = false;
      disk.gate = null;
      for (const [index, { resolve, reject }] of promises.entries()) {
        if (ends[index] === true) resolve(1);
        else reject(new StateError("no"));
        await Promise.allSettled([commits[index]]);
      }
      await queue.flush();
      expect(disk.statesOf("web")).toEqual(expected);
    },
  );

  it("writes the rest when it is closed, and counts what it could not", async () => {
    recordResults(2);
    await queue.close();
    expect(disk.times).toHaveLength(2);
    expect(recordResults(1)).toBe(false);
    expect(queue.lost).toBe(1);
    const other = new RecordQueue({ send: () => Promise.reject(new StateError("no")) });
    other.record({ results: [result("web", MONDAY)], states: [watchState("web")] });
    await other.close();
    expect(other.lost).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
