import type { Diagnostic } from "../../model/diagnostic.ts";
import { isRecord, type Json } from "../../model/json.ts";
import type { ProjectDeclaration } from "../../model/project.ts";
import type { SourceLocation } from "../../model/source-location.ts";

/** What a process that loads a project, or tasks, says, once. */
export type LoadMessage =
  | { readonly state: "loaded"; readonly declaration: ProjectDeclaration }
  | {
      /** A module of tasks was loaded. */
      readonly state: "tasks";
      /** What it exports; null when there is a problem. */
      readonly tasks: readonly Json[] | null;
      readonly problems: readonly Diagnostic[];
    }
  | {
      readonly state: "exited";
      readonly exitCode: number;
      /** Which line ended the process; null when none is known. */
      readonly at: SourceLocation | null;
    };

/** The file descriptor on which it is said. */
export const MESSAGE_DESCRIPTOR = 3;

/** Ends the message, as JSON has no line break: the pipe itself may be held open by whoever else has got hold of it. */
export const MESSAGE_END = "\n";

/**
 * Reads what the process said.
 *
 * @param text - All that came, without what ends it.
 * @returns Null when it is not a whole message.
 */
export function readLoadMessage(text: string): LoadMessage | null {
  try {
    const message: unknown = JSON.parse(text);
    return isMessage(message) ? message : null;
  } catch {
    return null;
  }
}

const STATES: ReadonlySet<unknown> = new Set(["loaded", "tasks", "exited"]);

// Our own process wrote it: it is enough to know that it was written to its end.
function isMessage(message: unknown): message is LoadMessage {
  return isRecord(message) && STATES.has(message["state"]);
}
