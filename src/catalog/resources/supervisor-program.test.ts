import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import type { JsonObject } from "../../model/json.ts";
import { readOptions } from "../../model/options.ts";
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

it("SupervisorProgramResource is made when it has a command, and takes its name of its supervisord", () => {
  const { lifecycle } = kind;
  const read = (options: object): JsonObject => readOptions(kind.fields, options).values ?? {};
  expect(lifecycle?.isManaged(read({}))).toBe(false);
  expect(lifecycle?.isManaged(read({ command: ["sleep", "1"] }))).toBe(true);
  expect(lifecycle?.claims(read({}), "web", "/srv")).toEqual(["program:default:web"]);
  const elsewhere = read({ program: "mailer", serverUrl: "unix:///run/s.sock" });
  expect(lifecycle?.claims(elsewhere, "web", "/srv")).toEqual([
    "program:unix:///run/s.sock:mailer",
  ]);
});

it.each([
  [{ program: "workers:mailer" }, "program must be a plain name where there is a command"],
  [{ command: ["a\nb"] }, "command must hold no line break"],
  [{ envVars: { A: `"a"` } }, "envVars.A must not begin or end with a quote"],
  [{ envVars: { "A B": "" } }, "envVars.A B must have a name of letters"],
])("SupervisorProgramResource refuses %j, which cannot be written", async (options, message) => {
  await expect(declare(kind, { command: ["sleep"], ...options })).rejects.toThrow(message);
});
