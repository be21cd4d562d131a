import { testFolder } from "./folder.ts";
import { freePort } from "./ports.ts";
import { needProgram } from "./programs.ts";
import { startServer } from "./server.ts";
import { exchange } from "./wire.ts";

/** A Redis server on loopback. */
export interface RedisServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Null where it asks for none. */
  readonly password: string | null;
  readonly url: string;
  readonly pid: number;
}

/**
 * Starts a Redis that keeps nothing.
 *
 * @param options - `password` is what it asks for (`requirepass`); none by default.
 * @returns The server, answering.
 */
export async function startRedis(options: { password?: string } = {}): Promise<RedisServer> {
  using resources = new DisposableStack();
  const folder = resources.use(testFolder());
  const port = await freePort();
  const password = options.password ?? null;
  const lines = [
    `port ${String(port)}`,
    "bind 127.0.0.1",
    'save ""',
    `dir ${folder.path}`,
    ...(password === null ? [] : [`requirepass ${JSON.stringify(password)}`]),
  ];
  const config = folder.write("redis.conf", `${lines.join("\n")}\n`);
  const server = await startServer({
    command: [needProgram("redis-server"), config],
    // It says NOAUTH to those who have not logged in, which is an answer too.
    isReady: async () => /PONG|NOAUTH/u.test(await exchange({ port }, "PING\r\n", /\r\n/u)),
  });
  const login = password === null ? "" : `:${encodeURIComponent(password)}@`;
  const files = resources.move();
  return {
    host: "127.0.0.1",
    port,
    password,
    url: `redis://${login}127.0.0.1:${String(port)}`,
    pid: server.pid,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      files.dispose();
    },
  };
}
