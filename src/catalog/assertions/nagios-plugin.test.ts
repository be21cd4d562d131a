import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { secret } from "../../model/secret.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { Secrets } from "../../ports/secrets.ts";
import type { World } from "../../ports/world.ts";
import { NagiosPluginAssert } from "./nagios-plugin.ts";

const { kind } = NagiosPluginAssert;

const OPTIONS = { command: ["check_it"] };

function saying(parts: Partial<CommandOutcome>): Pick<World, "commands" | "secrets"> {
  const outcome = { exitCode: 0, exitSignal: null, stdout: "", stderr: "", isTruncated: false };
  const secrets: Secrets = {
    resolve: () => Promise.resolve("hunter2"),
    hasVariable: () => false,
  };
  return {
    commands: () => Promise.resolve({ run: () => Promise.resolve({ ...outcome, ...parts }) }),
    secrets,
  };
}

it("NagiosPluginAssert passes for OK, with text, long text and figures", async () => {
  const stdout = "DISK OK - free | /=3MB;5;9 time=0.5s\n/ 3 MB\n/srv 4 MB | /srv=4MB\n";
  expect(await probe(kind, OPTIONS, { world: saying({ stdout }) })).toEqual({
    verdict: "pass",
    expected: "OK",
    actual: "DISK OK - free",
    details: "/ 3 MB\n/srv 4 MB",
    metrics: { "/MB": 3, timeSeconds: 0.5, "/srvMB": 4 },
  });
});

it("NagiosPluginAssert makes a WARNING a failure that only warns", async () => {
  const world = saying({ exitCode: 1, stdout: "LOAD WARNING - 6.1\n" });
  expect(await probe(kind, OPTIONS, { world })).toEqual({
    verdict: "fail",
    expected: "OK",
    actual: "LOAD WARNING - 6.1",
    severity: "warn",
  });
});

it("NagiosPluginAssert makes CRITICAL a failure of the declared severity", async () => {
  const world = saying({ exitCode: 2, stdout: "connection refused\n" });
  expect(await probe(kind, OPTIONS, { world })).toEqual({
    verdict: "fail",
    expected: "OK",
    actual: "CRITICAL: connection refused",
  });
});

it("NagiosPluginAssert makes UNKNOWN an error", async () => {
  const world = saying({ exitCode: 3, stdout: "HTTP UNKNOWN - bad argument\n" });
  expect(await probe(kind, OPTIONS, { world })).toMatchObject({
    verdict: "error",
    actual: "HTTP UNKNOWN - bad argument",
  });
});

it.each([
  [{ exitCode: 127 }, "exit code 127, which no plugin means"],
  [{ exitCode: 255, stderr: "Traceback" }, "exit code 255, which no plugin means: Traceback"],
  [{ exitCode: null, exitSignal: "SIGSEGV" }, "ended by SIGSEGV, which no plugin means"],
])("NagiosPluginAssert makes any other end an error: %j", async (parts, actual) => {
  expect(await probe(kind, OPTIONS, { world: saying(parts) })).toMatchObject({
    verdict: "error",
    actual,
  });
});

it("NagiosPluginAssert says the state when the plugin says nothing", async () => {
  const world = saying({ exitCode: 2 });
  expect(await probe(kind, OPTIONS, { world })).toMatchObject({ actual: "CRITICAL" });
});

it("NagiosPluginAssert takes part of a word for no state", async () => {
  const world = saying({ stdout: "BOOKS: 3\n" });
  expect(await probe(kind, OPTIONS, { world })).toMatchObject({ actual: "OK: BOOKS: 3" });
});

it("NagiosPluginAssert hides secrets in what the plugin says", async () => {
  const world = saying({ exitCode: 2, stdout: "CRITICAL - me:hunter2 refused\n" });
  const options = { ...OPTIONS, env: { PASSWORD: secret.env("X") } };
  const judgement = await probe(kind, options, { world });
  expect(judgement.actual).toBe("CRITICAL - me:*** refused");
});

it("NagiosPluginAssert cannot say anything when the plugin cannot be started", async () => {
  const error = new ObservationError("no such program");
  const commands = { run: () => Promise.reject(error) };
  const world = { ...saying({}), commands: () => Promise.resolve(commands) };
  await expect(probe(kind, OPTIONS, { world })).rejects.toBe(error);
});

it("NagiosPluginAssert gives a plugin longer than it gives itself, then fails", () => {
  expect(kind.timeoutSeconds).toBeGreaterThan(10);
  expect(kind.blameForTimeout).toBe("target");
  expect(kind.claim(bind(kind, OPTIONS))).toBe("check_it says OK");
});

it("NagiosPluginAssert measures what was printed, and shows no secret", async () => {
  const stdout = "OK - hunter2|time=hunter2 'of hunter2'=3s\nlong hunter2\n";
  const options = { ...OPTIONS, env: { DB_PASSWORD: secret.env("DB_PASSWORD") } };
  const judgement = await probe(kind, options, { world: saying({ stdout }) });
  expect(judgement).toMatchObject({ actual: "OK - ***", details: "long ***" });
  expect(judgement.metrics).toEqual({ "of ***Seconds": 3 });
});

it("NagiosPluginAssert does not take a figure for the secret that is part of it", async () => {
  const secrets: Secrets = { resolve: () => Promise.resolve("4711"), hasVariable: () => false };
  const world = { ...saying({ stdout: "OK - 4711 of 47110|size=47110B\n" }), secrets };
  const options = { ...OPTIONS, env: { PIN: secret.env("PIN") } };
  expect(await probe(kind, options, { world })).toMatchObject({
    actual: "OK - *** of ***0",
    metrics: { sizeBytes: 47_110 },
  });
});
