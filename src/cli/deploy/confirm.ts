import { addAbortSignal, Readable } from "node:stream";
import { abortReason } from "../../model/abort.ts";
import type { CommandContext } from "../command.ts";

/** A longer answer is no answer. */
const LIMIT_CHARACTERS = 1_000;

/** What people are asked before something is changed. */
export interface Question {
  /** Ends with a question mark and what may be answered. */
  readonly text: string;
  readonly isYes: (answer: string) => boolean;
}

/**
 * Makes a question of yes or no.
 *
 * @param text - What is asked, such as `Apply these 3 changes?`.
 * @returns The question; anything but `y` or `yes` is a no.
 */
export function yesOrNo(text: string): Question {
  return { text: `${text} [y/N] `, isYes: (answer) => /^y(?:es)?$/iu.test(answer) };
}

/**
 * Makes a question that is answered with a name, for what cannot be undone.
 *
 * @param text - What is going to happen, such as `This destroys 3 resources.`
 * @param name - What has to be typed.
 * @returns The question.
 */
export function byName(text: string, name: string): Question {
  return { text: `${text} Type ${name} to go on: `, isYes: (answer) => answer === name };
}

/**
 * Tells whether somebody is there to be asked.
 *
 * @param context - Streams.
 * @returns True when a person types, and sees what is asked.
 */
export function mayAsk({ stdin, stderr }: Pick<CommandContext, "stdin" | "stderr">): boolean {
  return stdin.isTTY === true && stderr.isTerminal;
}

/**
 * Asks a person, and waits for a line. What is asked goes where progress goes: the report may be read by a program.
 *
 * @param question - The question.
 * @param context - Streams, and when to stop.
 * @returns Whether they agree; no when there is no answer.
 * @throws The reason of the signal.
 */
export async function ask(
  { text, isYes }: Question,
  context: Pick<CommandContext, "stdin" | "stderr" | "signal">,
): Promise<boolean> {
  context.stderr.write(`\n${text}`);
  const line = await readLine(context);
  if (line === null) context.stderr.write("\n");
  return line !== null && isYes(line.trim());
}

async function readLine({
  stdin,
  signal,
}: Pick<CommandContext, "stdin" | "signal">): Promise<string | null> {
  const chunks = stdin instanceof Readable ? stdin : Readable.from(stdin);
  addAbortSignal(signal, chunks);
  const decoder = new TextDecoder();
  let typed = "";
  try {
    for await (const chunk of chunks as AsyncIterable<Uint8Array | string>) {
      typed += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
      const [line = "", ...more] = typed.split(/\r?\n/u);
      if (more.length > 0) return line;
      if (typed.length > LIMIT_CHARACTERS) return null;
    }
    return null;
  } catch (error) {
    throw signal.aborted ? abortReason(signal) : error;
  }
}
