import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { memoryStore } from "../../src/adapters/memory/store.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import type { Access } from "../../src/api/route.ts";
import { Followers } from "../../src/engine/watch/followers.ts";
import type { WatchEvent } from "../../src/model/watch-event.ts";
import type { Served, ServedProject } from "../../src/ports/served.ts";
import type { Store } from "../../src/ports/store.ts";
import { startServer } from "../../src/server/create-server.ts";
import type { Gate } from "../../src/server/gate.ts";
import type { ServerLimits } from "../../src/server/limits.ts";
import { Refusal, RoleMissing } from "../../src/server/refusal.ts";
import type { Answered } from "../../src/server/server-log.ts";

/** A gate that takes the word of the header `x-role`, unless a test closes it. */
export interface HeaderGate extends Gate {
  /** Those who are called so are not known any more. */
  readonly close: (who: string) => void;
}

const RANKS = ["open", "reader", "user", "admin"];

/** Makes a gate: `x-role: admin alice` asks as alice. */
function headerGate(): HeaderGate {
  let asked = 0;
  const listeners = new Set<() => void>();
  const closed = new Set<string>();
  return {
    admit: ({ headers, socket }, access: Access) => {
      const [role = "", who = "anybody"] = String(headers["x-role"] ?? "open").split(" ");
      const from = socket.remoteAddress ?? "";
      if (access === "open")
        return { who, role: role === "open" ? null : (role as "reader"), from };
      if (role === "open" || closed.has(who)) return new Refusal(401, "certificate-needed", "Who?");
      if (RANKS.indexOf(role) < RANKS.indexOf(access)) {
        return new RoleMissing({ who, role: role as "reader", from });
      }
      return { who, role: role as "reader", from };
    },
    isProxied: () => false,
    // Every other request has to wait until it is known who asks.
    prepare: () => {
      asked += 1;
      return asked % 2 === 0 ? setImmediate() : null;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: (who) => {
      closed.add(who);
      for (const listener of listeners) listener();
    },
  };
}

/** A server that runs for as long as a test. */
export interface ServingLab {
  readonly url: string;
  readonly port: number;
  readonly gate: HeaderGate;
  readonly answers: readonly Answered[];
  readonly errors: readonly { readonly error: unknown; readonly during: string }[];
  readonly stop: () => Promise<void>;
}

/** Serves over plain HTTP on loopback. */
export async function serving(
  served: Served,
  {
    limits = {},
    basePath = "",
    port: wanted = 0,
  }: {
    readonly limits?: Partial<ServerLimits>;
    readonly basePath?: string;
    /** Any by default. */
    readonly port?: number;
  } = {},
): Promise<ServingLab> {
  const gate = headerGate();
  const answers: Answered[] = [];
  const errors: { error: unknown; during: string }[] = [];
  const server = await startServer({
    served,
    clock: systemClock,
    gate,
    basePath,
    limits: { drainMs: 500, ...limits },
    listening: { host: "127.0.0.1", port: wanted, tls: null },
    log: {
      onAnswer: (answer) => answers.push(answer),
      onError: (error, during) => errors.push({ error, during }),
    },
  });
  const stop = async (): Promise<void> => {
    await server[Symbol.asyncDispose]();
  };
  onTestFinished(stop);
  const port = Number(new URL(server.url).port);
  return { url: server.url, port, gate, answers, errors, stop };
}

/** What came back. */
export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

/** Asks, as alice who may do everything unless headers say otherwise. */
export async function ask(
  { port }: Pick<ServingLab, "port">,
  path: string,
  {
    method = "GET",
    headers = {},
    body,
  }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Response> {
  const usual = { "x-role": "admin alice", ...(body === undefined ? {} : ofJson(body)) };
  const asked = httpRequest({
    ...{ host: "127.0.0.1", port, path, method, agent: false },
    headers: { ...usual, ...headers },
  });
  asked.end(body);
  const [response] = (await once(asked, "response")) as [
    AsyncIterable<Buffer> & { statusCode: number; headers: IncomingHttpHeaders },
  ];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  return { status: response.statusCode, headers: response.headers, bytes, text: bytes.toString() };
}

function ofJson(body: string): Readonly<Record<string, string>> {
  const length = String(Buffer.byteLength(body));
  return { "content-type": "application/json", "content-length": length };
}

/** A connection of raw bytes. */
export interface RawClient {
  readonly socket: Socket;
  /** All that came so far. */
  readonly text: () => string;
  /** Settled once the server has closed it. */
  readonly closed: Promise<unknown>;
  /** Waits until what came matches. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;
}

/** Connects; it ends with the test. */
export function rawClient({ port }: Pick<ServingLab, "port">): RawClient {
  const socket = connect(port, "127.0.0.1");
  const watchers = new Set<() => void>();
  let text = "";
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    for (const watcher of watchers) watcher();
  });
  onTestFinished(() => {
    socket.destroy();
  });
  return {
    socket,
    text: () => text,
    closed: once(socket, "close"),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(text);
          if (found === null) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        socket.once("close", () => {
          reject(new Error(`it was closed after: ${text}`));
        });
        look();
      }),
  };
}

/** A project of which only events are known. */
export interface EventProject extends ServedProject {
  readonly store: Store;
  /** Stores an event, and tells it. */
  readonly happen: (more?: Partial<WatchEvent>) => Promise<WatchEvent>;
  readonly followers: Followers;
  /** How often it was followed. */
  readonly follows: () => number;
}

/** Makes a project in which happens what a test says. */
export function eventProject(name: string): EventProject {
  const store = memoryStore();
  const followers = new Followers();
  let last = 0;
  let follows = 0;
  const control = {
    follow: (
      options: { readonly after: number | null; readonly signal: AbortSignal },
      onEvent: (event: WatchEvent) => void,
    ) => {
      follows += 1;
      return followers.follow(options, store, onEvent);
    },
  } as unknown as ServedProject["control"];
  return {
    name,
    folder: `/srv/${name}`,
    control,
    store,
    watching: null,
    followers,
    follows: () => follows,
    happen: async (more = {}) => {
      last += 1;
      const event: WatchEvent = {
        id: last,
        at: 1_700_000_000_000 + last,
        type: "health_changed",
        resource: "web",
        text: "is unhealthy",
        data: {},
        ...more,
      };
      await store.commit([{ type: "put-event", event }]);
      followers.tell(event);
      return event;
    },
  };
}
