import type { Message } from "../../model/incident.ts";
import { singleLine } from "../../model/text.ts";
import type { Channel } from "../../ports/channel.ts";

/** Tells people by a line in the log, which every project has. */
export class LogChannel implements Channel {
  readonly name = "log";
  readonly #write: (line: string) => void;

  /**
   * Makes the channel.
   *
   * @param write - Takes one line, without its end.
   */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /**
   * Writes a message.
   *
   * @param message - The message: one line, however many it has.
   * @throws Whatever `write` throws.
   */
  async deliver({ kind, project, title, lines }: Message): Promise<void> {
    // The first of the lines is in the title already.
    const rest = lines.length > 1 ? ` (${lines.slice(1).join("; ")})` : "";
    this.#write(singleLine(`[${kind}] ${project}: ${title}${rest}`));
    await Promise.resolve();
  }
}
