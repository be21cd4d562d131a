import { DatabaseError, ObservationError, type DatabaseFailure } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";
import { redactor as redactorOf, type Redact } from "../../model/redactor.ts";
import { singleLine, truncate } from "../../model/text.ts";
import { describeFailure } from "../network/failure.ts";

/** How much of a server's own words gets into a message, in columns. */
const MESSAGE_COLUMNS = 500;
/** How much of them is looked at, in UTF-16 code units. */
const MESSAGE_LIMIT = 4_096;

export type { Redact };

/**
 * Makes what takes a password out of a text: a server may repeat what it was sent.
 *
 * @param password - The secret, or null when there is none.
 * @returns A function that hides each occurrence.
 */
export function redactor(password: string | null): Redact {
  return redactorOf(password === null ? [] : [password]);
}

/**
 * Makes an error out of what a server said. The driver's error is not kept as its cause: drivers keep the query, the
 * parameters and the options of the connection in it.
 *
 * @param failure - Which step failed.
 * @param words - The server's own words.
 * @param redact - Takes the password out of them.
 * @returns An error whose message is one line.
 */
export function serverSaid(failure: DatabaseFailure, words: string, redact: Redact): DatabaseError {
  const said = singleLine(redact(redact(words).slice(0, MESSAGE_LIMIT)));
  return new DatabaseError(
    failure,
    said === "" ? "no reason given" : truncate(said, MESSAGE_COLUMNS),
  );
}

/**
 * Turns what Node threw while connecting or reading into an error that says whose failure it is.
 *
 * @param error - What Node threw.
 * @param peer - Whom we talked to, such as `127.0.0.1:5432`.
 * @returns A {@link DatabaseError}, or an {@link ObservationError} when our own machine failed.
 */
export function noAnswer(error: unknown, peer: string): Error {
  const failure = describeFailure(error, peer);
  return failure.blame === "ourselves"
    ? new ObservationError(failure.message)
    : new DatabaseError("unreachable", failure.message);
}

/**
 * Loads a driver that is not part of the package.
 *
 * @param name - The package to install.
 * @param load - Imports it.
 * @returns The driver.
 * @throws {@link ObservationError} When it is not installed.
 */
export async function loadDriver<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const reason = `the package ${name} could not be loaded: install it with \`npm install ${name}\``;
    throw new ObservationError(reason, { cause: error });
  }
}

/**
 * Reads the code that Node, or a driver, gives an error.
 *
 * @param error - Anything.
 * @returns Such as `ECONNRESET`, or empty.
 */
export function codeOf(error: unknown): string {
  const code = isRecord(error) ? error["code"] : undefined;
  return typeof code === "string" ? code : "";
}
