import type { ServerLog } from "../../server/server-log.ts";
import type { Log } from "./log.ts";
import type { LogLevel } from "./log-level.ts";

/**
 * Makes what a server tells of to entries of a log: of every answer, what is read at `debug`, what changes something, or was
 * refused for who asks, at `info`, what went wrong here at `warn`; and of every bug, at `error`.
 *
 * @param log - The log.
 * @returns What the server is given.
 */
export function serverLog(log: Log): ServerLog {
  return {
    onAnswer: ({ who, from, method, url, status, durationMs }) => {
      const level = levelOf(method, status);
      if (!log.isWritten(level)) return;
      const duration = Math.round(durationMs * 1_000) / 1_000;
      log[level](`${method} ${url} ${String(status)}`, {
        ...{ who, from, method, url, status },
        durationMs: duration,
      });
    },
    onError: (error, during) => {
      const reason = error instanceof Error ? error.message : String(error);
      log.error(`${during}: ${reason}`, { error });
    },
  };
}

function levelOf(method: string, status: number): LogLevel {
  // 503 says that something watched is not well, to whoever asks for just that.
  if (status >= 500 && status !== 503) return "warn";
  if (status === 401 || status === 403) return "info";
  return method === "GET" || method === "HEAD" ? "debug" : "info";
}
