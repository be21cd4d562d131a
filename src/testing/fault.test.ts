import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../model/diagnostic.ts";
import { parseFault } from "./fault.ts";

const NAMES = ["nginx-web", "disk", "db"];
const MINUTE_MS = 60_000;

function problemOf(text: string): string {
  try {
    parseFault(text, NAMES);
    return "none";
  } catch (error) {
    return error instanceof ConfigurationError ? error.message : `no such error: ${String(error)}`;
  }
}

describe("parseFault()", () => {
  it.each([
    ["nginx-web dies at 10m", { kind: "dies", resource: "nginx-web", atMs: 10 * MINUTE_MS }],
    ["db is slow at 90 for 5m", { kind: "slow", atMs: 90_000, forMs: 5 * MINUTE_MS }],
    ["db answers 500 at 0", { kind: "answers-500", atMs: 0, forMs: null }],
    [
      "  disk   drifts  at 1h30m ",
      { kind: "drifts", resource: "disk", text: "disk drifts at 1h30m" },
    ],
    ["disk full at 1m for 1m", { kind: "disk", resource: null, forMs: MINUTE_MS }],
    ["engine is unreachable at 1m", { kind: "engine", resource: null }],
    ["dns fails at 2s for 500ms", { kind: "dns", atMs: 2_000, forMs: 500 }],
    ["clock jumps +2h at 1m", { kind: "clock", byMs: 120 * MINUTE_MS }],
    ["clock jumps -30s at 1m", { kind: "clock", byMs: -30_000 }],
    ["clockwork is killed at 1m", { kind: "killed", resource: null }],
  ])("reads %s", (text, fault) => {
    expect(parseFault(text, NAMES)).toMatchObject(fault);
  });

  it.each([
    ["", "must be WHAT at TIME"],
    ["nginx-web dies", "must be WHAT at TIME"],
    ["nginx-web dies at noon", "90s, 10m, 1h30m"],
    ["nginx-web dies at 10m for ever", "90s, 10m, 1h30m"],
    ["ngnix-web dies at 10m", "did you mean nginx-web?"],
    ["other dies at 10m", "there are nginx-web, disk, db"],
    ["nginx-web died at 10m", 'did you mean "dies"?'],
    ["nginx-web explodes into pieces at 10m", "RESOURCE dies | hangs"],
    ["nginx-web drifts at 10m for 5m", 'takes no "for"'],
    ["clock jumps 2h at 10m", "+DURATION or -DURATION"],
    ["clock jumps +2h at 10m for 5m", 'takes no "for"'],
    ["x".repeat(400), "at most 300 characters"],
  ])("says what is wrong with %j", (text, words) => {
    expect(problemOf(text)).toContain(words);
  });

  it("reads anything, or says what is wrong with it", () => {
    const word = fc.constantFrom(
      ...NAMES,
      ..."dies hangs is slow answers 500 at for 10m -1 +2h clock jumps engine disk full dns".split(
        " ",
      ),
    );
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.oneof(word, fc.string({ maxLength: 4 }))).map((words) => words.join(" ")),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          const { atMs, forMs, byMs } = parseFault(text, NAMES);
          expect(atMs).toBeGreaterThanOrEqual(0);
          expect(forMs ?? 0).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(atMs + byMs)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
