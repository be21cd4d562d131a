import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** Where a command writes to. */
export interface Output {
  /** Where it all goes, for libraries that draw by themselves. */
  readonly stream: NodeJS.WritableStream;
  readonly write: (text: string) => void;
  /** True when a person looks at it. */
  readonly isTerminal: boolean;
  /** True when colour escapes are welcome. */
  readonly hasColor: boolean;
  /**
   * The size of the terminal.
   *
   * @returns Width and height in characters; null when it is none.
   */
  readonly size: () => { readonly columns: number; readonly rows: number } | null;
}

/** What a command gets besides its arguments. */
export interface CommandContext {
  /** What is typed or piped in; a terminal's says that it is one. */
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  /** For the report alone. */
  readonly stdout: Output;
  /** For progress and diagnostics. */
  readonly stderr: Output;
  /** Aborted when the command is told to stop. */
  readonly signal: AbortSignal;
  /** Says with which code the program will exit; 0 unless somebody says otherwise. */
  readonly exit: (code: number) => void;
}

/** Makes one command of the command line: one file, one export, found by the name of its file. */
export type CommandFactory = (context: CommandContext) => CommandUnknownOpts;
