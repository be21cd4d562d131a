import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { SupervisorProgramResource } from "./supervisor-program.ts";

const { kind } = SupervisorProgramResource;

it("SupervisorProgramResource is a program of its own name, which must be RUNNING", async () => {
  const { target, claims } = await declare(kind, {}, "mailer");
  expect(target.program).toBe("mailer");
  expect(claims).toEqual(["supervisor program mailer is RUNNING"]);
  expect(kind.checkIntervalSeconds).toBe(10);
});

it("SupervisorProgramResource asks the supervisord that it names", async () => {
  const options = {
    program: "workers:mailer",
    serverUrl: "unix:///run/supervisor.sock",
    username: "clockwork",
    password: { secretEnv: "SUPERVISOR_PASSWORD" },
  };
  const { target, parameters } = await declare(kind, options);
  expect(target.program).toBe("workers:mailer");
  const { serverUrl, username, password } = options;
  expect(kind.builtIn(parameters, "thing")).toEqual([
    { kind: "supervisor-program", parameters: { serverUrl, username, password } },
  ]);
});

it("SupervisorProgramResource refuses a user without a password", async () => {
  await expect(declare(kind, { username: "clockwork" })).rejects.toThrow(
    "needs username and password, or neither of them",
  );
  await expect(declare(kind, { password: "s3cret" })).rejects.toThrow("never the secret itself");
});
