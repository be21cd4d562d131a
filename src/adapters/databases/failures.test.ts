import { expect, it } from "vitest";
import { DatabaseError, ObservationError } from "../../model/errors.ts";
import { loadDriver, noAnswer, redactor, serverSaid } from "./failures.ts";

it("serverSaid() leaves the password out, and stays within a line", () => {
  const error = serverSaid("refused", `no\n\u001B[2Jhunter22 for hunter22`, redactor("hunter22"));
  expect(error.message).toBe("no \uFFFD[2J*** for ***");
  expect(serverSaid("query", "x".repeat(10_000), redactor(null)).message).toHaveLength(500);
  expect(serverSaid("query", " ", redactor(null)).message).toBe("no reason given");
});

it("noAnswer() tells the failure of our own machine from that of the server", () => {
  const of = (code: string): Error => Object.assign(new Error(code), { code });
  expect(noAnswer(of("ECONNREFUSED"), "a:1")).toBeInstanceOf(DatabaseError);
  expect(noAnswer(of("EMFILE"), "a:1")).toBeInstanceOf(ObservationError);
});

it("loadDriver() says what to install", async () => {
  const missing = loadDriver("pg", () => Promise.reject(new Error("ERR_MODULE_NOT_FOUND")));
  await expect(missing).rejects.toThrow("npm install pg");
  await expect(missing).rejects.toBeInstanceOf(ObservationError);
});
