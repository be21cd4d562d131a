import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { testFolder } from "./folder.ts";

/** One call that arrived. */
export interface RpcCall {
  readonly url: string;
  readonly authorization: string | null;
  readonly body: string;
}

/** A server that plays supervisord, on a socket of the file system or a port of loopback. */
export interface RpcServer extends AsyncDisposable {
  /** `unix:///…` or `http://127.0.0.1:…`. */
  readonly url: string;
  readonly calls: readonly RpcCall[];
  /** Waits for a call beyond those that came already. */
  readonly nextCall: () => Promise<RpcCall>;
}

/** Starts a server that gives each call to `answer`. */
export async function rpcServer(
  answer: (call: RpcCall, response: ServerResponse) => void,
  where: "unix" | "http" = "unix",
): Promise<RpcServer> {
  const folder = testFolder();
  const calls: RpcCall[] = [];
  const watchers: ((call: RpcCall) => void)[] = [];
  const sockets = new Set<Socket>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = "", headers } = request;
    const call = { url, authorization: headers.authorization ?? null, body: await text(request) };
    calls.push(call);
    answer(call, response);
    for (const watcher of watchers.splice(0)) watcher(call);
  };
  const server = createServer((request, response) => void serve(request, response));
  server.on("connection", (socket: Socket) => {
    sockets.add(socket.on("error", () => undefined));
  });
  const path = join(folder.path, "supervisor.sock");
  await new Promise<void>((resolve) => {
    if (where === "unix") server.listen(path, resolve);
    else server.listen(0, "127.0.0.1", resolve);
  });
  const address: AddressInfo | string | null = server.address();
  return {
    url:
      typeof address === "object" && address !== null
        ? `http://127.0.0.1:${String(address.port)}`
        : `unix://${path}`,
    calls,
    nextCall: () => new Promise((resolve) => watchers.push(resolve)),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      folder[Symbol.dispose]();
    },
  };
}

/** The answer to `supervisor.getAllProcessInfo`, as supervisord 4 writes it. */
export function processInfo(
  programs: readonly Readonly<Record<string, string | number>>[],
): string {
  const defaults = {
    name: "web",
    group: "web",
    start: 0,
    stop: 0,
    now: 1_800_000_000,
    state: 0,
    statename: "STOPPED",
    spawnerr: "",
    exitstatus: 0,
    logfile: "/var/log/web.log",
    stdout_logfile: "/var/log/web.log",
    stderr_logfile: "",
    pid: 0,
    description: "Not started",
  };
  const structs = programs.map((program) => {
    const members = Object.entries({ ...defaults, ...program }).map(([name, value]) => {
      const type = typeof value === "number" ? "int" : "string";
      return `<member>\n<name>${name}</name>\n<value><${type}>${String(value)}</${type}></value>\n</member>`;
    });
    return `<value><struct>\n${members.join("\n")}\n</struct></value>`;
  });
  return `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n${structs.join("\n")}\n</data></array></value>\n</param>\n</params>\n</methodResponse>\n`;
}

/** A refusal, as supervisord writes it. */
export function fault(code: number, says: string): string {
  return `<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n<name>faultCode</name>\n<value><int>${String(code)}</int></value>\n</member>\n<member>\n<name>faultString</name>\n<value><string>${says}</string></value>\n</member>\n</struct></value>\n</fault>\n</methodResponse>\n`;
}
