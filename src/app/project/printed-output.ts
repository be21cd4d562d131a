import type { Readable } from "node:stream";

/** What Node itself prints when somebody looks for the line that a project hangs on. */
const NOT_OF_THE_PROJECT =
  /^(?:(?:Debugger (?:listening|attached|ending)|Waiting for the debugger|For help, see:).*\n?|Warning: Detected unsettled top-level await at .*\n.*\n *\^\n*)/gmu;

const OUT_OF_MEMORY = "heap out of memory";

const LIMIT_CHARACTERS = 64 * 1024;
const CUT = "\n… what else the project prints is not shown\n";

/** What a project prints while it is loaded: the beginning of it is passed on. */
export class PrintedOutput {
  #left = LIMIT_CHARACTERS;
  #tail = "";
  #isOutOfMemory = false;

  /**
   * Begins to read.
   *
   * @param streams - The output of the process.
   * @param onOutput - Gets what the project prints, without what Node does.
   */
  constructor(streams: readonly (Readable | null)[], onOutput: (text: string) => void) {
    for (const stream of streams) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        this.#look(chunk);
        this.#pass(chunk, onOutput);
      });
    }
  }

  /**
   * How much of it was passed on.
   *
   * @returns Characters, 65,536 at the most.
   */
  get characters(): number {
    return LIMIT_CHARACTERS - this.#left;
  }

  /**
   * Whether Node has said that it has no more memory.
   *
   * @returns True as soon as it has.
   */
  get isOutOfMemory(): boolean {
    return this.#isOutOfMemory;
  }

  // Node says it last of all, long after the limit perhaps, and in pieces.
  #look(chunk: string): void {
    const text = this.#tail + chunk;
    this.#isOutOfMemory ||= text.includes(OUT_OF_MEMORY);
    this.#tail = text.slice(-OUT_OF_MEMORY.length);
  }

  #pass(chunk: string, onOutput: (text: string) => void): void {
    if (this.#left === 0) return;
    const own = chunk.replace(NOT_OF_THE_PROJECT, "");
    const shown = own.slice(0, this.#left);
    this.#left -= shown.length;
    if (shown !== "") onOutput(this.#left === 0 ? shown + CUT : shown);
  }
}
