import type { z } from "zod";
import { problem as problemSchema } from "./schemas/service.ts";

/** What went wrong, as RFC 9457 has it. */
type Problem = z.output<typeof problemSchema>;

/** An answer that is none of those that were hoped for. */
export class ProblemError extends Error {
  override readonly name: string = "ProblemError";
  /** Of the answer. */
  readonly status: number;
  /** Stable: `resource-unknown`; `answer-unexpected` for what is no answer of this API. */
  readonly code: string;
  /** All that the server told; null when it was no problem of this API. */
  readonly problem: Problem | null;

  /**
   * Says what went wrong.
   *
   * @param status - Of the answer.
   * @param problem - All that the server told; null when it was no problem of this API.
   * @param options - The error underneath.
   */
  constructor(status: number, problem: Problem | null, options: ErrorOptions = {}) {
    const { title = "The answer is none of this API", detail, hint } = problem ?? {};
    const text = [detail ?? title, ...(hint === undefined ? [] : [hint])].join(" ");
    super(`${String(status)}: ${text}`, options);
    this.status = status;
    this.code = problem?.code ?? "answer-unexpected";
    this.problem = problem;
  }
}

/**
 * Makes an error of an answer.
 *
 * @param status - Of the answer.
 * @param body - What came, whatever it is.
 * @returns The error.
 */
export function problemErrorFrom(status: number, body: string): ProblemError {
  const read = problemSchema.safeParse(jsonOrNull(body));
  return new ProblemError(status, read.success ? read.data : null);
}

/**
 * Reads JSON.
 *
 * @param text - Anything.
 * @returns What it says; null for what is none.
 */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
