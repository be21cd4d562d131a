import { DeployError } from "../../model/deploy-errors.ts";
import { ObservationError } from "../../model/errors.ts";
import type { ConfigurationChanges } from "../../ports/supervisor-control.ts";
import { SupervisorFaultError } from "./client.ts";

/** Messages that repeat a value, which may hold a secret; where it stands may follow. */
const TELLING = /key\/value pairs|Format string/u;
const PLACE = /in section .*$/su;

const HINTS: ReadonlyMap<string, string> = new Map([
  ["NO_FILE", "write the whole path of the program, or PATH among its envVars"],
  ["NOT_EXECUTABLE", "make it executable for the user that supervisord runs it as"],
  ["CANT_REREAD", "mend that file, or take it away"],
]);

/**
 * Tells whether supervisord refused something for a certain reason.
 *
 * @param error - What was thrown.
 * @param name - Its name for that, such as `BAD_NAME`.
 * @returns True when it did.
 */
export function isFault(error: unknown, name: string): error is SupervisorFaultError {
  return error instanceof SupervisorFaultError && error.faultName === name;
}

/**
 * Takes some refusals for an answer.
 *
 * @param answer - Of a call.
 * @param names - Of the faults.
 * @returns The name of the fault; null when there was none.
 * @throws Whatever else the call throws.
 */
export async function unlessFault(
  answer: Promise<unknown>,
  names: readonly string[],
): Promise<string | null> {
  try {
    await answer;
    return null;
  } catch (error) {
    if (error instanceof SupervisorFaultError && names.includes(error.faultName)) {
      return error.faultName;
    }
    throw error;
  }
}

/**
 * Says why supervisord would not do something.
 *
 * @param error - What it answered.
 * @param action - What it should have done.
 * @returns The error to throw; without any value that stands in its configuration.
 */
export function describeFault(error: SupervisorFaultError, action: string): DeployError {
  const text = error.message.replace(/^.*?: (?:[A-Z_]+: )?/su, "").replace(/ \(\d+\)$/u, "");
  const reason = TELLING.test(text)
    ? `a value of it is malformed ${PLACE.exec(text)?.[0] ?? ""}`.trim()
    : text;
  return new DeployError(`supervisord cannot ${action}: ${reason}`, {
    hint: HINTS.get(error.faultName) ?? null,
  });
}

/**
 * Reads what `supervisor.reloadConfig` gives.
 *
 * @param answer - Anything.
 * @returns Names of groups.
 * @throws {@link ObservationError} When it is not what supervisord says.
 */
export function changesOf(answer: unknown): ConfigurationChanges {
  const [lists] = listOf(answer);
  const [added, changed, removed] = listOf(lists).map((names) =>
    listOf(names).filter((name) => typeof name === "string"),
  );
  if (added === undefined || changed === undefined || removed === undefined) throw malformed();
  return { added, changed, removed };
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed();
}

function malformed(): ObservationError {
  return new ObservationError("supervisord did not tell what its configuration changes");
}
