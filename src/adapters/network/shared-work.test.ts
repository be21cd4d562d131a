import { expect, it } from "vitest";
import { SharedWork } from "./shared-work.ts";

const { signal } = new AbortController();

/** Work that ends when it is told to, or stopped. */
function pendingWork(): {
  readonly starts: AbortSignal[];
  readonly start: (stop: AbortSignal) => Promise<string>;
  readonly finish: (result: string) => void;
} {
  const starts: AbortSignal[] = [];
  let finish: (result: string) => void = () => undefined;
  const start = (stop: AbortSignal): Promise<string> => {
    starts.push(stop);
    return new Promise((resolve, reject) => {
      finish = resolve;
      stop.addEventListener("abort", () => {
        reject(stop.reason as Error);
      });
    });
  };
  return {
    starts,
    start,
    finish: (result) => {
      finish(result);
    },
  };
}

it("join() does the work once for all who wait", async () => {
  const shared = new SharedWork<string>();
  const work = pendingWork();
  const all = [1, 2, 3].map(() => shared.join("db", signal, work.start));
  work.finish("done");

  await expect(Promise.all(all)).resolves.toEqual(["done", "done", "done"]);
  expect(work.starts).toHaveLength(1);
});

it("join() does it again once it has ended, well or badly", async () => {
  const shared = new SharedWork<number>();
  let count = 0;
  const start = async (): Promise<number> => {
    count += 1;
    if (count === 2) throw new Error("second");
    return count;
  };

  await expect(shared.join("db", signal, start)).resolves.toBe(1);
  await expect(shared.join("db", signal, start)).rejects.toThrow("second");
  await expect(shared.join("db", signal, start)).resolves.toBe(3);
});

it("join() keeps different keys apart", async () => {
  const shared = new SharedWork<string>();
  const start = (result: string) => async (): Promise<string> => result;

  const both = [shared.join("a", signal, start("1")), shared.join("b", signal, start("2"))];
  await expect(Promise.all(both)).resolves.toEqual(["1", "2"]);
});

it("join() lets one leave with its own reason while the others wait on", async () => {
  const shared = new SharedWork<string>();
  const work = pendingWork();
  const leaver = new AbortController();
  const left = shared.join("db", leaver.signal, work.start);
  const stays = shared.join("db", signal, work.start);
  const reason = new Error("enough");
  leaver.abort(reason);

  await expect(left).rejects.toBe(reason);
  expect(work.starts[0]?.aborted).toBe(false);
  work.finish("done");
  await expect(stays).resolves.toBe("done");
});

it("join() stops the work when the last one leaves, and starts afresh for the next", async () => {
  const shared = new SharedWork<string>();
  const work = pendingWork();
  const leaver = new AbortController();
  const left = [1, 2].map(() => shared.join("db", leaver.signal, work.start));
  leaver.abort();
  const next = shared.join("db", signal, work.start);

  await expect(Promise.allSettled(left)).resolves.toMatchObject([
    { status: "rejected" },
    { status: "rejected" },
  ]);
  expect(work.starts.map(({ aborted }) => aborted)).toEqual([true, false]);
  work.finish("done");
  await expect(next).resolves.toBe("done");
});

it("stopAll() rejects whoever waits", async () => {
  const shared = new SharedWork<string>();
  const work = pendingWork();
  const both = ["a", "b"].map((key) => shared.join(key, signal, work.start));
  const results = Promise.allSettled(both);
  const reason = new Error("closed");
  await shared.stopAll(reason);

  await expect(results).resolves.toEqual([
    { status: "rejected", reason },
    { status: "rejected", reason },
  ]);
});
