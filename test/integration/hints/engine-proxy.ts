import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { testFolder } from "../../support/folder.ts";

/** A socket behind which an engine is met, and that can be cut. */
export interface EngineProxy extends AsyncDisposable {
  /** For `DOCKER_HOST`. */
  readonly host: string;
  /** The requests for events so far. */
  readonly streams: readonly string[];
  /** Waits until so many streams have been answered in all. */
  readonly streamed: (count: number) => Promise<void>;
  /** How many connections there are. */
  readonly connections: () => number;
  /** Ends all connections and listens no more. */
  readonly cut: () => Promise<void>;
  /** Listens again. */
  readonly open: () => Promise<void>;
}

/** Puts itself before an engine. */
export async function engineProxy(socketPath: string): Promise<EngineProxy> {
  const folder = testFolder();
  const path = join(folder.path, "engine.sock");
  const sockets = new Set<Socket>();
  const streams: string[] = [];
  let answered = 0;
  let tell = (): void => undefined;
  let server: Server | null = null;
  const pass = (client: Socket): void => {
    const engine = connect(socketPath);
    let isStream = false;
    client.on("data", (bytes) => {
      const request = bytes.toString("latin1").split("\r\n", 1)[0] ?? "";
      if (!request.startsWith("GET /events")) return;
      isStream = true;
      streams.push(request);
    });
    engine.once("data", () => {
      if (isStream) answered += 1;
      tell();
    });
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      sockets.add(socket);
      socket
        .on("error", () => undefined)
        .on("close", () => {
          sockets.delete(socket);
          other.destroy();
          tell();
        });
      socket.pipe(other);
    }
  };
  const open = (): Promise<void> =>
    new Promise((resolve) => {
      server = createServer(pass).listen(path, resolve);
    });
  const cut = async (): Promise<void> => {
    const closing = server;
    server = null;
    for (const socket of sockets) socket.destroy();
    if (closing !== null) await new Promise((resolve) => closing.close(resolve));
    rmSync(path, { force: true });
  };
  await open();
  return {
    host: `unix://${path}`,
    streams,
    streamed: async (count) => {
      while (answered < count) await new Promise<void>((resolve) => (tell = resolve));
    },
    connections: () => sockets.size / 2,
    cut,
    open,
    [Symbol.asyncDispose]: async () => {
      await cut();
      folder[Symbol.dispose]();
    },
  };
}
