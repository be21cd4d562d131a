import { expect, it } from "vitest";
import { incident, watchState } from "../../../test/support/watching.ts";
import { countsOf } from "./counts.ts";

it("countsOf() counts resources by health and by sync, and what is open", () => {
  const entries = [
    { state: watchState("web", 3), incidents: [incident(1), incident(2)] },
    { state: watchState("db"), incidents: [] },
    { state: { ...watchState("job"), sync: "missing" as const }, incidents: [incident(3)] },
  ];
  expect(countsOf(entries)).toEqual({
    resources: 3,
    health: { healthy: 2, degraded: 0, unhealthy: 1, unknown: 0 },
    sync: { in_sync: 2, drifted: 0, missing: 1, unknown: 0 },
    openIncidents: 3,
  });
});
