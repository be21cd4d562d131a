import { DeployError, LockHeldError } from "../model/deploy-errors.ts";
import { ConfigurationError } from "../model/diagnostic.ts";
import { Refusal } from "./refusal.ts";

/** A refusal that may be a bug of ours: nothing of it is told. */
export interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Readonly<Record<string, unknown>>;
}

/**
 * Makes an answer of whatever was thrown.
 *
 * @param error - What was thrown.
 * @param onBug - Told of what should not have happened.
 * @returns The answer.
 */
export function refusalOf(error: unknown, onBug: (error: unknown) => void): Refused {
  if (error instanceof Refusal) {
    return { status: error.problem.status, headers: error.headers, problem: error.problem };
  }
  const known = knownRefusal(error);
  if (known !== null) return refusalOf(known, onBug);
  onBug(error);
  const problem = { type: "about:blank", title: "It failed", status: 500, code: "internal" };
  return { status: 500, headers: {}, problem };
}

function knownRefusal(error: unknown): Refusal | null {
  if (error instanceof LockHeldError) return new Refusal(409, error.code, error.message);
  if (error instanceof DeployError) return new Refusal(409, error.code, error.message);
  if (error instanceof ConfigurationError) return new Refusal(422, error.code, error.message);
  return null;
}
