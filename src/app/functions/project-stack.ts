import { excerpt } from "../../model/excerpt.ts";
import { pathOf, relativePath } from "../project/call-site.ts";

/** One line of a stack: perhaps a function, then a script, a line and a column. */
const FRAME = /^\s*at (?:(.+) \(|async )?((?:file:\/\/)?\/[^)]*?):(\d+):(\d+)\)?$/u;

const LIMIT_STACK_CHARACTERS = 64 * 1024;
const LIMIT_LINES = 20;
const LIMIT_MESSAGE_CHARACTERS = 2_000;

/** Which files are the project's own. */
export interface ProjectFiles {
  /** The folder that places are relative to. */
  readonly root: string;
  /** Absolute paths. */
  readonly files: ReadonlySet<string>;
}

/** What was thrown, as data. */
export interface Thrown {
  /** Its name and its message. */
  readonly message: string;
  /** Lines of the project's own files alone; empty when there is none. */
  readonly stack: string;
}

/**
 * Describes what a function threw.
 *
 * @param error - Anything; it may even throw when it is looked at.
 * @param project - Which files are the project's own.
 * @returns Its message, and where it happened.
 */
export function describeThrown(error: unknown, project: ProjectFiles): Thrown {
  try {
    return {
      message: excerpt(messageOf(error), LIMIT_MESSAGE_CHARACTERS),
      stack: error instanceof Error ? projectStack(error.stack, project) : "",
    };
  } catch {
    return { message: "something that cannot be shown", stack: "" };
  }
}

/**
 * Reduces a stack to the lines of the project's own files.
 *
 * @param stack - As V8 writes it.
 * @param project - Which files are the project's own.
 * @returns Lines such as `at countOrders (main.ts:12:5)`.
 */
export function projectStack(stack: unknown, { root, files }: ProjectFiles): string {
  if (typeof stack !== "string") return "";
  const lines = stack
    .slice(0, LIMIT_STACK_CHARACTERS)
    .split("\n")
    .flatMap((line) => {
      const [, name, script = "", row = "", column = ""] = FRAME.exec(line) ?? [];
      const path = pathOf(script);
      if (path === null || !files.has(path)) return [];
      const place = `${relativePath(root, path)}:${row}:${column}`;
      return [name === undefined ? `at ${place}` : `at ${name} (${place})`];
    });
  return lines.slice(0, LIMIT_LINES).join("\n");
}

function messageOf(error: unknown): string {
  if (typeof error === "string") return `threw ${JSON.stringify(error)}`;
  if (!(error instanceof Error)) {
    return `threw ${error === null ? "null" : `a value of type ${typeof error}`}`;
  }
  return error.message === "" ? error.name : `${error.name}: ${error.message}`;
}
