import { expect, it } from "vitest";
import { entry } from "../../../test/support/watch-decisions.ts";
import { failing, look } from "../../../test/support/watch-lab.ts";
import type { Look, WatchState } from "../../model/watch-state.ts";
import { rootCause } from "./causes.ts";
import type { Entry } from "./entry.ts";

const STARTED_MS = 100_000;

interface Needed {
  readonly seen?: Look | null;
  readonly believed?: Partial<WatchState>;
  readonly lookedMs?: number;
  readonly exclusions?: number;
  /** What the next look at it sees; null when there is none. */
  readonly next?: Look | null;
}

/** What is said to be at the root of a failure of `web`, and what was looked at to find that out. */
async function found(
  needs: Readonly<Record<string, Needed>>,
  dependsOn = Object.keys(needs),
): Promise<{ readonly root: string | null; readonly looked: readonly string[] }> {
  const looked: string[] = [];
  const entries = new Map<string, Entry>();
  for (const [
    name,
    { seen = look(), believed, lookedMs = STARTED_MS, exclusions = 0 },
  ] of Object.entries(needs)) {
    entries.set(name, { ...entry({ name }, believed), look: seen, lookedMs, exclusions });
  }
  const root = await rootCause(entry({ name: "web", dependsOn }), STARTED_MS, {
    entry: (name) => entries.get(name),
    lookSince: (one, sinceMs) => {
      const { name } = one.subject;
      expect(sinceMs).toBe(STARTED_MS - 1_000);
      looked.push(name);
      const { next = look() } = needs[name] ?? {};
      if (next !== null) Object.assign(one, { look: next });
      return Promise.resolve(next);
    },
  });
  return { root, looked };
}

it("rootCause() is nothing where nothing is needed, watched or failing", async () => {
  expect(await found({})).toEqual({ root: null, looked: [] });
  expect(await found({}, ["elsewhere"])).toEqual({ root: null, looked: [] });
  expect(await found({ db: {} })).toEqual({ root: null, looked: [] });
});

it("rootCause() looks at once at what was not looked at just now, and at nothing else", async () => {
  expect(await found({ db: { lookedMs: STARTED_MS - 1_000 } })).toEqual({ root: null, looked: [] });
  expect(await found({ db: { lookedMs: STARTED_MS - 1_001, next: failing() } })).toEqual({
    root: "db",
    looked: ["db"],
  });
  const failed = { seen: failing(), lookedMs: 0 };
  expect(await found({ db: failed })).toEqual({ root: "db", looked: [] });
});

it("rootCause() is what fails, and what is believed to be down though it has begun to pass", async () => {
  expect((await found({ db: { seen: failing() } })).root).toBe("db");
  expect((await found({ db: { believed: { health: "unhealthy" } } })).root).toBe("db");
});

it("rootCause() is not what could not be looked at, nor what a plan works on", async () => {
  expect((await found({ db: { seen: failing({ verdict: "error" }) } })).root).toBeNull();
  expect((await found({ db: { lookedMs: 0, seen: null, next: null } })).root).toBeNull();
  expect((await found({ db: { seen: failing(), exclusions: 1 } })).root).toBeNull();
});

it("rootCause() is the root, not what only fails because of it", async () => {
  const api = { seen: failing(), believed: { health: "unhealthy", causedBy: "disk" } } as const;
  expect((await found({ api })).root).toBe("disk");
});

it("rootCause() is the first that is needed, where several fail", async () => {
  const needs = { queue: {}, db: { seen: failing() }, disk: { seen: failing() } };
  expect((await found(needs)).root).toBe("db");
});
