import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import { secret } from "../../model/secret.ts";
import type { CommandOutcome, RunOptions } from "../../ports/commands.ts";
import type { Secrets } from "../../ports/secrets.ts";
import type { World } from "../../ports/world.ts";
import { CommandAssert } from "./command.ts";

const { kind } = CommandAssert;

interface Call {
  readonly command: readonly string[];
  readonly options: RunOptions;
}

function ending(
  parts: Partial<CommandOutcome>,
  calls: Call[] = [],
): Pick<World, "commands" | "secrets"> {
  const outcome = { exitCode: 0, exitSignal: null, stdout: "", stderr: "", isTruncated: false };
  const secrets: Secrets = {
    resolve: () => Promise.resolve("hunter2"),
    hasVariable: () => false,
  };
  return {
    commands: () =>
      Promise.resolve({
        run: (command, options) => {
          calls.push({ command, options });
          return Promise.resolve({ ...outcome, ...parts });
        },
      }),
    secrets,
  };
}

it("CommandAssert passes for exit code 0", async () => {
  const judgement = await probe(kind, { command: ["true"] }, { world: ending({}) });
  expect(judgement).toEqual({ verdict: "pass", expected: "exit code 0", actual: "exit code 0" });
});

it("CommandAssert fails for another exit code, with the end of what was printed", async () => {
  const world = ending({ exitCode: 2, stdout: "checking\n", stderr: "no such table\n" });
  expect(await probe(kind, { command: ["check"] }, { world })).toEqual({
    verdict: "fail",
    expected: "exit code 0",
    actual: "exit code 2",
    details: "stderr:\nno such table\nstdout:\nchecking",
  });
});

it.each([
  [3, 3, "pass"],
  [[0, 2], 2, "pass"],
  [[0, 2], 1, "fail"],
  [0, null, "fail"],
])("CommandAssert expecting %j takes exit code %j for a %s", async (wanted, exitCode, verdict) => {
  const world = ending({ exitCode, exitSignal: exitCode === null ? "SIGKILL" : null });
  const options = { command: ["x"], expectedReturnCode: wanted };
  expect(await probe(kind, options, { world })).toMatchObject({ verdict });
});

it("CommandAssert fails for a command that a signal ended", async () => {
  const world = ending({ exitCode: null, exitSignal: "SIGSEGV" });
  const judgement = await probe(kind, { command: ["x"], expectedReturnCode: [0, 1] }, { world });
  expect(judgement).toMatchObject({
    expected: "exit code 0 or 1",
    actual: "ended by SIGSEGV",
  });
});

it.each([
  [{ stdoutContains: "ready" }, 'stdout with "ready"', 'stdout "starting up"'],
  [{ stdoutMatches: /^ready$/m }, "stdout matching /^ready$/m", 'stdout "starting up"'],
  [{ stderrMatches: "ready" }, "stderr matching /ready/", "nothing on stderr"],
])("CommandAssert fails when %j does not hold", async (options, expected, actual) => {
  const world = ending({ stdout: "starting\nup\n" });
  const judgement = await probe(kind, { command: ["x"], ...options }, { world });
  expect(judgement).toMatchObject({ verdict: "fail", expected, actual });
});

it("CommandAssert passes when everything holds of its outputs", async () => {
  const world = ending({ stdout: "ready\nok\n", stderr: "warning\n" });
  const options = {
    command: ["x"],
    stdoutContains: "rea",
    stdoutMatches: /^ok$/m,
    stderrMatches: "warn",
  };
  expect(await probe(kind, options, { world })).toMatchObject({ verdict: "pass" });
});

it("CommandAssert cannot exclude what stands in the output that was cut", async () => {
  const world = ending({ stdout: "starting", isTruncated: true });
  const options = { command: ["x"], stdoutContains: "ready" };
  const judgement = await probe(kind, options, { world });
  expect(judgement).toMatchObject({ verdict: "error", expected: 'stdout with "ready"' });
  const found = await probe(kind, { command: ["x"], stdoutContains: "start" }, { world });
  expect(found.verdict).toBe("pass");
  const code = await probe(kind, { command: ["x"], expectedReturnCode: 1 }, { world });
  expect(code.verdict).toBe("fail");
});

it("CommandAssert passes on environment, folder and input, and nothing that was not given", async () => {
  const calls: Call[] = [];
  const { signal } = new AbortController();
  const world = ending({}, calls);
  const options = { command: ["a", "b c"], env: { MODE: "x" }, cwd: "sub", input: "in" };
  await probe(kind, options, { world, signal });
  await probe(kind, { command: ["a"] }, { world, signal });
  const limitBytes = 1_048_576;
  expect(calls).toEqual([
    {
      command: ["a", "b c"],
      options: { signal, limitBytes, env: { MODE: "x" }, cwd: "sub", input: "in" },
    },
    { command: ["a"], options: { signal, limitBytes, env: {} } },
  ]);
});

it("CommandAssert gives a secret to the command and to nobody else", async () => {
  const calls: Call[] = [];
  const world = ending({ exitCode: 1, stderr: "login as me:hunter2 failed" }, calls);
  const options = { command: ["x"], env: { PASSWORD: secret.env("DB_PASSWORD") } };
  const judgement = await probe(kind, options, { world });
  expect(calls[0]?.options.env).toEqual({ PASSWORD: "hunter2" });
  expect(judgement.details).toBe("stderr:\nlogin as me:*** failed");
});

it.each([
  [{ stdoutMatches: /^hunter2$/mu }, "pass"],
  [{ stdoutContains: "hunter2" }, "pass"],
  [{ stderrMatches: /^(?!.*hunter2)/u }, "fail"],
])("CommandAssert judges by %j what was printed, and shows no secret", async (claim, verdict) => {
  const world = ending({ stdout: "is\nhunter2\n", stderr: `${"x".repeat(70)} as hunter2` });
  const options = { command: ["x"], env: { MODE: secret.env("MODE") }, ...claim };
  const judgement = await probe(kind, options, { world });
  expect(judgement.verdict).toBe(verdict);
  expect(`${judgement.actual}${judgement.details ?? ""}`).not.toContain("hunter");
});

it.each([/^up$/u, /^(?!.*panic)/u, /up/u])(
  "CommandAssert cannot say whether %s matches an output that was cut",
  async (wanted) => {
    const world = ending({ stdout: "up", isTruncated: true });
    const options = { command: ["x"], stdoutMatches: wanted };
    expect(await probe(kind, options, { world })).toMatchObject({ verdict: "error" });
    const code = { ...options, expectedReturnCode: 1 };
    expect(await probe(kind, code, { world })).toMatchObject({ verdict: "fail" });
  },
);

it("CommandAssert takes no password as text", () => {
  const options = { command: ["x"], env: { DB_PASSWORD: "hunter2plain" } };
  const { problems } = readOptions(kind.fields, options);
  expect(problems).toHaveLength(1);
  expect(JSON.stringify(problems)).not.toContain("hunter2plain");
});

it("CommandAssert cannot say anything when the command cannot be started", async () => {
  const error = new ObservationError("no such program");
  const commands = { run: () => Promise.reject(error) };
  const world = { ...ending({}), commands: () => Promise.resolve(commands) };
  await expect(probe(kind, { command: ["nope"] }, { world })).rejects.toBe(error);
});

it("CommandAssert fails when the command does not come to an end", () => {
  expect(kind.blameForTimeout).toBe("target");
});

it.each([
  ["command", { command: "ls -l" }],
  ["command", { command: [] }],
  ["expectedReturnCode", { command: ["x"], expectedReturnCode: 256 }],
  ["expectedReturnCode", { command: ["x"], expectedReturnCode: [] }],
  ["env", { command: ["x"], env: { A: 1 } }],
])("CommandAssert refuses a wrong %s: %j", (name, options) => {
  const { problems } = readOptions(kind.fields, options);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.property.startsWith(name)).toBe(true);
});

it("CommandAssert says what it claims, without passwords", () => {
  const options = { command: ["mysql", "--password=hunter2"], stdoutContains: "up" };
  const parameters = bind(kind, options);
  expect(kind.claim(parameters)).toBe('mysql --password=*** gives exit code 0, stdout with "up"');
  expect(kind.subject(parameters)).toBe("mysql --password=***");
});
