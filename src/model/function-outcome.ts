import type { Judgement } from "./assertion.ts";
import { excerpt } from "./excerpt.ts";
import type { FunctionReference } from "./function-reference.ts";
import { isRecord, type Json, type JsonObject } from "./json.ts";
import { printable } from "./text.ts";

/** What became of a function. */
export type FunctionOutcome =
  | { readonly end: "returned"; readonly value: Json; readonly output: string }
  | {
      /** It threw, or returned a promise that was rejected. */
      readonly end: "threw";
      readonly message: string;
      /** Only lines of the project's own files. */
      readonly stack: string;
      readonly output: string;
    }
  | {
      /** Its process came to an end without an answer. */
      readonly end: "killed";
      readonly reason: "memory" | "timeout" | "exit" | "crash";
      readonly message: string;
      readonly output: string;
    };

const EXPECTED = "a pass";
const FORMS = "a check function returns a boolean, [boolean, message] or { passed, message }";

/** Whether it passed, and a message. */
const PAIR = 2;

const LIMIT_MESSAGE_CHARACTERS = 500;
const LIMIT_SHOWN_CHARACTERS = 80;
const LIMIT_DIAGNOSTICS = 50;
const LIMIT_DIAGNOSTIC_CHARACTERS = 500;
const LIMIT_OUTPUT_CHARACTERS = 1_500;

/**
 * Judges what became of a check function.
 *
 * @param outcome - What became of it.
 * @returns A failure when it says so, throws or takes too long; an error when it came to no answer, or to none that could be
 *   understood.
 */
export function judgeFunction(outcome: FunctionOutcome): Judgement {
  const { end, output } = outcome;
  if (end === "returned") return judgeReturned(outcome.value, output);
  const printed = outputDetails(output);
  if (end === "threw") {
    const actual = excerpt(outcome.message, LIMIT_MESSAGE_CHARACTERS);
    return { verdict: "fail", expected: EXPECTED, actual, ...details([outcome.stack, printed]) };
  }
  const verdict = outcome.reason === "timeout" ? "fail" : "error";
  const actual = excerpt(outcome.message, LIMIT_MESSAGE_CHARACTERS);
  return { verdict, expected: EXPECTED, actual, ...details([printed]) };
}

/**
 * Names a function that has no name.
 *
 * @param reference - The function.
 * @returns Such as `function 2 of main.ts`.
 */
export function shownFunction({ module, position }: FunctionReference): string {
  return `function ${String(position + 1)} of ${module}`;
}

function judgeReturned(value: Json, output: string): Judgement {
  const said = readResult(value);
  if (said === null) {
    const actual = `returned ${shownResult(value)}, which is no answer: ${FORMS}`;
    return { verdict: "error", expected: EXPECTED, actual, ...details([outputDetails(output)]) };
  }
  const { passed, message, diagnostics } = said;
  const printed = passed ? "" : outputDetails(output);
  const metrics = Object.fromEntries(
    Object.entries(diagnostics).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number",
    ),
  );
  return {
    verdict: passed ? "pass" : "fail",
    expected: EXPECTED,
    actual: message === "" ? String(passed) : excerpt(message, LIMIT_MESSAGE_CHARACTERS),
    metrics,
    ...details([...diagnosticLines(diagnostics), printed]),
  };
}

interface Said {
  readonly passed: boolean;
  readonly message: string;
  readonly diagnostics: JsonObject;
}

function readResult(value: Json): Said | null {
  if (isList(value)) {
    const [passed = null, message = null] = value;
    return value.length <= PAIR ? readSaid(passed, message, {}) : null;
  }
  if (!isObject(value)) return readSaid(value, null, {});
  const { passed = null, message = null, ...diagnostics } = value;
  return readSaid(passed, message, diagnostics);
}

function readSaid(passed: Json, message: Json, diagnostics: JsonObject): Said | null {
  if (typeof passed !== "boolean") return null;
  return { passed, message: message === null ? "" : shownText(message), diagnostics };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return isRecord(value);
}

function shownResult(value: Json): string {
  if (value === null) return "nothing";
  return excerpt(JSON.stringify(value), LIMIT_SHOWN_CHARACTERS);
}

function diagnosticLines(diagnostics: JsonObject): readonly string[] {
  return Object.entries(diagnostics)
    .slice(0, LIMIT_DIAGNOSTICS)
    .map(([name, value]) => {
      const shown = excerpt(shownText(value), LIMIT_DIAGNOSTIC_CHARACTERS);
      return `${excerpt(name, LIMIT_SHOWN_CHARACTERS)}: ${shown}`;
    });
}

function shownText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function outputDetails(output: string): string {
  const text = printable(output).trim();
  if (text === "") return "";
  const end =
    text.length > LIMIT_OUTPUT_CHARACTERS ? `…${text.slice(-LIMIT_OUTPUT_CHARACTERS)}` : text;
  return `printed:\n${end}`;
}

function details(parts: readonly string[]): Pick<Judgement, "details"> {
  const text = parts.filter((part) => part !== "").join("\n");
  return text === "" ? {} : { details: text };
}
