import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { containerHints } from "../../../src/adapters/docker/container-events-hints.ts";
import type { HintSubscription } from "../../../src/ports/hints.ts";
import { simulatedClock, type SimulatedClock } from "../../../src/testing/simulated-clock.ts";
import { testFolder } from "../../support/folder.ts";
import { heard, wanted, type Heard } from "./heard.ts";

const WITHIN = { timeout: 20_000, interval: 10 };

interface Lab extends AsyncDisposable, Heard {
  readonly clock: SimulatedClock;
  readonly asked: string[];
  readonly watching: HintSubscription;
  /** How often a path was asked for. */
  readonly count: (path: string) => number;
}

/** Watches a container `web` of an engine that answers as it is told to, and lists that container in a state. */
async function lab(options: {
  readonly events: (response: ServerResponse) => void;
  readonly state?: () => string;
  readonly info?: (response: ServerResponse) => void;
}): Promise<Lab> {
  const { events, state = () => "running" } = options;
  const folder = testFolder();
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    if (url.startsWith("/events")) events(response);
    else if (url.startsWith("/info")) {
      if (options.info === undefined) response.end('{"SystemTime":"2026-11-22T10:20:47.5Z"}');
      else options.info(response);
    } else response.end(JSON.stringify([{ Id: "1", Names: ["/web"], State: state() }]));
  });
  const path = join(folder.path, "engine.sock");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const clock = simulatedClock({ auto: false });
  const own = heard();
  const source = containerHints({
    ...{ clock, random: { next: () => 0.5 } },
    env: { DOCKER_HOST: `unix://${path}` },
  });
  const target = wanted("web", { container: { engine: "docker", name: "web" } });
  const watching = source.watch([target], own.onHint);
  return {
    ...{ ...own, clock, asked, watching },
    count: (start) => asked.filter((url) => url.startsWith(start)).length,
    [Symbol.asyncDispose]: async () => {
      await watching[Symbol.asyncDispose]();
      expect(clock.pending()).toBe(0);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      folder[Symbol.dispose]();
    },
  };
}

/** Lets what was asked be answered, which takes no time of the clock. */
async function settled({ clock }: Lab, is: () => void): Promise<void> {
  await vi.waitFor(is, WITHIN);
  await clock.advance(0);
}

it("containerHints() finds in a listing what an engine that has started anew does not remember", async () => {
  let state = "running";
  let stream: ServerResponse | null = null;
  await using own = await lab({
    state: () => state,
    events: (response) => {
      stream = response.writeHead(200);
      response.flushHeaders();
    },
  });
  await settled(own, () => {
    expect([own.count("/events"), own.count("/containers")]).toEqual([1, 1]);
  });
  state = "exited";
  (stream as ServerResponse | null)?.end();
  await vi.waitFor(async () => {
    await own.clock.advance(100);
    expect(own.hints).toEqual([{ resource: "web", reason: "container is exited" }]);
  }, WITHIN);
  expect(own.asked.find((url) => url.startsWith("/events"))).toContain(
    "&since=1795342847.500000000",
  );
});

it("containerHints() lists now and then, and renews a stream that tells nothing", async () => {
  let state = "running";
  await using own = await lab({
    state: () => state,
    events: (response) => {
      response.writeHead(200).flushHeaders();
    },
  });
  await settled(own, () => {
    expect(own.count("/containers")).toBe(1);
  });
  state = "paused";
  await vi.waitFor(async () => {
    await own.clock.advance(5_000);
    expect(own.hints).toEqual([{ resource: "web", reason: "container is paused" }]);
    expect(own.count("/events")).toBe(2);
  }, WITHIN);
});

it("containerHints() asks an engine that ends every stream more and more seldom", async () => {
  await using own = await lab({ events: (response) => response.end("nonsense\n{}\n") });
  await settled(own, () => {
    expect(own.count("/events")).toBe(1);
  });
  for (let seconds = 0; seconds < 120; seconds += 1) {
    await own.clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // After 75, 150, 300 … 7,500 ms: 7 streams in 10 s, and from then on 8 a minute.
  expect(own.count("/events")).toBeLessThan(30);
  expect(own.hints).toEqual([]);
});

it("containerHints() gives up an engine that takes a question and does not answer", async () => {
  let isHanging = true;
  await using own = await lab({
    events: (response) => {
      response.writeHead(200).flushHeaders();
    },
    info: (response) => {
      if (!isHanging) response.end("{}");
    },
  });
  await settled(own, () => {
    expect(own.count("/info")).toBe(1);
  });
  isHanging = false;
  await vi.waitFor(async () => {
    await own.clock.advance(2_000);
    expect(own.count("/events")).toBe(1);
  }, WITHIN);
  expect(own.asked.find((url) => url.startsWith("/events"))).not.toContain("since");
});
