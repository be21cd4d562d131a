import { expect, it } from "vitest";
import { NOW, state } from "../../../test/support/watch-decisions.ts";
import { failing } from "../../../test/support/watch-lab.ts";
import type { IncidentKind } from "../../model/incident.ts";
import type { WatchPolicy } from "../../model/watch-policy.ts";
import type { WatchState } from "../../model/watch-state.ts";
import { incidentsOf, openIncident } from "./incidents.ts";

const HEALTHS = ["unknown", "healthy", "degraded", "unhealthy"] as const;
const SYNCS = ["unknown", "in_sync", "drifted", "missing"] as const;
const DRIFTS = ["auto_correct", "alert", "ignore"] as const;
const OPEN: readonly (readonly IncidentKind[])[] = [
  [],
  ["failure"],
  ["drift"],
  ["blind"],
  ["failure", "drift"],
  ["failure", "blind"],
  ["drift", "blind"],
  ["failure", "drift", "blind"],
];

interface Case {
  readonly believed: WatchState;
  readonly onDrift: WatchPolicy["onDrift"];
  readonly open: readonly IncidentKind[];
}

const CASES: readonly Case[] = HEALTHS.flatMap((health) =>
  SYNCS.flatMap((sync) =>
    [0, 1, 2, 3].flatMap((errors) =>
      [null, "db"].flatMap((causedBy) =>
        DRIFTS.flatMap((onDrift) =>
          OPEN.map((open) => ({
            believed: state({ health, sync, errors, causedBy }),
            onDrift,
            open,
          })),
        ),
      ),
    ),
  ),
);

const has = (kind: IncidentKind, { believed, onDrift, open }: Case): boolean =>
  incidentsOf(believed, { onDrift }, open).includes(kind);

const wrong = (kind: IncidentKind, should: (one: Case) => boolean): readonly Case[] =>
  CASES.filter((one) => has(kind, one) !== should(one));

it("incidentsOf() opens a failure for what is unhealthy by itself, and keeps it until it is known to be well", () => {
  const isOpen = ({ believed: { health, causedBy }, open }: Case): boolean => {
    if (!open.includes("failure")) return health === "unhealthy" && causedBy === null;
    return health !== "healthy" && health !== "degraded";
  };
  expect(wrong("failure", isOpen)).toEqual([]);
});

it("incidentsOf() opens one of drift, unless nobody cares or it is down as well", () => {
  const isOpen = ({ believed: { health, sync }, onDrift, open }: Case): boolean =>
    onDrift !== "ignore" &&
    (sync === "drifted" || sync === "missing") &&
    (open.includes("drift") || health !== "unhealthy");
  expect(wrong("drift", isOpen)).toEqual([]);
});

it("incidentsOf() is blind after three errors in a row, until something is seen", () => {
  const isOpen = ({ believed: { errors }, open }: Case): boolean =>
    errors === 3 || (errors > 0 && open.includes("blind"));
  expect(wrong("blind", isOpen)).toEqual([]);
});

it("openIncident() begins with what was seen, and nothing told or tried", () => {
  const { findings } = failing();
  const incident = openIncident("drift", state({ findings }), { id: 7, at: NOW });
  expect(incident).toEqual({
    id: 7,
    resource: "web",
    kind: "drift",
    openedAt: NOW,
    closedAt: null,
    outcome: null,
    findings,
    repairs: 0,
    gaveUpAt: null,
    acknowledged: null,
    told: [],
    affected: [],
  });
});
