import { join } from "node:path";
import { testFolder } from "./folder.ts";
import { freePort } from "./ports.ts";
import { needProgram } from "./programs.ts";
import { startServer } from "./server.ts";
import { exchange } from "./wire.ts";

/** What a supervisor watches over, and how it is reached. */
export interface SupervisordOptions {
  /** Sections as in its configuration: `[program:web]`, `command=…`; none by default. */
  readonly programs?: string;
  /** Whether it serves HTTP on a port of loopback, too, and who may log in; it does not by default. */
  readonly http?: { readonly username?: string; readonly password?: string };
}

/** A supervisord that watches over programs. */
export interface Supervisord extends AsyncDisposable {
  readonly pid: number;
  /** A folder of its own: its log and those of its programs are in here. */
  readonly folder: string;
  readonly socketPath: string;
  /** As its own tools write it: `unix:///tmp/…/supervisor.sock`. */
  readonly serverUrl: string;
  /** Such as `http://127.0.0.1:20000/RPC2`; null unless it was asked to serve HTTP. */
  readonly httpUrl: string | null;
  /** Ends it and its programs; the folder stays until it is disposed. */
  readonly stop: () => Promise<void>;
}

const REQUEST = "GET / HTTP/1.0\r\n\r\n";

/** Starts a supervisord with the programs given; it answers, they may still be starting. */
export async function startSupervisord(options: SupervisordOptions = {}): Promise<Supervisord> {
  using resources = new DisposableStack();
  const folder = resources.use(testFolder());
  const port = options.http === undefined ? null : await freePort();
  const config = folder.write("supervisord.conf", configuration(folder.path, options, port));
  const socketPath = join(folder.path, "supervisor.sock");
  const server = await startServer({
    command: [needProgram("supervisord"), "--configuration", config],
    // It waits up to 10 s for a program that ignores its signal.
    stopTimeoutMs: 3_000,
    isReady: async () => {
      await exchange({ path: socketPath }, REQUEST, /^HTTP/u);
      if (port !== null) await exchange({ port }, REQUEST, /^HTTP/u);
      return true;
    },
  });
  const files = resources.move();
  return {
    pid: server.pid,
    folder: folder.path,
    socketPath,
    serverUrl: `unix://${socketPath}`,
    httpUrl: port === null ? null : `http://127.0.0.1:${String(port)}/RPC2`,
    stop: async () => {
      await server[Symbol.asyncDispose]();
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      files.dispose();
    },
  };
}

function configuration(
  folder: string,
  { programs = "", http = {} }: SupervisordOptions,
  port: number | null,
): string {
  const login = Object.entries(http).map(([name, value]) => `${name}=${value}`);
  const inet = ["[inet_http_server]", `port=127.0.0.1:${String(port)}`, ...login];
  return [
    "[supervisord]",
    "nodaemon=true",
    `directory=${folder}`,
    `logfile=${folder}/supervisord.log`,
    `pidfile=${folder}/supervisord.pid`,
    `childlogdir=${folder}`,
    "[unix_http_server]",
    `file=${folder}/supervisor.sock`,
    "[rpcinterface:supervisor]",
    "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
    "[supervisorctl]",
    `serverurl=unix://${folder}/supervisor.sock`,
    ...(port === null ? [] : inet),
    programs,
  ].join("\n");
}
