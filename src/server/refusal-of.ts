import { randomUUID } from "node:crypto";
import {
  DeployError,
  LockHeldError,
  StateConflictError,
  StateError,
} from "../model/deploy-errors.ts";
import { ConfigurationError, type Diagnostic } from "../model/diagnostic.ts";
import { malformedRefusal } from "./malformed.ts";
import { Refusal, type Problem } from "./refusal.ts";

/** What somebody is told instead of an answer. */
export interface Refused {
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Problem;
}

/** Told of what should not have happened, and under which name whoever asked was told of it. */
export type OnBug = (error: unknown, reference: string) => void;

/** So many problems of a configuration are told. */
const LIMIT_ERRORS = 20;

/**
 * Makes an answer of whatever was thrown. Of what is no refusal only that is told which was written for people; of a bug nothing
 * but under which name it stands in the log.
 *
 * @param error - What was thrown.
 * @param onBug - Told of what should not have happened.
 * @returns The answer.
 */
export function refusalOf(error: unknown, onBug: OnBug): Refused {
  if (error instanceof Refusal) return error;
  const known = knownRefusal(error) ?? malformedRefusal(error);
  if (known !== null) return known;
  const instance = `urn:uuid:${randomUUID()}`;
  onBug(error, instance);
  if (!(error instanceof StateError)) return { headers: {}, problem: { ...BUG, instance } };
  // What stands in it may name files of this machine.
  const text = "The state of the project cannot be read or written now.";
  const { headers, problem } = new Refusal(503, error.code, text);
  return { headers, problem: { ...problem, instance } };
}

const BUG = {
  type: "urn:clockwork:problem:internal",
  title: "It failed",
  status: 500,
  code: "internal",
  hint: "The log tells more, under the same instance.",
} as const;

function knownRefusal(error: unknown): Refusal | null {
  if (error instanceof ConfigurationError) return refusalOfConfiguration(error);
  if (error instanceof LockHeldError || error instanceof StateConflictError) {
    return new Refusal(409, error.code, error.message);
  }
  if (error instanceof StateError || !(error instanceof DeployError)) return null;
  const { code, message, hint } = error;
  const status = code === "path-forbidden" ? 403 : 409;
  return new Refusal(status, code, message, hint === null ? {} : { hint });
}

function refusalOfConfiguration({ code, diagnostics }: ConfigurationError): Refusal {
  const [first, second] = diagnostics;
  const text = second === undefined && first !== undefined ? first.message : "It has problems.";
  const errors = diagnostics.slice(0, LIMIT_ERRORS).map((diagnostic) => ({
    property: placeOf(diagnostic),
    message: diagnostic.message,
  }));
  return new Refusal(422, code, text, { errors });
}

// Where the file lies is nobody's business.
function placeOf({ file, line, property }: Diagnostic): string {
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  return [name, line, property].filter((part) => part !== null && part !== "").join(":");
}
