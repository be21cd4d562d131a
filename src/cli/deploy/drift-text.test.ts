import { expect, it } from "vitest";
import type { ResourceDrift } from "../../app/deploy/deployment.ts";
import { displayWidth } from "../../model/text.ts";
import { driftExitCode, driftText } from "./drift-text.ts";

function driftOf(drift: Partial<ResourceDrift> = {}): ResourceDrift {
  const common = { resource: "web", kind: "docker", sync: "in_sync", fields: [] } as const;
  return { ...common, description: "container 3f2a9c", ...drift };
}

const DRIFTED = driftOf({
  sync: "drifted",
  fields: [
    { field: "image", recorded: "nginx:1", live: "nginx:2" },
    { field: "envVars.PORT", recorded: "80", live: null },
  ],
});
const MISSING = driftOf({ resource: "db", sync: "missing", description: "no such container" });

it("driftText() has a row for each field, and sums up", () => {
  const text = driftText([DRIFTED, MISSING, driftOf({ resource: "api" })], {
    hasColor: false,
    columns: null,
  });
  expect(text).toBe(`RESOURCE  KIND    STATE    FIELD         RECORDED  LIVE
web       docker  drifted  image         nginx:1   nginx:2
                           envVars.PORT  80        (not set)
db        docker  missing  no such container

1 missing, 1 drifted, 1 in sync.
`);
});

it("driftText() folds what is in sync into a number, unless all is asked for", () => {
  const options = { hasColor: false, columns: null };
  expect(driftText([driftOf()], options)).toBe("1 in sync.\n");
  expect(driftText([driftOf()], { ...options, isAll: true })).toContain("container 3f2a9c");
  expect(driftText([], options)).toBe("Nothing is deployed.\n");
});

it("driftText() fits into 40 columns, and drives no terminal", () => {
  const evil = "a\u001b[2J very long value that does not fit anywhere at all\r\n".repeat(3);
  const fields = [{ field: evil, recorded: evil, live: evil }];
  const drifts = [
    driftOf({ resource: evil, kind: evil, sync: "drifted", fields }),
    driftOf({ sync: "unknown", description: evil }),
  ];
  const text = driftText(drifts, { hasColor: false, columns: 40 });
  expect(text).not.toMatch(/[[\p{Cc}]--\n]/v);
  expect(text.split("\n").filter((line) => displayWidth(line) > 40)).toEqual([]);
});

it("driftExitCode() lets what is known outweigh what is not", () => {
  const unknown = driftOf({ sync: "unknown" });
  expect(driftExitCode([])).toBe(0);
  expect(driftExitCode([driftOf()])).toBe(0);
  expect(driftExitCode([driftOf(), unknown])).toBe(3);
  expect(driftExitCode([unknown, MISSING])).toBe(1);
  expect(driftExitCode([DRIFTED])).toBe(1);
});
