import type { ChildProcess } from "node:child_process";
import { isRecord } from "../../model/json.ts";
import type { SourceLocation } from "../../model/source-location.ts";
import { pathOf, relativePath } from "./call-site.ts";
import { isOfProject } from "./package-entry.ts";

/** By then a process that is busy has stopped at a line; one that waits never will. */
const PATIENCE_MS = 1_000;

const LIMIT_CHARACTERS = 16_384;

const LISTENING = /Debugger listening on (ws:\/\/\S+)/u;

/** What a process is busy with. */
export interface BusyLine {
  readonly at: SourceLocation;
  /** True when a timer called it: the process may well be waiting, and wake up now and then. */
  readonly isTimer: boolean;
}

/**
 * Finds out what line a process is busy with, by attaching a debugger to it.
 *
 * @param child - A Node process that was started with `--inspect-port=0`, its standard error piped.
 * @param root - The folder that places are relative to.
 * @returns The innermost line of a file of the project; null when it is not busy, has ended, or does not tell.
 */
export async function loopingLine(child: ChildProcess, root: string): Promise<BusyLine | null> {
  const { promise, resolve } = Promise.withResolvers<BusyLine | null>();
  const timer = setTimeout(() => {
    resolve(null);
  }, PATIENCE_MS);
  let printed = "";
  let disconnect = (): void => undefined;
  let isAttached = false;
  const onData = (chunk: Buffer | string): void => {
    printed = (printed + chunk.toString()).slice(-LIMIT_CHARACTERS);
    const url = LISTENING.exec(printed)?.[1];
    if (url === undefined || isAttached) return;
    isAttached = true;
    const socket = attach(url, root, resolve);
    disconnect = () => {
      socket.close();
    };
  };
  const onExit = (): void => {
    resolve(null);
  };
  child.stderr?.on("data", onData);
  // A process that has not got as far as listening for this signal is ended by it.
  child.once("exit", onExit);
  child.kill("SIGUSR1");
  const busy = await promise;
  clearTimeout(timer);
  child.stderr?.off("data", onData);
  child.off("exit", onExit);
  disconnect();
  return busy;
}

function attach(url: string, root: string, onLine: (busy: BusyLine | null) => void): WebSocket {
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
): BusyLine | null {
  if (!Array.isArray(frames)) return null;
  const locations = frames.flatMap((frame: unknown) => {
    const location = isRecord(frame) ? frame["location"] : null;
    return isRecord(location) ? [location] : [];
  });
  const isTimer = locations.some(
    ({ scriptId }) => scripts.get(scriptId) === "node:internal/timers",
  );
  for (const location of locations) {
    const at = locationOf(location, scripts, root);
    if (at !== null) return { at, isTimer };
  }
  return null;
}

function locationOf(
  { scriptId, lineNumber, columnNumber }: Readonly<Record<string, unknown>>,
  scripts: ReadonlyMap<unknown, string>,
  root: string,
): SourceLocation | null {
  const path = pathOf(scripts.get(scriptId) ?? "");
  if (path === null || !isOfProject(path)) return null;
  if (typeof lineNumber !== "number" || typeof columnNumber !== "number") return null;
  return { file: relativePath(root, path), line: lineNumber + 1, column: columnNumber + 1 };
}
