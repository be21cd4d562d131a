import { expect, it } from "vitest";
import { TransportClosedError } from "../model/errors.ts";
import type { TransportResponse } from "../ports/transport.ts";
import { simulatedClock } from "./simulated-clock.ts";
import { SimulatedTransport } from "./simulated-transport.ts";

function setUp(draw = 0) {
  const clock = simulatedClock();
  const transport = new SimulatedTransport(clock, { next: () => draw });
  const request = (
    url: string,
    signal = new AbortController().signal,
  ): Promise<TransportResponse> =>
    transport.request({ url: new URL(url), signal, maxBodyBytes: 1_024 });
  return { clock, transport, request };
}

it.each([
  ["http://shop.test/", 0, 200, "OK", 300],
  ["http://shop.test/", 0.5, 200, "OK", 500],
  ["http://shop.test/unhealthy", 0, 500, "Internal Server Error", 100],
  ["http://slow.test/", 0, 200, "OK (eventually)", 15_000],
  // The words are tested in this order: unreachable, slow, unhealthy.
  ["http://shop.test/slow-and-unhealthy", 0, 200, "OK (eventually)", 15_000],
])("SimulatedTransport answers %s", async (...[url, draw, status, statusText, afterMs]) => {
  const { clock, transport, request } = setUp(draw);
  await transport.open();
  expect(await request(url)).toMatchObject({ status, statusText });
  expect(clock.elapsedMs()).toBe(afterMs);
});

it("SimulatedTransport refuses what is unreachable at once", async () => {
  const { clock, transport, request } = setUp();
  await transport.open();
  await expect(request("http://unreachable.test/slow")).rejects.toThrow("connection refused");
  expect(clock.elapsedMs()).toBe(0);
});

it("SimulatedTransport ends a request by its signal", async () => {
  const { clock, transport, request } = setUp();
  await transport.open();
  const controller = new AbortController();
  clock.after(1_000, () => {
    controller.abort(new Error("enough"));
  });
  await expect(request("http://slow.test/", controller.signal)).rejects.toThrow("enough");
});

it("SimulatedTransport is a session: it throws before it is opened and after it is closed", async () => {
  const { transport, request } = setUp();
  await expect(request("http://a.test/")).rejects.toThrow(TransportClosedError);
  {
    await using session = await transport.open();
    expect(await session.open()).toBe(transport);
    await expect(request("http://a.test/")).resolves.toMatchObject({ status: 200 });
  }
  await expect(request("http://a.test/")).rejects.toThrow("the transport is closed");
  await expect(transport.open()).rejects.toThrow(TransportClosedError);
});
