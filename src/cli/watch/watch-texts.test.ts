import { expect, it } from "vitest";
import { MOMENT } from "../../../test/support/deployments.ts";
import {
  attemptOf,
  eventOf,
  explanationOf,
  findingOf,
  holdOf,
  incidentOf,
  projectStatus,
  resourceStatus,
  watchPolicy,
  watchState,
} from "../../../test/support/watch-control.ts";
import { checkedExitCode } from "./checked-text.ts";
import { eventText } from "./events-text.ts";
import { explainText } from "./explain-text.ts";
import { healthExitCode } from "./health-words.ts";
import { resumedText } from "./hold-text.ts";
import { repairedExitCode, repairedText } from "./repaired-text.ts";
import { statusText } from "./status-text.ts";

const plain = { hasColor: false, columns: null, now: MOMENT };

it("statusText() draws a table in groups, the worst first", () => {
  const down = watchState({
    resource: "cache",
    health: "unhealthy",
    since: MOMENT - 60_000,
    findings: [findingOf(), findingOf()],
    repair: { attempts: 2, nextAt: MOMENT + 18_000 },
  });
  const blocked = watchState({ resource: "api", health: "unhealthy", causedBy: "cache" });
  const resources = [
    resourceStatus({ group: "front" }),
    resourceStatus({ group: "front", state: blocked, isLooking: true }),
    resourceStatus({ state: down }),
  ];
  const holds = [holdOf({ kind: "silence", resource: null })];
  const status = projectStatus({ resources, holds, pendingDeliveries: 1, latenessMs: 4_000 });
  expect(statusText(status, plain)).toBe(
    `shop: watched since 2026-01-02 01:04:05Z (pid 4711)
Looks begin up to 4s late.

RESOURCE  HEALTH     SYNC     SINCE  LOOKED  NEXT     WHAT
cache     unhealthy  in sync  1m     12s     18s      next attempt in 18s, at 03:04:23Z; PortAccessibleAssert: expected accepted, got refused (ECONNREFUSED) (and 1 more)
front
  api     unhealthy  in sync  1h     12s     looking  caused by cache
  web     healthy    in sync  1h     12s     18s

3 resources: 2 unhealthy, 1 healthy.
The whole project is silenced by alice@desk.
1 message could not be delivered yet.
`,
  );
});

it("statusText() says that all is old when nobody watches", () => {
  const status = projectStatus({ runningSince: null, pid: null, latenessMs: null, resources: [] });
  expect(statusText(status, plain)).toBe(
    `shop: no clockwork up runs: nobody looks, and this is what was last known

Nothing is known of any resource yet.
`,
  );
});

it("explainText() keeps to the width, and no text of others drives the terminal", () => {
  const state = watchState({
    health: "unhealthy",
    failures: 0,
    passes: 1,
    findings: [findingOf({ actual: "\u001b[2Jgone\nand more" })],
  });
  const text = explainText(
    explanationOf({
      ...resourceStatus({ state, incidents: [incidentOf({ gaveUpAt: MOMENT - 5_000 })] }),
      policy: watchPolicy(),
      repairs: [attemptOf({ outcome: null, endedAt: null, detail: null, by: "bob@desk" })],
      events: [eventOf()],
      next: ["no more is tried: given up after 2 attempts, the last at 03:03:45Z"],
    }),
    { ...plain, columns: 60 },
  );
  expect(text).toBe(`web (docker) is unhealthy since 02:04:05Z, for 1h
  in sync; last looked at 12s ago

Why
  ✗  PortAccessibleAssert: port 8080 accepts connections
    expected  accepted
    got       \uFFFD[2Jgone and more
  passing 1 of 2 looks in a row

Next
  ·  no more is tried: given up after 2 attempts, the last
     at 03:03:45Z

Told
  03:02:05Z  incident 7: it fails; told: failure; given up
             at 03:04:00Z

Tried
  03:02:25Z  restart, attempt 1, asked for by bob@desk:
             under way

Lately
  03:02:05Z  health changed: healthy → unhealthy: port 8080
             accepts connections: refused
`);
});

it("healthExitCode() and checkedExitCode() let what is wrong outweigh what is not known", () => {
  const well = resourceStatus();
  const blind = resourceStatus({ state: watchState({ health: "unknown" }) });
  const drifted = resourceStatus({ state: watchState({ sync: "drifted" }) });
  const over = resourceStatus({ state: watchState({ health: "unknown", expiredAt: MOMENT }) });
  expect(healthExitCode([well, over], true)).toBe(0);
  expect(healthExitCode([well], false)).toBe(3);
  expect(healthExitCode([well, blind], true)).toBe(3);
  expect(healthExitCode([blind, drifted], false)).toBe(1);
  const warning = findingOf({ severity: "warn" });
  const error = findingOf({ verdict: "error" });
  expect(checkedExitCode({ sync: "in_sync", findings: [warning] })).toBe(0);
  expect(checkedExitCode({ sync: "in_sync", findings: [warning, error] })).toBe(3);
  expect(checkedExitCode({ sync: "missing", findings: [error] })).toBe(1);
});

it("repairedText() says what came of it, as its exit code does", () => {
  const failed = attemptOf({ outcome: "failed", detail: "no such image" });
  expect(repairedText("web", failed, plain)).toBe("web: restart failed (no such image)\n");
  expect(repairedExitCode(failed)).toBe(1);
  expect(repairedExitCode(attemptOf({ outcome: "interrupted" }))).toBe(3);
  expect(repairedExitCode(null)).toBe(0);
});

it("resumedText() tells what holds a resource still", () => {
  const left = [holdOf({ resource: null, kind: "maintenance", until: MOMENT + 60_000 })];
  const project =
    "The whole project is in maintenance until 03:05:05Z by alice@desk; clockwork resume --all ends that.\n";
  expect(resumedText({ scope: "web", ended: [], left, now: MOMENT })).toBe(project);
  expect(resumedText({ scope: "web", ended: [], left: [], now: MOMENT })).toBe(
    "Nothing holds web.\n",
  );
  expect(resumedText({ scope: "web", ended: [holdOf()], left, now: MOMENT })).toBe(
    `web was paused by alice@desk; that is over.\n${project}`,
  );
});

it("eventText() is one line, whatever happened", () => {
  const event = eventOf({ resource: null, type: "reload_failed", text: "line 1\nline 2" });
  expect(eventText(event, plain)).toBe("2026-01-02 03:02:05Z  reload failed: line 1 line 2\n");
});
