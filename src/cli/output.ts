import type { Output } from "./command.ts";

/** A stream of the process: a terminal's, or that of a file or a pipe, which lacks most of it. */
export interface ProcessStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * Makes an output of one of the process's own streams.
 *
 * @param stream - `process.stdout` or `process.stderr`.
 * @param env - The environment: `NO_COLOR` and `FORCE_COLOR` are respected.
 * @param onEnd - Called when nothing can be written any more: with null when the reader has gone away, which is no error,
 *   and with the error otherwise.
 * @returns The output.
 */
export function outputOf(
  stream: ProcessStream,
  env: Readonly<Record<string, string | undefined>>,
  onEnd: (error: Error | null) => void,
): Output {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    onEnd(error.code === "EPIPE" ? null : error);
  });
  const isTerminal = stream.isTTY === true;
  return {
    stream,
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
