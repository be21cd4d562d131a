import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { scripted, service, simulated } from "../../test/support/checking.ts";
import { startService } from "../../test/support/services.ts";
import { CannotObserveError, HealthCheckError, TransportError } from "../model/errors.ts";
import type { HealthResult, ServiceConfig } from "../model/service.ts";
import { simulatedClock } from "../testing/simulated-clock.ts";
import { checkAllServices, checkService } from "./check-services.ts";
import { simulatedTransport } from "./simulated-transport.ts";

describe("checkAllServices()", () => {
  it("gives [] for []", async () => {
    expect(await checkAllServices([])).toEqual([]);
  });

  it("takes as long as the slowest, and keeps the order", async () => {
    const { clock, transport } = simulated();
    const names = ["slow", "good", "unhealthy", "unreachable", "fine"];
    const configs = names.map((name) => service(name, { timeout: 20 }));
    const results = await checkAllServices(configs, { clock, transport });
    expect(results.map(({ serviceName }) => serviceName)).toEqual(names);
    expect(results.map(({ isHealthy }) => isHealthy)).toEqual([true, true, false, false, true]);
    expect(clock.elapsedMs()).toBe(15_000);
  });

  it("calls back with each result as it comes", async () => {
    const { clock, transport } = simulated();
    const came: [string, number][] = [];
    const results: HealthResult[] = await checkAllServices(
      [service("slow", { timeout: 20 }), service("unhealthy"), service("unreachable")],
      { clock, transport, onResult: (result, index) => came.push([result.serviceName, index]) },
    );
    expect(came).toEqual([
      ["unreachable", 2],
      ["unhealthy", 1],
      ["slow", 0],
    ]);
    expect(results).toHaveLength(3);
  });

  it("reports a bug as one, does not try it again, and goes on", async () => {
    const request = vi.fn((): never => {
      throw new TypeError("undefined is not a function");
    });
    const results = await checkAllServices([service("a"), service("b", { url: "nonsense" })], {
      transport: scripted(request),
      retry: { maxAttempts: 5, delay: 0 },
    });
    expect(results).toMatchObject([
      { verdict: "error", error: "unexpected TypeError: undefined is not a function" },
      { verdict: "error", error: expect.stringContaining("url must be") as string },
    ]);
    expect(request).toHaveBeenCalledTimes(1);
  });

  it("gives the rest the error `aborted`", async () => {
    const clock = simulatedClock();
    const controller = new AbortController();
    clock.after(1_000, () => {
      controller.abort();
    });
    const results = await checkAllServices([service("good"), service("slow", { timeout: 20 })], {
      clock,
      transport: simulatedTransport({ clock }),
      signal: controller.signal,
    });
    expect(results).toMatchObject([
      { isHealthy: true },
      { isHealthy: false, verdict: "error", error: "aborted", responseTimeMs: null },
    ]);
  });

  it("waits for no further attempt once it is aborted, at whatever moment that is", async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const clock = simulatedClock();
      const controller = new AbortController();
      const refusing = scripted(async () => {
        void (async () => {
          for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
          controller.abort();
        })();
        throw new TransportError("connection refused");
      });
      const [result] = await checkAllServices([service("a")], {
        clock,
        transport: refusing,
        retry: { maxAttempts: 2, delay: 3_600 },
        signal: controller.signal,
      });
      expect(result).toMatchObject({ verdict: "error", error: "aborted" });
      expect(clock.elapsedMs()).toBeLessThan(3_600_000);
    }
  });

  it("calls it aborted whatever the reason, also one that looks like a failed check", async () => {
    const controller = new AbortController();
    controller.abort(new HealthCheckError("stop"));
    const [result] = await checkAllServices([service("a")], { signal: controller.signal });
    expect(result).toMatchObject({ verdict: "error", error: "aborted" });
  });

  it("gives what is no service at all a result, like any other", async () => {
    const trap = {
      get url(): string {
        throw new Error("a trap");
      },
    };
    const wrong = [null, 5, {}, trap] as unknown as ServiceConfig[];
    const results = await checkAllServices([...wrong, service("good")], simulated());
    const verdicts = results.map(({ verdict }) => verdict);
    expect(verdicts).toEqual(["error", "error", "error", "error", undefined]);
  });

  it("leaves no timer behind a transport that takes no notice of the abort", async () => {
    const clock = simulatedClock({ auto: false });
    const controller = new AbortController();
    const deaf = scripted(() => new Promise(() => undefined));
    const checking = checkAllServices([service("a", { timeout: 3_600 })], {
      clock,
      transport: deaf,
      signal: controller.signal,
    });
    await clock.advance(1_000);
    controller.abort();
    await checking;
    expect(clock.pending()).toBe(0);
  });

  it("lets one target that always finds our files used up hold up no other", async () => {
    const clock = simulatedClock();
    const inner = await simulatedTransport({ clock }).open();
    const transport = scripted(async (request) => {
      if (request.url.hostname !== "poor.test") return await inner.request(request);
      throw new TransportError("no address", { blame: "ourselves", isExhaustion: true });
    });
    const slow = Array.from({ length: 3 }, (_, index) =>
      service(`slow-${String(index)}`, { timeout: 60 }),
    );
    const results: [string, number][] = [];
    await checkAllServices([service("poor"), ...slow, service("good")], {
      clock,
      transport,
      onResult: ({ serviceName }) => results.push([serviceName, clock.elapsedMs()]),
    });
    expect(results.find(([name]) => name === "good")?.[1]).toBeLessThan(1_000);
  });

  it("never makes a service look down because our own files ran out", async () => {
    let open = 0;
    const clock = simulatedClock();
    const inner = await simulatedTransport({ clock }).open();
    const poor = scripted(async (request) => {
      if (open >= 7) {
        throw new TransportError("too many files", { blame: "ourselves", isExhaustion: true });
      }
      open += 1;
      try {
        return await inner.request(request);
      } finally {
        open -= 1;
      }
    });
    const configs = Array.from({ length: 300 }, (_, index) => service(`s${String(index)}`));
    const results = await checkAllServices(configs, { clock, transport: poor });
    expect(results.filter(({ isHealthy }) => !isHealthy)).toEqual([]);
  });

  it("calls it an error, not a failure, when our own files never come back", async () => {
    const clock = simulatedClock();
    const none = scripted(() =>
      Promise.reject(
        new TransportError("too many files", { blame: "ourselves", isExhaustion: true }),
      ),
    );
    const [result] = await checkAllServices([service("a")], { clock, transport: none });
    expect(result).toMatchObject({
      isHealthy: false,
      verdict: "error",
      error: "Service 'a' could not be checked: too many files",
    });
    await expect(checkService(service("a"), { clock, transport: none })).rejects.toThrow(
      CannotObserveError,
    );
  });

  it("keeps to concurrency and to perHost", async () => {
    const clock = simulatedClock();
    const inner = await simulatedTransport({ clock }).open();
    const now = new Map<string, number>();
    const most = new Map<string, number>();
    const counting = scripted(async (request) => {
      for (const key of ["all", request.url.host]) {
        now.set(key, (now.get(key) ?? 0) + 1);
        most.set(key, Math.max(most.get(key) ?? 0, now.get(key) ?? 0));
      }
      try {
        return await inner.request(request);
      } finally {
        for (const key of ["all", request.url.host]) now.set(key, (now.get(key) ?? 0) - 1);
      }
    });
    const configs = Array.from({ length: 60 }, (_, index) =>
      service(`s${String(index)}`, { url: `http://host${String(index % 3)}.test/` }),
    );
    await checkAllServices(configs, { clock, transport: counting, concurrency: 8, perHost: 3 });
    expect(most.get("all")).toBe(8);
    expect(most.get("host0.test")).toBe(3);
  });

  it.each([{ concurrency: 0 }, { perHost: 1.5 }, { retry: { maxAttempts: 0, delay: 0 } }])(
    "refuses %j",
    async (options) => {
      await expect(checkAllServices([], options)).rejects.toThrow(RangeError);
    },
  );

  it("throws what onResult throws into the process, and goes on", async () => {
    const { clock, transport } = simulated();
    const thrown = new Promise((resolve) => process.once("uncaughtException", resolve));
    const listeners = process.rawListeners("uncaughtException").slice(0, -1);
    for (const listener of listeners) process.off("uncaughtException", listener as () => void);
    const results = await checkAllServices([service("good")], {
      clock,
      transport,
      onResult: () => {
        throw new Error("a bug of the listener");
      },
    });
    expect(results).toHaveLength(1);
    await expect(thrown).resolves.toMatchObject({ message: "a bug of the listener" });
    for (const listener of listeners) process.on("uncaughtException", listener as () => void);
  });

  it("gives one result for each config, in order, whatever they are", async () => {
    const word = fc.constantFrom("good", "slow", "unhealthy", "unreachable", " not a url ", "");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(word, fc.double()), { maxLength: 20 }), async (words) => {
        const configs = words.map(([name, timeout]) => ({ name, url: `http://${name}/`, timeout }));
        const results = await checkAllServices(configs, simulated());
        expect(results.map(({ serviceName }) => serviceName)).toEqual(words.map(([name]) => name));
      }),
      { numRuns: 50 },
    );
  });

  it("sends several requests over one connection with reuseConnections", async () => {
    const ports = new Set<number | undefined>();
    await using answering = await startService((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("ok");
    });
    const configs = Array.from({ length: 20 }, (_, index) => ({
      name: String(index),
      url: answering.url,
    }));
    await checkAllServices(configs, { concurrency: 1, reuseConnections: true });
    expect(ports.size).toBe(1);
    await checkAllServices(configs, { concurrency: 1 });
    expect(ports.size).toBeGreaterThan(15);
  });
});
