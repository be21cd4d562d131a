import type { z } from "zod";
import type { problem } from "../api/schemas/service.ts";
import type { Caller } from "./caller.ts";

/** What went wrong, as RFC 9457 has it. */
export type Problem = z.output<typeof problem>;

/** The media type of what tells what went wrong. */
export const PROBLEM_TYPE = "application/problem+json";

/** The statuses that a request may be refused with. */
export type RefusalStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 406
  | 408
  | 409
  | 413
  | 414
  | 415
  | 417
  | 421
  | 422
  | 429
  | 431
  | 503;

const TITLES: Readonly<Record<RefusalStatus, string>> = {
  400: "What was sent is wrong",
  401: "Who asks is not known",
  403: "Not allowed",
  404: "Not found",
  405: "Not possible here",
  406: "Not available in that form",
  408: "Too slow",
  409: "Not possible now",
  413: "Too large",
  414: "Too long",
  415: "Of a type that is not read",
  417: "Not to be expected",
  421: "Meant for another server",
  422: "What is declared is wrong",
  429: "Too many requests",
  431: "Headers too large",
  503: "Not available now",
};

/** A request that is refused, and why. What it says is sent: it never holds a secret, a path of the machine, or a stack. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * Refuses a request.
   *
   * @param status - Of the answer.
   * @param code - Stable, in kebab case: `resource-unknown`.
   * @param detail - One sentence for people.
   * @param more - A hint, what is wrong with single properties, headers.
   */
  constructor(
    status: RefusalStatus,
    code: string,
    detail: string,
    more: Pick<Problem, "hint" | "errors"> & {
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail);
    const { headers = {}, ...rest } = more;
    this.problem = {
      type: `urn:clockwork:problem:${code}`,
      title: TITLES[status],
      status,
      code,
      detail,
      ...rest,
    };
    this.headers = headers;
  }
}

/** Who asks is known, and may not. */
export class RoleMissing extends Refusal {
  readonly caller: Caller;

  /**
   * Refuses somebody.
   *
   * @param caller - Who it is: for logs alone.
   */
  constructor(caller: Caller) {
    super(403, "role-missing", "Whoever asks may not do that.");
    this.caller = caller;
  }
}
