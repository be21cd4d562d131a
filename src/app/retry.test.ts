import ts from "typescript";
import { expect, expectTypeOf, it } from "vitest";
import { HealthCheckError } from "../model/errors.ts";
import { simulatedClock } from "../testing/simulated-clock.ts";
import { retry } from "./retry.ts";

class Flaky {
  calls = 0;
  readonly failures: number;
  constructor(failures: number) {
    this.failures = failures;
  }
  async fetch(path: string, size: number): Promise<string> {
    this.calls += 1;
    if (this.calls <= this.failures) throw new HealthCheckError(`failure ${String(this.calls)}`);
    return await Promise.resolve(`${path}:${String(size)}`);
  }
}

it("retry() keeps arguments, return value, types and this", async () => {
  const flaky = new Flaky(2);
  const fetch = retry({ maxAttempts: 3, delay: 0 })(flaky.fetch.bind(flaky));
  expectTypeOf(fetch).toEqualTypeOf<
    (this: unknown, path: string, size: number) => Promise<string>
  >();
  expect(await fetch("/a", 7)).toBe("/a:7");
  expect(flaky.calls).toBe(3);
  const retried = retry({ maxAttempts: 2, delay: 0 })(function (this: Flaky, path: string) {
    return this.fetch(path, 1);
  });
  expect(await retried.call(new Flaky(1), "/b")).toBe("/b:1");
});

it("retry() waits delay seconds between attempts, by its clock, and blocks nothing meanwhile", async () => {
  const clock = simulatedClock({ auto: false });
  const flaky = new Flaky(2);
  const result = retry({ maxAttempts: 3, delay: 1.5, clock })(() => flaky.fetch("/", 1))();
  await clock.advance(1_499);
  expect(flaky.calls).toBe(1);
  await clock.advance(1);
  expect(flaky.calls).toBe(2);
  await clock.advance(1_500);
  expect(await result).toBe("/:1");
});

it("retry() ends the wait when its signal is aborted", async () => {
  const controller = new AbortController();
  const options = { maxAttempts: 3, delay: 3_600, signal: controller.signal };
  const flaky = new Flaky(9);
  const result = retry(options)(() => flaky.fetch("/", 1))();
  await Promise.resolve();
  controller.abort(new Error("enough"));
  await expect(result).rejects.toThrow("enough");
  expect(flaky.calls).toBe(1);
});

it("retry() surfaces the last error, and a bug at once", async () => {
  const flaky = new Flaky(9);
  const run = retry({ maxAttempts: 4, delay: 0 })(() => flaky.fetch("/", 1));
  await expect(run()).rejects.toThrow("failure 4");
  let calls = 0;
  const buggy = retry({ maxAttempts: 4, delay: 0 })(async (): Promise<void> => {
    calls += 1;
    await Promise.reject(new TypeError("bug"));
  });
  await expect(buggy()).rejects.toThrow("bug");
  expect(calls).toBe(1);
});

it("retry() refuses fewer than one attempt before anything is called", () => {
  expect(() => retry({ maxAttempts: 0, delay: 0 })).toThrow(RangeError);
});

it("retry() is a standard decorator of async methods in compiled code", async () => {
  const source = `
    class Client {
      calls = 0;
      @retry({ maxAttempts: 3, delay: 0 })
      async get(path: string): Promise<string> {
        this.calls += 1;
        if (this.calls < 3) throw new HealthCheckError("not yet");
        return path + this.calls;
      }
    }
    return new Client();`;
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what the compiler makes of a decorator is what is tested
  const make = new Function("retry", "HealthCheckError", outputText) as (...args: unknown[]) => {
    get: (path: string) => Promise<string>;
  };
  expect(await make(retry, HealthCheckError).get("/x")).toBe("/x3");
});
