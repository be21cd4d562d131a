import { describe, expect, it } from "vitest";
import { scripted, service, simulated } from "../../test/support/checking.ts";
import { closedPort, startAnswering } from "../../test/support/services.ts";
import {
  HealthCheckTimeoutError,
  ServiceUnreachableError,
  TransportClosedError,
  TransportError,
} from "../model/errors.ts";
import type { ServiceConfig } from "../model/service.ts";
import { simulatedClock } from "../testing/simulated-clock.ts";
import { checkService } from "./check-services.ts";
import { simulatedTransport } from "./simulated-transport.ts";

describe("checkService()", () => {
  it("gives a result for the expected status", async () => {
    expect(await checkService(service("good"), simulated())).toEqual({
      serviceName: "good",
      isHealthy: true,
      responseTimeMs: expect.any(Number) as number,
      statusCode: 200,
      error: null,
    });
  });

  it("gives a result for a wrong status, naming both", async () => {
    expect(await checkService(service("unhealthy"), simulated())).toEqual({
      serviceName: "unhealthy",
      isHealthy: false,
      responseTimeMs: 100,
      statusCode: 500,
      error: "Expected 200, got 500",
    });
    const expected = service("unhealthy", { expectedStatus: 500 });
    expect((await checkService(expected, simulated())).isHealthy).toBe(true);
  });

  it("throws for no answer, with the name and the reason in fields and message", async () => {
    const error: unknown = await checkService(service("unreachable"), simulated()).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(ServiceUnreachableError);
    expect(error).toMatchObject({
      name: "ServiceUnreachableError",
      code: "service-unreachable",
      serviceName: "unreachable",
      reason: "connection refused by unreachable.test (simulated)",
      message:
        "Service 'unreachable' is unreachable: connection refused by unreachable.test (simulated)",
    });
  });

  it("throws at the timeout, with the name and the seconds in fields and message", async () => {
    const { clock, transport } = simulated();
    const error: unknown = await checkService(service("slow", { timeout: 2.5 }), {
      clock,
      transport,
    }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HealthCheckTimeoutError);
    expect(error).toMatchObject({ serviceName: "slow", timeoutSeconds: 2.5 });
    expect((error as Error).message).toContain("'slow' timed out after 2.5 seconds");
    expect(clock.elapsedMs()).toBe(2_500);
  });

  it("keeps the deadline even if the transport takes no notice of it", async () => {
    const clock = simulatedClock();
    const deaf = scripted(() => new Promise(() => undefined));
    await expect(
      checkService(service("a", { timeout: 1 }), { clock, transport: deaf }),
    ).rejects.toThrow(HealthCheckTimeoutError);
  });

  it("rejects with the reason of its signal", async () => {
    const clock = simulatedClock({ auto: false });
    const controller = new AbortController();
    const checking = checkService(service("slow"), {
      clock,
      transport: simulatedTransport({ clock }),
      signal: controller.signal,
    });
    controller.abort(new Error("enough"));
    await expect(checking).rejects.toThrow("enough");
    expect(clock.pending()).toBe(0);
    const late = checkService(service("good"), { signal: controller.signal });
    await expect(late).rejects.toThrow("enough");
  });

  it.each<[Partial<ServiceConfig>, string]>([
    [{ url: "not a url" }, "url must be an absolute http: or https: URL"],
    [{ url: "ftp://files/" }, `url must be an absolute http: or https: URL: got "ftp:"`],
    [{ expectedStatus: 99 }, "expectedStatus must be an integer from 100 to 599: got 99"],
    [{ timeout: 0 }, "timeout must be a positive number of seconds: got 0"],
    [{ timeout: NaN }, "timeout must be a positive number of seconds: got NaN"],
    [{ name: "" }, "name must be a non-empty string"],
  ])("refuses %j as the caller's mistake", async (wrong, message) => {
    const checking = checkService({ ...service("a"), ...wrong }, simulated());
    await expect(checking).rejects.toThrow(message);
    await expect(checking).rejects.not.toBeInstanceOf(ServiceUnreachableError);
  });

  it("throws on a transport that is closed, and does not call it a failed check", async () => {
    const { clock, transport } = simulated();
    await transport[Symbol.asyncDispose]();
    const checking = checkService(service("a"), {
      clock,
      transport,
      retry: { maxAttempts: 3, delay: 0 },
    });
    await expect(checking).rejects.toThrow(TransportClosedError);
  });

  it("tries again only when no answer came, and tells how often", async () => {
    const clock = simulatedClock();
    let requests = 0;
    const flaky = scripted(async (request) => {
      requests += 1;
      if (requests < 3) throw new TransportError("connection reset");
      return await simulatedTransport({ clock })
        .open()
        .then((transport) => transport.request(request));
    });
    const retry = { maxAttempts: 3, delay: 1 };
    const result = await checkService(service("a"), { clock, transport: flaky, retry });
    expect(result).toMatchObject({ isHealthy: true, attempts: 3 });
    expect(clock.elapsedMs()).toBeGreaterThan(2_000);
  });

  it("measures phases over the network when asked", async () => {
    await using answering = await startAnswering(200);
    const { phases } = await checkService({ name: "a", url: answering.url }, { phases: true });
    expect(phases).toEqual({
      resolveMs: expect.any(Number) as number,
      connectMs: expect.any(Number) as number,
      tlsMs: null,
      firstByteMs: expect.any(Number) as number,
      transferMs: expect.any(Number) as number,
    });
  });

  it("says of a real port that refuses what a person understands", async () => {
    const port = String(await closedPort());
    await expect(checkService({ name: "a", url: `http://127.0.0.1:${port}/` })).rejects.toThrow(
      `Service 'a' is unreachable: connection refused (127.0.0.1:${port}, ECONNREFUSED)`,
    );
  });
});
