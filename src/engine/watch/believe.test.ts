import fc from "fast-check";
import { expect, it } from "vitest";
import {
  anyLook,
  anyPolicy,
  down,
  NOW,
  state,
  tried,
  well,
} from "../../../test/support/watch-decisions.ts";
import { failing, look, policy } from "../../../test/support/watch-lab.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import { believe, countAfresh, isInGrace } from "./believe.ts";

/** `p` passes, `w` passes with a warning, `f` fails, `F` conclusively, `e` errs, `s` is skipped. */
function lookOf(letter: string, at = NOW): Look {
  switch (letter) {
    case "p":
      return look({ at });
    case "w":
      return look({ at, isDegraded: true, findings: failing().findings });
    case "f":
    case "F":
      return failing({ at, isConclusive: letter === "F" });
    case "e":
      return failing({ at, verdict: "error", sync: "unknown" });
    default:
      return look({ at, verdict: "skipped", sync: "unknown" });
  }
}

const after = (letters: string, how: WatchPolicy = policy(), from = state()): WatchState =>
  Array.from(letters).reduce((so, letter) => believe(so, lookOf(letter), how), from);

const letters = (most: number, among = "pwfFes"): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...Array.from(among)), { maxLength: most }).map((all) => all.join(""));

/** Whether a failure, the last of what counted, makes it unhealthy: as plainly as it can be said. */
function isDownBy(counted: string, { failureThreshold, window }: WatchPolicy): boolean {
  if (window === null) return counted.endsWith("f".repeat(failureThreshold));
  return counted.slice(-window.of).replaceAll("p", "").length >= window.failures;
}

/** What is believed after a story, thresholds only. */
function naive(story: string, how: WatchPolicy): string {
  const seen = story.replaceAll("s", "");
  let health = "unknown";
  for (let end = 1; end <= seen.length; end += 1) {
    health = naiveStep(health, seen.slice(0, end), how);
  }
  return health;
}

function naiveStep(health: string, past: string, how: WatchPolicy): string {
  const counted = past.replaceAll("e", "").replaceAll("w", "p").toLowerCase();
  if (past.endsWith("e")) return past.endsWith("eee") ? "unknown" : health;
  if (counted.endsWith("f")) {
    return past.endsWith("F") || isDownBy(counted, how) ? "unhealthy" : health;
  }
  const isUp = health !== "unhealthy" || counted.endsWith("p".repeat(how.recoveryThreshold));
  return isUp ? (past.endsWith("w") ? "degraded" : "healthy") : health;
}

it("believe() says what a plain count of every story says, thresholds and windows alike", () => {
  fc.assert(
    fc.property(letters(40), anyPolicy, (story, how) => {
      const plain = { ...how, startupGraceMs: 0 };
      expect(after(story, plain).health).toBe(naive(story, plain));
    }),
    { numRuns: 500 },
  );
});

it("believe() says what a plain count says, for every story of six looks", () => {
  const kinds = Array.from("pwfFes");
  const stories = (length: number): readonly string[] =>
    length === 0 ? [""] : stories(length - 1).flatMap((story) => kinds.map((kind) => story + kind));
  const how = policy({ failureThreshold: 2 });
  const wrong = stories(6).filter((story) => after(story, how).health !== naive(story, how));
  expect(wrong).toEqual([]);
});

it("believe() says what a plain count says, for every window and every story of nine looks", () => {
  const bits = Array.from({ length: 2 ** 9 }, (_, bit) => bit.toString(2).padStart(9, "0"));
  const stories = bits.map((story) => story.replaceAll("0", "p").replaceAll("1", "f"));
  const windows = [1, 2, 3, 5, 8].flatMap((of) =>
    Array.from({ length: of }, (_, index) => ({ failures: index + 1, of })),
  );
  const wrong = windows.filter((window) => {
    const how = policy({ window });
    return stories.some((story) => after(story, how).health !== naive(story, how));
  });
  expect(wrong).toEqual([]);
});

it("believe() takes exactly so many failures in a row", () => {
  for (let failureThreshold = 1; failureThreshold <= 10; failureThreshold += 1) {
    const how = policy({ failureThreshold });
    expect(after(`p${"f".repeat(failureThreshold - 1)}`, how).health).toBe("healthy");
    expect(after(`p${"f".repeat(failureThreshold)}`, how).health).toBe("unhealthy");
    expect(after(`p${"f".repeat(failureThreshold - 1)}pf`, how).health).toBe(
      failureThreshold === 1 ? "unhealthy" : "healthy",
    );
  }
});

it("believe() takes exactly so many passes in a row to recover", () => {
  for (let recoveryThreshold = 1; recoveryThreshold <= 10; recoveryThreshold += 1) {
    const how = policy({ recoveryThreshold });
    expect(after("p".repeat(recoveryThreshold - 1), how, down()).health).toBe("unhealthy");
    expect(after("p".repeat(recoveryThreshold), how, down()).health).toBe("healthy");
  }
});

it("believe() makes nothing unhealthy by errors, warnings and passes, and nothing well but by a pass", () => {
  fc.assert(
    fc.property(
      letters(30),
      fc.constantFrom(...Array.from("pwfFes")),
      anyPolicy,
      (story, last, how) => {
        const before = after(story, how);
        const now = believe(before, lookOf(last), how);
        if (now.health === before.health) return;
        const letters = { unhealthy: "fF", unknown: "e", healthy: "p", degraded: "w" }[now.health];
        expect(letters).toContain(last);
      },
    ),
  );
});

it("believe() lets errors neither count nor reset, unless three in a row make all unknown", () => {
  fc.assert(
    fc.property(letters(20, "pfF"), fc.array(fc.nat({ max: 2 })), anyPolicy, (story, gaps, how) => {
      const withErrors = Array.from(story)
        .map((one, at) => `${"e".repeat(gaps[at] ?? 0)}${one}`)
        .join("");
      const { errors, ...plain } = after(story, how);
      expect(after(withErrors, how)).toEqual({ ...plain, errors });
    }),
  );
});

it("believe() keeps what was seen of drift while nothing can be seen", () => {
  const drifted = believe(well(), look({ at: NOW, sync: "drifted" }), policy());
  expect(after("ee", policy(), drifted).sync).toBe("drifted");
  expect(after("p", policy(), drifted).sync).toBe("in_sync");
});

it("believe() goes on remembering no more than flapping and the window need", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyLook, fc.boolean()), { minLength: 40, maxLength: 120 }),
      anyPolicy,
      (steps, how) => {
        const end = steps.reduce((so, [seen, isActed]) => {
          const next = believe(so, seen, how);
          return isActed ? countAfresh(next) : next;
        }, state());
        expect(end.recent.length).toBeLessThanOrEqual(33);
        expect(end.failures).toBeLessThanOrEqual(how.failureThreshold);
        expect(end.passes).toBeLessThanOrEqual(how.recoveryThreshold);
      },
    ),
  );
});

it("believe() returns the same object where a look says nothing new", () => {
  fc.assert(
    fc.property(letters(20), anyPolicy, (story, how) => {
      const settled = after(`${story}${"p".repeat(60)}`, how);
      expect(believe(settled, lookOf("p", NOW + 60_000), how)).toBe(settled);
      const blind = after(`${story}eee`, how);
      expect(believe(blind, lookOf("e", NOW + 60_000), how)).toBe(blind);
      const any = after(story, how);
      expect(believe(any, lookOf("s"), how)).toBe(any);
    }),
  );
});

it("believe() notices when what did not pass says something else", () => {
  const warned = after("pw");
  const findings = failing().findings.map((finding) => ({ ...finding, actual: "500" }));
  const other = { ...lookOf("w"), findings };
  expect(believe(warned, lookOf("w"), policy())).toBe(warned);
  expect(believe(warned, other, policy()).findings).toEqual(other.findings);
});

it("believe() counts no failure in its grace, unless it is conclusive, and passes count", () => {
  const graced = state({ repair: tried({ graceUntil: NOW + 1_000 }) });
  const how = policy({ startupGraceMs: 60_000 });
  expect(after("ffffff", how, graced)).toMatchObject({ health: "unknown", failures: 0 });
  expect(after("F", how, graced).health).toBe("unhealthy");
  expect(after("p", how, graced).health).toBe("healthy");
  const late = believe(graced, lookOf("f", NOW + 1_000), how);
  expect(late.failures).toBe(1);
});

it("believe() takes passes in a row, also where the failure between them does not count", () => {
  const graced = down({ repair: tried({ graceUntil: NOW + 1_000 }), failures: 0 });
  expect(after("pfp", policy({ startupGraceMs: 60_000 }), graced).health).toBe("unhealthy");
  expect(after("pfpp", policy({ startupGraceMs: 60_000 }), graced).health).toBe("healthy");
});

it("believe() tells since when it is well, and lets drift count only where it is corrected", () => {
  const seen = (sync: Look["sync"], onDrift: WatchPolicy["onDrift"]): number | null =>
    believe(well(), look({ at: NOW, sync }), policy({ onDrift })).healthySince;
  expect(seen("in_sync", "auto_correct")).toBe(NOW - 60_000);
  expect(seen("drifted", "auto_correct")).toBeNull();
  expect(seen("drifted", "alert")).toBe(NOW - 60_000);
  expect(seen("missing", "ignore")).toBe(NOW - 60_000);
  expect(after("fff", policy(), well()).healthySince).toBeNull();
  expect(after("f", policy(), well()).healthySince).toBe(NOW - 60_000);
});

it("believe() has been well since no later than now, when the clock was set back", () => {
  const future = well({ since: NOW + 86_400_000, healthySince: NOW + 86_400_000 });
  expect(believe(future, lookOf("p"), policy()).healthySince).toBe(NOW);
});

it("isInGrace() ends exactly then, and not a year later because the clock was set back", () => {
  const how = policy({ startupGraceMs: 10_000, settleMs: 2_000 });
  const repair = tried({ graceUntil: NOW });
  expect(isInGrace(repair, how, NOW - 1)).toBe(true);
  expect(isInGrace(repair, how, NOW)).toBe(false);
  expect(isInGrace(repair, how, NOW - 10_000)).toBe(true);
  expect(isInGrace(repair, how, NOW - 86_400_000)).toBe(false);
  expect(isInGrace(tried(), how, NOW)).toBe(false);
});

it("countAfresh() lets nothing that was counted before speak for a change", () => {
  fc.assert(
    fc.property(letters(40), letters(12, "pf"), anyPolicy, (story, then, how) => {
      const before = after(story, how);
      const afresh = countAfresh(before);
      expect(afresh).toMatchObject({ health: before.health, failures: 0, passes: 0, errors: 0 });
      expect(countAfresh(afresh)).toEqual(afresh);
      const anew = after(then, how, { ...afresh, health: "healthy" });
      expect(anew.health).toBe(after(then, how, state({ health: "healthy" })).health);
    }),
  );
});

it("countAfresh() forgets nothing of how often it goes up and down", () => {
  const flapping = after("fp".repeat(8), policy({ failureThreshold: 1, recoveryThreshold: 1 }));
  expect(flapping.isFlapping).toBe(true);
  expect(after("f", policy(), countAfresh(flapping)).isFlapping).toBe(true);
});
