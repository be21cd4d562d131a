import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import type { CommandOutcome, Commands } from "../../ports/commands.ts";
import { listByPs, parsePs } from "./ps.ts";

const TABLE = `    1     0     0 Ss    21344   0:12.34 Sun Nov 22 07:05:50 2026     launchd
  501     1   502 Z         0 1-02:03:04 Sun Nov  1 17:05:51 2026     Some App (Helper)
  777     1   502 S       100   0:00.00 Sun Nov 22 07:05:50 2026     ended
`;
const LINES = "    1 /sbin/launchd\n  501 /Applications/Some App  --type helper\n";

it("parsePs() reads what is in both lists", () => {
  expect(parsePs(TABLE, LINES)).toEqual([
    {
      pid: 1,
      parentPid: 0,
      name: "launchd",
      command: ["/sbin/launchd"],
      userId: 0,
      isZombie: false,
      startedAt: Date.UTC(2026, 10, 22, 7, 5, 50),
      memoryBytes: 21_344 * 1024,
      cpuMs: 12_340,
    },
    {
      pid: 501,
      parentPid: 1,
      name: "Some App (Helper)",
      command: ["/Applications/Some", "App", "--type", "helper"],
      userId: 502,
      isZombie: true,
      startedAt: Date.UTC(2026, 10, 1, 17, 5, 51),
      memoryBytes: 0,
      cpuMs: ((26 * 60 + 3) * 60 + 4) * 1_000,
    },
  ]);
});

it("parsePs() makes numbers that are numbers out of any text", () => {
  const words = fc.oneof(
    fc.constantFrom("\n", " ", "1", "0:00", "99:99:99", "Sun Nov 22 07:05:50 2026", "Xxx 99", "S"),
    fc.string({ unit: "binary" }),
  );
  const text = fc.array(words, { maxLength: 40 }).map((each) => each.join(" "));
  fc.assert(
    fc.property(text, text, (table, lines) => {
      const found = parsePs(TABLE + table, LINES + lines);
      expect(found.length).toBeGreaterThanOrEqual(2);
      for (const { pid, parentPid, userId, startedAt, memoryBytes, cpuMs } of found) {
        const numbers = [pid, parentPid, userId, startedAt, memoryBytes, cpuMs];
        expect(numbers.every((each) => Number.isSafeInteger(each))).toBe(true);
      }
    }),
  );
});

it.each([
  ["ps failed", { exitCode: 1 }],
  ["ps failed", { exitCode: null, exitSignal: "SIGSEGV" }],
  ["ps printed more than 16 MiB", { isTruncated: true }],
])("listByPs() says that %s", async (reason, change) => {
  const good = { exitCode: 0, exitSignal: null, stdout: "", stderr: "", isTruncated: false };
  const outcome: CommandOutcome = { ...good, ...change };
  const commands: Commands = { run: () => Promise.resolve(outcome) };
  const listing = listByPs(commands, new AbortController().signal);
  await expect(listing).rejects.toThrow(`cannot list the processes: ${reason}`);
  await expect(listing).rejects.toBeInstanceOf(ObservationError);
});
