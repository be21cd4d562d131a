import { PassThrough } from "node:stream";
import type { Output } from "../../src/cli/command.ts";

/** An output that keeps what is written to it. */
export interface TestOutput extends Output {
  readonly text: () => string;
}

/** Makes an output; one with a size is a terminal. */
export function testOutput(size: { columns: number; rows: number } | null = null): TestOutput {
  let text = "";
  return {
    stream: new PassThrough().on("data", (chunk: Buffer) => (text += chunk.toString())),
    write: (more) => (text += more),
    isTerminal: size !== null,
    hasColor: size !== null,
    size: () => size,
    text: () => text,
  };
}
