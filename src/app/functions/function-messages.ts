import type { CommandResult } from "../../model/check-function.ts";
import type { FunctionReference } from "../../model/function-reference.ts";
import { isRecord, type Json } from "../../model/json.ts";
import type { Target } from "../../model/target.ts";

/** What the process of a function is told first. */
export interface FunctionTask {
  /** The folder of the project. */
  readonly root: string;
  readonly reference: FunctionReference;
  readonly targets: readonly Target[];
  readonly timeoutMs: number;
}

/** What the process of a function says: a command to run, any number of times, and in the end an answer. */
export type FunctionMessage =
  | {
      readonly state: "run";
      /** Told apart by this from others that are under way. */
      readonly id: number;
      /** Which of the targets runs it. */
      readonly target: number;
      readonly command: readonly string[];
    }
  | { readonly state: "returned"; readonly value: Json }
  | { readonly state: "threw"; readonly message: string; readonly stack: string }
  | {
      /** Nothing can be judged: the function is not there, or a command could not be run. */
      readonly state: "unobserved";
      readonly message: string;
    };

/** What became of a command, as the process of a function is told. */
export type CommandMessage =
  | { readonly id: number; readonly result: CommandResult }
  | { readonly id: number; readonly failure: string };

/** The file descriptor on which both sides speak, one line of JSON each time. */
export const CHANNEL_DESCRIPTOR = 3;

/** How much of each output of a command is kept. */
export const LIMIT_OUTPUT_BYTES: number = 1024 * 1024;

/** Room for two outputs, each character of which may be written as six. */
const LIMIT_LINE_CHARACTERS = 2 * 6 * LIMIT_OUTPUT_BYTES + 65_536;

/**
 * Cuts what arrives into lines of JSON.
 *
 * @param onMessage - Called with each whole line that is JSON; others are passed over.
 * @returns What takes the pieces; false once there is a line that is too long.
 */
export function messageReader(onMessage: (message: unknown) => void): (piece: string) => boolean {
  let pieces: string[] = [];
  let length = 0;
  return (piece) => {
    const lines = piece.split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = parsed(pieces.join("") + line);
      pieces = [];
      length = 0;
      if (message !== undefined) onMessage(message);
    }
    pieces.push(rest);
    length += rest.length;
    return length <= LIMIT_LINE_CHARACTERS;
  };
}

/**
 * Recognises what the process of a function says. A function that meddles with the channel harms nobody but itself.
 *
 * @param message - What arrived.
 * @returns The message; null when it is none.
 */
export function readFunctionMessage(message: unknown): FunctionMessage | null {
  if (!isRecord(message)) return null;
  return isFunctionMessage(message) ? message : null;
}

/**
 * Recognises what the process of a function is told first.
 *
 * @param message - What arrived from our own parent: it is enough to know which message it is.
 * @returns True when it is that.
 */
export function isFunctionTask(message: unknown): message is FunctionTask {
  return isRecord(message) && isRecord(message["reference"]) && Array.isArray(message["targets"]);
}

/**
 * Recognises what became of a command.
 *
 * @param message - What arrived from our own parent: it is enough to know which message it is.
 * @returns True when it is that.
 */
export function isCommandMessage(message: unknown): message is CommandMessage {
  return isRecord(message) && ("result" in message || "failure" in message);
}

function isFunctionMessage(
  message: Readonly<Record<string, unknown>>,
): message is Readonly<Record<string, unknown>> & FunctionMessage {
  const { state, id, target, command, value, stack } = message;
  if (state === "run") {
    return Number.isInteger(id) && Number.isInteger(target) && isTexts(command);
  }
  if (state === "returned") return value !== undefined;
  if (typeof message["message"] !== "string") return false;
  return state === "unobserved" || (state === "threw" && typeof stack === "string");
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
