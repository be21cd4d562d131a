import type { ChildProcess } from "node:child_process";
import { isRecord } from "../../model/json.ts";
import type { SourceLocation } from "../../model/source-location.ts";
import { pathOf, relativePath } from "./call-site.ts";

/** By then a process that is busy has stopped at a line; one that waits never will. */
const PATIENCE_MS = 1_000;

const LISTENING = /Debugger listening on (ws:\/\/\S+)/u;

/**
 * Finds out what line a process is busy with, by attaching a debugger to it.
 *
 * @param child - A Node process that was started with `--inspect-port=0`, its standard error piped.
 * @param root - The folder that places are relative to.
 * @returns The innermost line of a file below that folder; null when it is not busy, or does not tell.
 */
export async function loopingLine(
  child: ChildProcess,
  root: string,
): Promise<SourceLocation | null> {
  const { promise, resolve } = Promise.withResolvers<SourceLocation | null>();
  const timer = setTimeout(() => {
    resolve(null);
  }, PATIENCE_MS);
  let printed = "";
  let disconnect = (): void => undefined;
  let isAttached = false;
  const onData = (chunk: Buffer): void => {
    printed += chunk.toString("utf8");
    const url = LISTENING.exec(printed)?.[1];
    if (url === undefined || isAttached) return;
    isAttached = true;
    const socket = attach(url, root, resolve);
    disconnect = () => {
      socket.close();
    };
  };
  child.stderr?.on("data", onData);
  child.kill("SIGUSR1");
  const location = await promise;
  clearTimeout(timer);
  child.stderr?.off("data", onData);
  disconnect();
  return location;
}

function attach(
  url: string,
  root: string,
  onLine: (location: SourceLocation | null) => void,
): WebSocket {
  const scripts = new Map<unknown, string>();
  const socket = new WebSocket(url);
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ id: 1, method: "Debugger.enable" }));
    socket.send(JSON.stringify({ id: 2, method: "Debugger.pause" }));
  });
  socket.addEventListener("error", () => {
    onLine(null);
  });
  socket.addEventListener("message", (event) => {
    const data: unknown = event.data;
    const message: unknown = typeof data === "string" ? JSON.parse(data) : null;
    const params = isRecord(message) ? message["params"] : null;
    if (!isRecord(message) || !isRecord(params)) return;
    if (message["method"] === "Debugger.scriptParsed" && typeof params["url"] === "string") {
      scripts.set(params["scriptId"], params["url"]);
    }
    if (message["method"] === "Debugger.paused") {
      onLine(innermost(params["callFrames"], scripts, root));
    }
  });
  return socket;
}

function innermost(
  frames: unknown,
  scripts: ReadonlyMap<unknown, string>,
  root: string,
): SourceLocation | null {
  if (!Array.isArray(frames)) return null;
  for (const frame of frames as readonly unknown[]) {
    const location = locationOf(isRecord(frame) ? frame["location"] : null, scripts, root);
    if (location !== null) return location;
  }
  return null;
}

function locationOf(
  location: unknown,
  scripts: ReadonlyMap<unknown, string>,
  root: string,
): SourceLocation | null {
  if (!isRecord(location)) return null;
  const { scriptId, lineNumber, columnNumber } = location;
  const path = pathOf(scripts.get(scriptId) ?? "");
  if (path === null || !path.startsWith(root) || path.includes("/node_modules/")) return null;
  if (typeof lineNumber !== "number" || typeof columnNumber !== "number") return null;
  return { file: relativePath(root, path), line: lineNumber + 1, column: columnNumber + 1 };
}
