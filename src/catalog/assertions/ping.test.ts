import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import type { CommandOutcome, Commands } from "../../ports/commands.ts";
import type { World } from "../../ports/world.ts";
import { PingAssert } from "./ping.ts";

const { kind } = PingAssert;
const host = "192.0.2.1";

function printing(
  parts: Partial<CommandOutcome> | Error,
  asked: unknown[] = [],
): Pick<World, "commands"> {
  const commands: Commands = {
    run: (command, { env, limitBytes }) => {
      asked.push({ command, env, limitBytes });
      if (parts instanceof Error) return Promise.reject(parts);
      const rest = { exitCode: 0, exitSignal: null, stdout: "", stderr: "", isTruncated: false };
      return Promise.resolve({ ...rest, ...parts });
    },
  };
  return { commands: () => Promise.resolve(commands) };
}

function statistics(sent: number, received: number, meanMs = "12.5"): string {
  const times = received === 0 ? "" : `rtt min/avg/max/mdev = 1/${meanMs}/20/0.1 ms\n`;
  return `${String(sent)} packets transmitted, ${String(received)} received, time 0ms\n${times}`;
}

it("PingAssert passes when all packets come back", async () => {
  const world = printing({ stdout: statistics(1, 1) });
  expect(await probe(kind, { host }, { world })).toEqual({
    verdict: "pass",
    expected: "no loss",
    actual: "1 of 1 answered, 12.5 ms",
    metrics: { lossPercent: 0, responseTimeMs: 12.5 },
  });
});

it.each<[object, string, ...string[]]>([
  [{ count: 4 }, statistics(4, 3), "fail", "no loss", "3 of 4 answered, 12.5 ms"],
  [{ count: 4, maxLossPercent: 25 }, statistics(4, 3), "pass", "at most 25 % loss", "3 of 4"],
  [{ count: 4, maxLossPercent: 24 }, statistics(4, 3), "fail", "at most 24 % loss", "3 of 4"],
  [{ maxMs: 12.5 }, statistics(1, 1), "pass", "no loss, at most 12.5 ms", "12.5 ms"],
  [{ maxMs: 12.4 }, statistics(1, 1), "fail", "no loss, at most 12.4 ms", "12.5 ms"],
  [{}, statistics(1, 0), "fail", "no loss", "0 of 1 answered"],
  [{ maxLossPercent: 100 }, statistics(1, 0), "pass", "at most 100 % loss", "0 of 1 answered"],
  [{ maxLossPercent: 100, maxMs: 5 }, statistics(1, 0), "fail", "at most 5 ms", "0 of 1 answered"],
])("PingAssert with %j judges %j as %s", async (options, stdout, ...said) => {
  const world = printing({ stdout, exitCode: 1 });
  const { verdict, expected, actual } = await probe(kind, { host, ...options }, { world });
  expect([verdict, expected, actual]).toEqual(
    said.map((part) => expect.stringContaining(part) as string),
  );
});

it("PingAssert runs the system's ping in English, without a shell", async () => {
  const asked: unknown[] = [];
  const world = printing({ stdout: statistics(1, 1) }, asked);
  await probe(kind, { host }, { world });
  await probe(kind, { host: "fe80::1%eth0", count: 3 }, { world });
  const rest = { env: { LC_ALL: "C" }, limitBytes: 16_384 };
  expect(asked).toEqual([
    { command: ["ping", "-n", "-c", "1", host], ...rest },
    { command: ["ping", "-n", "-c", "3", "-i", "0.2", "fe80::1%eth0"], ...rest },
  ]);
});

it.each([
  ["ping: gone.example: Name or service not known\n"],
  ["ping: connect: Network is unreachable"],
])("PingAssert fails when ping says %j", async (stderr) => {
  const judgement = await probe(kind, { host }, { world: printing({ exitCode: 2, stderr }) });
  expect(judgement).toEqual({ verdict: "fail", expected: "no loss", actual: stderr.trim() });
});

it.each([
  ["", "ping: socket: Operation not permitted", "ping may not be used here: ping: socket"],
  ["", "ping: permission denied (are you root?)", "ping may not be used here"],
  [statistics(1, 0), "ping: sendmsg: Operation not permitted", "ping may not be used here"],
  ["", "ping: a: Temporary failure in name resolution", "Temporary failure in name resolution"],
  ["", "ping: unrecognized option: n", "ping did not work: ping: unrecognized option: n"],
  ["", "", "ping said nothing"],
  ["0 packets transmitted, 0 received", "", "ping said nothing"],
])("PingAssert cannot say anything when ping prints %j and %j", async (stdout, stderr, message) => {
  const looking = probe(kind, { host }, { world: printing({ exitCode: 2, stdout, stderr }) });
  await expect(looking).rejects.toBeInstanceOf(ObservationError);
  await expect(looking).rejects.toThrow(message);
});

it("PingAssert cannot say anything where there is no ping", async () => {
  const error = new ObservationError("cannot run ping: no such program is in PATH");
  await expect(probe(kind, { host }, { world: printing(error) })).rejects.toBe(error);
});

it.each([
  ["host", "-f"],
  ["host", "--help"],
  ["host", ""],
  ["host", "a b"],
  ["host", "a;reboot"],
  ["host", "a".repeat(254)],
  ["count", 0],
  ["count", 21],
  ["maxMs", 0],
  ["maxLossPercent", 101],
])("PingAssert does not take as %s %j", (name, value) => {
  const { problems } = readOptions(kind.fields, { host, [name]: value });
  expect(problems.map(({ property }) => property)).toEqual([name]);
});

it.each([
  [{}, "192.0.2.1 answers ping"],
  [{ maxMs: 50 }, "192.0.2.1 answers ping within 50 ms"],
  [{ count: 5, maxLossPercent: 20 }, "192.0.2.1 answers ping, at most 20 % loss"],
])("PingAssert says of %j what it claims", (options, claim) => {
  const parameters = bind(kind, { host, ...options });
  expect([kind.claim(parameters), kind.subject(parameters)]).toEqual([claim, host]);
});

it("PingAssert judges its samples as they say", () => {
  for (const { expected, judgement } of kind.samples()) expect(judgement.verdict).toBe(expected);
});
