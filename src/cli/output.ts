import type { Output } from "./command.ts";

/** A stream of the process: a terminal's, or that of a file or a pipe, which lacks most of it. */
export interface ProcessStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly write: (text: string) => unknown;
  readonly on: (event: "error", listener: (error: NodeJS.ErrnoException) => void) => unknown;
}

/**
 * Makes an output of one of the process's own streams.
 *
 * @param stream - `process.stdout` or `process.stderr`.
 * @param env - The environment: `NO_COLOR` and `FORCE_COLOR` are respected.
 * @returns The output. A reader that goes away early is no error.
 */
export function outputOf(
  stream: ProcessStream,
  env: Readonly<Record<string, string | undefined>>,
): Output {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const isTerminal = stream.isTTY === true;
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal,
    hasColor: hasColor(isTerminal, env),
    size: () => {
      const { columns, rows } = stream;
      return isTerminal && columns !== undefined && rows !== undefined ? { columns, rows } : null;
    },
  };
}

function hasColor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const isSet = (name: string): boolean => (env[name] ?? "") !== "";
  if (isSet("NO_COLOR")) return false;
  if (isSet("FORCE_COLOR")) return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}
