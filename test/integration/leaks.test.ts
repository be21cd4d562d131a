import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import {
  checkAllServices,
  checkService,
  networkTransport,
  type CheckAllOptions,
} from "../../src/app/check-services.ts";
import type { HealthResult, ServiceConfig } from "../../src/model/service.ts";
import { start } from "../support/cli.ts";
import { rawServer, response, type RawServer } from "../support/raw-server.ts";
import { closedPort } from "../support/services.ts";

/** What a server does with a request for each path. */
const PAGES = new Map<string, (socket: Socket) => void>([
  ["/fine", (socket) => socket.write(response(200, {}, "hello"))],
  ["/broken", (socket) => socket.write(response(500))],
  ["/moved", (socket) => socket.write(response(302, { Location: "/fine" }))],
  ["/silent", () => undefined],
  ["/half", (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")],
  ["/reset", (socket) => socket.resetAndDestroy()],
  ["/closed", (socket) => socket.end("HTTP/1.1 200")],
  ["/garbage", (socket) => socket.write("garbage")],
  ["/large", (socket) => socket.write(response(200, {}, "x".repeat(3 * 1024 * 1024)))],
]);
const HEALTHY = new Set(["/fine", "/moved", "/large"]);

function pagesServer(): Promise<RawServer> {
  return rawServer({
    onRequest: (socket, head) => PAGES.get(head.split(" ", 2)[1] ?? "")?.(socket),
  });
}

/** Each page several times, a port on which nobody listens, and a name that does not exist. */
async function services(server: RawServer, timeout = 0.4): Promise<ServiceConfig[]> {
  const urls = Array.from({ length: 4 }, () => [...PAGES.keys()]).flat();
  const refused = `http://127.0.0.1:${String(await closedPort())}/`;
  return [
    ...urls.map((path) => `http://localhost:${String(server.port)}${path}`),
    ...[refused, "http://name.invalid/", "no URL at all"],
  ].map((url, index) => ({ name: `${String(index)} ${url}`, url, timeout }));
}

function isFine({ isHealthy, serviceName }: HealthResult): boolean {
  const path = /\/[a-z]+$/u.exec(serviceName)?.[0] ?? "";
  return isHealthy === HEALTHY.has(path);
}

/** What keeps the process alive, by kind: sockets, timers, questions to name servers. */
function countResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Waits until there is nothing that was not there before. The servers of a test must be gone by then. */
async function expectNothingNew(before: Record<string, number>): Promise<void> {
  const added = (): string[] => {
    const after = Object.entries(countResources());
    return after.filter(([kind, count]) => count > (before[kind] ?? 0)).map(([kind]) => kind);
  };
  await expect.poll(added, { timeout: 1_000, interval: 10 }).toEqual([]);
}

describe.each([false, true])("with reuseConnections %s,", (reuseConnections) => {
  it("checkAllServices() leaves nothing behind, whatever comes of the checks", async () => {
    const before = countResources();
    const { signal } = new AbortController();
    {
      await using server = await pagesServer();
      const configs = await services(server);
      const results = await checkAllServices(configs, { reuseConnections, signal });
      expect(results.filter((result) => !isFine(result))).toEqual([]);
      await server.allClosed();
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await expectNothingNew(before);
  });

  it("checkAllServices() leaves nothing behind when it is aborted", async () => {
    const before = countResources();
    const controller = new AbortController();
    const { signal } = controller;
    {
      await using server = await pagesServer();
      const configs = await services(server, 60);
      const options: CheckAllOptions = {
        ...{ reuseConnections, signal, concurrency: 8 },
        onResult: () => {
          // What follows is then under way, waiting for its turn, or waiting to be tried again.
          setImmediate(() => {
            controller.abort(new Error("enough"));
          });
        },
        retry: { maxAttempts: 5, delay: 60 },
      };
      const results = await checkAllServices(configs, options);
      expect(results).toHaveLength(configs.length);
      const aborted = results.filter(({ error }) => error === "aborted");
      expect(aborted.length).toBeGreaterThan(configs.length / 2);
      expect(aborted.every(({ verdict }) => verdict === "error")).toBe(true);
      await server.allClosed();
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await expectNothingNew(before);
  });

  it("checkAllServices() opens nothing when it is aborted beforehand", async () => {
    const before = countResources();
    const signal = AbortSignal.abort();
    {
      await using server = await pagesServer();
      const configs = await services(server);
      const results = await checkAllServices(configs, { reuseConnections, signal });
      expect(new Set(results.map(({ error }) => error))).toEqual(new Set(["aborted"]));
      expect(server.connections()).toBe(0);
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await expectNothingNew(before);
  });

  it("checkService() leaves nothing behind, whatever comes of the check", async () => {
    const before = countResources();
    const controller = new AbortController();
    const { signal } = controller;
    {
      await using server = await pagesServer();
      const check = (path: string, timeout: number): Promise<HealthResult> => {
        const config = { name: "shop", url: server.origin + path, timeout };
        return checkService(config, { reuseConnections, signal });
      };
      await check("/fine", 60);
      await expect(check("/garbage", 60)).rejects.toThrow("malformed response");
      await expect(check("/half", 0.05)).rejects.toThrow("timed out");
      await server.allClosed();
      expect(getEventListeners(signal, "abort")).toEqual([]);
      const requests = server.requests.length;
      const waiting = check("/silent", 60);
      await expect.poll(() => server.requests.length).toBe(requests + 1);
      controller.abort(new Error("enough"));
      await expect(waiting).rejects.toThrow(new Error("enough"));
      await server.allClosed();
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await expectNothingNew(before);
  });
});

it("a transport that is given leaves nothing behind once it is disposed", async () => {
  const before = countResources();
  await using server = await pagesServer();
  {
    await using transport = networkTransport({ reuseConnections: true });
    const configs = (await services(server)).filter(({ url }) => url.endsWith("/fine"));
    const first = await checkAllServices(configs, { transport });
    const connections = server.connections();
    const second = await checkAllServices(configs, { transport, concurrency: 1 });
    expect([...first, ...second].every(({ isHealthy }) => isHealthy)).toBe(true);
    // It is left open, so that what it keeps can be used again.
    expect(server.connections()).toBe(connections);
  }
  await server.allClosed();
  await server[Symbol.asyncDispose]();
  await expectNothingNew(before);
});

describe("a program that checks services and then has nothing to do", () => {
  const module = new URL("../../src/app/check-services.ts", import.meta.url).href;
  const program = `
    import { checkAllServices, checkService } from ${JSON.stringify(module)};
    const configs = JSON.parse(process.argv[1]);
    const healthy = [];
    for (const reuseConnections of [false, true]) {
      const results = await checkAllServices(configs, { reuseConnections });
      healthy.push(results.filter(({ isHealthy }) => isHealthy).length);
      const signal = AbortSignal.timeout(50);
      const patient = configs.map((config) => ({ ...config, timeout: 60 }));
      await checkAllServices(patient, { reuseConnections, signal, retry: { maxAttempts: 9, delay: 60 } });
      await checkService(configs[0], { reuseConnections });
    }
    const startedMs = performance.now();
    process.on("exit", () => {
      const exitMs = performance.now() - startedMs;
      process.stdout.write(JSON.stringify({ healthy, exitMs }));
    });
  `;

  it("ends by itself, at once", async () => {
    await using server = await pagesServer();
    const configs = await services(server);
    const args = ["--input-type=module", "--eval", program, JSON.stringify(configs)];
    const { code, stdout, stderr } = await start(process.execPath, args).finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { healthy, exitMs } = JSON.parse(stdout) as { healthy: number[]; exitMs: number };
    expect(healthy).toEqual([12, 12]);
    expect(exitMs).toBeLessThan(1_000);
    await server.allClosed();
  });
});

// Without ulimit there is no such limit to run into.
describe.skipIf(process.platform === "win32")("a program with few files", () => {
  const module = new URL("../../src/app/check-services.ts", import.meta.url).href;
  const program = `
    import { checkAllServices } from ${JSON.stringify(module)};
    const urls = Array.from({ length: 400 }, (_, index) => process.argv[1].replace("//", "//s" + index + "."));
    const configs = urls.map((url) => ({ name: url, url, timeout: 20 }));
    const results = await checkAllServices(configs, { reuseConnections: true });
    const errors = results.filter(({ isHealthy }) => !isHealthy).map(({ error }) => error);
    process.stdout.write(JSON.stringify({ count: results.length, errors: errors.slice(0, 3) }));
  `;

  it("checks more origins than it has files for, over connections that it keeps", async () => {
    await using server = await pagesServer();
    const url = `http://localhost:${String(server.port)}/fine`;
    const node = [process.execPath, "--input-type=module", "--eval", program, url];
    const limited = ["-c", 'ulimit -n 256 && exec "$@"', "sh", ...node];
    const { code, stdout, stderr } = await start("sh", limited).finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ count: 400, errors: [] });
    await server.allClosed();
  });
});
