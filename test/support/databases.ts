import { connect as connectTcp, type Socket } from "node:net";
import { inspect } from "node:util";
import { expect } from "vitest";
import { databases } from "../../src/adapters/databases/databases.ts";
import { ObservationError } from "../../src/model/errors.ts";
import type { DatabaseAddress, DatabaseSession } from "../../src/ports/databases.ts";
import type { DatabaseServer } from "./database.ts";

/** A password that opens nothing, and must not be seen anywhere. */
export const WRONG_PASSWORD = "canary-7d10";

/** The adapter, with secrets that are named as what they hold. */
export const { connect } = databases({
  secrets: {
    hasVariable: () => false,
    resolve: (reference) =>
      "secretEnv" in reference
        ? Promise.resolve(reference.secretEnv)
        : Promise.reject(new ObservationError("no such secret")),
  },
});

/** For those who have time. */
export const never: AbortSignal = new AbortController().signal;

/** Tells where a server is. */
export function address(
  engine: "postgresql" | "mysql",
  { host, port, user, password, database }: DatabaseServer,
  other: Partial<DatabaseAddress> = {},
): DatabaseAddress {
  const secret = { secretEnv: password };
  return { engine, host, port, user, password: secret, database, tls: "off", ...other };
}

/** Gives what something failed with, which holds no password. */
export async function failureOf(asked: Promise<unknown>): Promise<unknown> {
  const error: unknown = await asked.then(
    () => new Error("nothing failed"),
    (reason: unknown) => reason,
  );
  const all = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
  expect(all).not.toContain(WRONG_PASSWORD);
  return error;
}

/** Asks each question, and gives the server's words where it refuses. */
export async function refusals(
  session: DatabaseSession,
  queries: readonly string[],
): Promise<string[]> {
  const messages: string[] = [];
  for (const query of queries) {
    const failure = await failureOf(session.query(query));
    expect(failure, query).toMatchObject({ name: "DatabaseError", failure: "query" });
    messages.push((failure as Error).message);
  }
  return messages;
}

/** Asks what takes for ever, and gives up once the server works on it. */
export async function expectCutOff(
  where: DatabaseAddress,
  query: string,
  isRunning: () => Promise<boolean>,
): Promise<void> {
  const controller = new AbortController();
  await using session = await connect(where, controller.signal);
  const asked = failureOf(session.query(query));
  await expect.poll(isRunning).toBe(true);
  const reason = new Error("enough");
  controller.abort(reason);
  expect(await asked).toBe(reason);
  expect(await failureOf(session.query("SELECT 1"))).toBe(reason);
}

/** Tries all that a server refuses at the door. */
export async function expectRefusals(
  where: DatabaseAddress,
  words: { readonly password: string; readonly database: string },
): Promise<void> {
  const password = { secretEnv: WRONG_PASSWORD };
  expect(await failureOf(connect({ ...where, password }, never))).toMatchObject({
    ...{ failure: "refused", message: expect.stringContaining(words.password) as string },
  });
  expect(await failureOf(connect({ ...where, password: null }, never))).toMatchObject({
    failure: "refused",
  });
  expect(await failureOf(connect({ ...where, database: "nowhere" }, never))).toMatchObject({
    ...{ failure: "refused", message: expect.stringContaining(words.database) as string },
  });
  expect(await failureOf(connect({ ...where, tls: "require" }, never))).toMatchObject({
    ...{ failure: "unreachable", message: expect.stringContaining("does not offer TLS") as string },
  });
}

/** Passes on what two sockets say to each other. */
export function join(near: Socket, port: number): void {
  const far = connectTcp({ host: "127.0.0.1", port });
  near.on("error", () => far.destroy()).on("close", () => far.destroy());
  far.on("error", () => near.destroy()).on("close", () => near.destroy());
  near.pipe(far).pipe(near);
}
