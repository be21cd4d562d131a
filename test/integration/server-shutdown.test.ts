import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { DeployError } from "../../src/model/deploy-errors.ts";
import type { ProbeOutcome, Served, ServedDeploys } from "../../src/ports/served.ts";
import { officeClock, servedOf, servedProject } from "../support/served-lab.ts";
import { until } from "../support/supervised.ts";
import { rawClient, serving } from "../support/serving-lab.ts";

const PROBE = "GET /probe?target=web HTTP/1.1\r\nHost: x\r\nx-role: reader alice\r\n\r\n";
const LIVE = "GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n";

/** Probes that end when a test says so. */
function probing(): {
  readonly served: Served;
  readonly end: (outcome: ProbeOutcome) => void;
  readonly asked: () => number;
  readonly signals: readonly AbortSignal[];
} {
  const { promise, resolve } = Promise.withResolvers<ProbeOutcome>();
  const signals: AbortSignal[] = [];
  const probe = (_: unknown, signal: AbortSignal): Promise<ProbeOutcome> => {
    signals.push(signal);
    return promise;
  };
  const served = servedOf([], officeClock(), { prober: { probe } });
  return { served, end: resolve, asked: () => signals.length, signals };
}

async function isRefused(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", () => {
      resolve(true);
    });
  });
}

test("a server that stops finishes what is under way, and takes nothing new", async () => {
  const { served, end, asked } = probing();
  const lab = await serving(served, { limits: { drainMs: 60_000 } });
  const [busy, idle] = [rawClient(lab), rawClient(lab)];
  idle.socket.write(LIVE);
  await idle.until(/^HTTP\/1\.1 200 /u);
  busy.socket.write(PROBE);
  await until(() => asked() === 1, "it is asked");
  const stopped = lab.stop();
  await idle.closed;
  await until(() => isRefused(lab.port), "nobody is let in");
  end({ type: "metrics", text: "probe_success 1\n" });
  await stopped;
  await busy.closed;
  expect(busy.text()).toMatch(/^HTTP\/1\.1 200 .*probe_success 1\n$/su);
});

test("a server that stops cuts what takes too long", async () => {
  const { served, asked, signals } = probing();
  const lab = await serving(served, { limits: { drainMs: 200 } });
  const busy = rawClient(lab);
  busy.socket.write(PROBE);
  await until(() => asked() === 1, "it is asked");
  await lab.stop();
  await busy.closed;
  expect(busy.text()).toBe("");
  await until(() => signals[0]?.aborted === true, "what was done for it is told to stop");
});

test("a server that stops tells a deploy to end, and what became of it is in the audit log by then", async () => {
  const clock = officeClock();
  const begun = Promise.withResolvers<AbortSignal>();
  const deploys: Partial<ServedDeploys> = {
    apply: async (_order, { signal }) => {
      begun.resolve(signal);
      await once(signal, "abort");
      // What is in flight takes its time.
      await setImmediate();
      throw new DeployError("it was interrupted");
    },
  };
  const shop = await servedProject("shop", clock, {
    subjects: [],
    deploys: deploys as ServedDeploys,
  });
  const lab = await serving(servedOf([shop], clock), { limits: { drainMs: 200 } });
  const client = rawClient(lab);
  client.socket.write(
    "POST /api/projects/shop/apply HTTP/1.1\r\nHost: x\r\nx-role: admin alice\r\n\r\n",
  );
  const signal = await begun.promise;
  client.socket.destroy();
  expect(signal.aborted).toBe(false);
  await lab.stop();
  expect(shop.audited).toMatchObject([
    { who: "alice", what: "apply", outcome: "it was interrupted", status: 409 },
  ]);
});

test("a server that is asked to stop twice stops once", async () => {
  const lab = await serving(servedOf([], officeClock()));
  await Promise.all([lab.stop(), lab.stop()]);
  expect(await isRefused(lab.port)).toBe(true);
});

test("a server that cannot listen says so", async () => {
  const lab = await serving(servedOf([], officeClock()));
  const second = serving(servedOf([], officeClock()), { port: lab.port });
  await expect(second).rejects.toThrow(/EADDRINUSE/u);
});
