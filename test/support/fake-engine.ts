import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { ApiEngine } from "../../src/adapters/docker/api-engine.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { testFolder } from "./folder.ts";

/** The id of the container of {@link inspection}. */
export const CONTAINER_ID = "a96aa9e666d5efe085f3a58a325f1ea826e13ff0aa941fb7a1c172ede6ca1556";

/** Answers a request, whose body has been read. */
export type Answer = (response: ServerResponse, body: string, request: IncomingMessage) => void;

/** An engine that says what it was told to. */
export interface FakeEngine extends AsyncDisposable {
  readonly engine: ApiEngine;
  /** Such as `GET /containers/web/json`. */
  readonly asked: readonly string[];
  readonly connections: () => number;
  readonly dropIdle: () => void;
}

/** Plays an engine, over a unix socket as a real one; what it was not told to answer is unknown. */
export async function fakeEngine(
  answers: Readonly<Record<string, Answer>>,
  clock: Clock = systemClock,
): Promise<FakeEngine> {
  const folder = testFolder();
  const asked: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const what = `${request.method ?? ""} ${request.url ?? ""}`;
    asked.push(what);
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const answer = answers[what.replace(/\?.*/u, "")] ?? json({ message: "page not found" }, 404);
      answer(response, body, request);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on("connection", () => (connections += 1));
  const path = join(folder.path, "engine.sock");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const engine = new ApiEngine("docker", { env: { DOCKER_HOST: `unix://${path}` }, clock });
  return {
    engine,
    asked,
    connections: () => connections,
    dropIdle: () => {
      server.closeIdleConnections();
    },
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      folder[Symbol.dispose]();
    },
  };
}

/** Answers in JSON. */
export function json(value: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
  };
}

/** What an engine tells of a container named `web`. */
export function inspection(rest: object = {}, status = "running"): object {
  const state = { Status: status, ExitCode: 0, StartedAt: "2026-11-22T10:20:47Z" };
  return { Id: CONTAINER_ID, Name: "/web", State: state, Config: { Tty: false }, ...rest };
}

/** Answers as a function does. */
export function by(answer: Answer): Answer {
  return answer;
}

/** Output as it comes: 1 for standard output, 2 for standard error. */
export function frame(kind: number, text: string): Buffer {
  const header = Buffer.from([kind, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}
