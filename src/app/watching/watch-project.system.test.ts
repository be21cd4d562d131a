import { once } from "node:events";
import { createServer } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import { LogChannel } from "../../catalog/channels/log.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { openWatching } from "./open-watching.ts";
import { sourceOf } from "./source.ts";
import { watchProject, type OpenWatch } from "./watch-project.ts";

interface Heard {
  readonly watch: OpenWatch;
  readonly events: WatchEvent[];
  readonly lines: string[];
}

async function watching(folder: string): Promise<Heard> {
  const events: WatchEvent[] = [];
  const lines: string[] = [];
  const ignore = (): void => undefined;
  const watch = await watchProject({
    sources: [await sourceOf(folder)],
    signal: new AbortController().signal,
    command: "clockwork up",
    lockTimeoutMs: 0,
    intervalSeconds: 0.05,
    isServing: false,
    isApplying: false,
    isAutoApproved: false,
    channels: [new LogChannel((text) => lines.push(text))],
    onOutput: ignore,
    onEvent: (event) => events.push(event),
    onLook: ignore,
    onDeployEvent: ignore,
    onStop: ignore,
    onProblem: (text) => lines.push(text),
  });
  return { watch, events, lines };
}

/** A service that answers as a test says. */
async function serving(): Promise<{ url: string; status: number }> {
  const service = { url: "", status: 200 };
  const server = createServer((_, response) => {
    response.writeHead(service.status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  service.url = `http://127.0.0.1:${String(port)}/`;
  return service;
}

function shop(url: string): TestFolder {
  const folder = testFolder();
  onTestFinished(() => {
    folder[Symbol.dispose]();
  });
  folder.write("services.json", JSON.stringify([{ name: "web", url }]));
  return folder;
}

async function eventsOf({ project }: OpenWatch): Promise<readonly WatchEvent[]> {
  const events: WatchEvent[] = [];
  await project.control.follow({ after: 0, signal: AbortSignal.abort() }, (event) => {
    events.push(event);
  });
  return events;
}

test("watchProject() refuses a service whose URL holds credentials, and does not repeat them", async () => {
  const folder = shop("http://bob:hunter2@127.0.0.1/");
  const told = await watching(folder.path).catch((error: unknown) => error);
  expect(told).toBeInstanceOf(ConfigurationError);
  const { diagnostics } = told as ConfigurationError;
  expect(diagnostics).toEqual([
    expect.objectContaining({
      property: "web",
      message: expect.stringContaining("credentials") as unknown,
    }),
  ]);
  expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
});

test("watchProject() leaves what was told before as it is, when it cannot begin", async () => {
  const { url } = await serving();
  const folder = shop(url);
  const first = await watching(folder.path);
  await first.watch[Symbol.asyncDispose]();
  expect(first.events[0]).toMatchObject({ id: 1, type: "started" });
  folder.write("services.json", "[{");
  await expect(watching(folder.path)).rejects.toThrow();
  folder.write("services.json", "[]");
  const last = await watching(folder.path);
  const stored = await eventsOf(last.watch);
  await last.watch[Symbol.asyncDispose]();
  expect(stored[0]).toMatchObject({ id: 1, type: "started" });
  expect(stored.filter(({ type }) => type === "stopped")).toHaveLength(1);
});

test("openWatching() leaves what is to be told to whoever watches next", async () => {
  const service = await serving();
  const folder = shop(service.url);
  service.status = 503;
  const first = await watching(folder.path);
  await vi.waitFor(
    () => {
      expect(first.lines).toEqual([expect.stringContaining("web is unhealthy")]);
    },
    { timeout: 30_000 },
  );
  await first.watch[Symbol.asyncDispose]();
  service.status = 200;
  const printed: string[] = [];
  const asked = await openWatching(folder.path, {
    command: "clockwork check-now",
    signal: new AbortController().signal,
    onOutput: (text) => printed.push(text),
  });
  await asked.checkNow("web");
  await asked.checkNow("web");
  await asked[Symbol.asyncDispose]();
  expect(printed).toEqual([]);
  const next = await watching(folder.path);
  await vi.waitFor(
    () => {
      expect(next.lines).toEqual([expect.stringContaining("web recovered")]);
    },
    { timeout: 30_000 },
  );
  await next.watch[Symbol.asyncDispose]();
});
