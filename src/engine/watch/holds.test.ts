import fc from "fast-check";
import { expect, it } from "vitest";
import { hold, NOW } from "../../../test/support/watch-decisions.ts";
import type { Hold } from "../../model/incident.ts";
import { heldBy, holdsOn } from "./holds.ts";

const KINDS = ["pause", "maintenance", "silence", "clock"] as const;

it("heldBy() keeps from happening what each kind says, alone and together", () => {
  fc.assert(
    fc.property(fc.subarray([...KINDS]), (kinds) => {
      const holds = kinds.map((kind, index) => hold({ id: index + 1, kind }));
      const has = (...some: readonly Hold["kind"][]): boolean =>
        some.some((kind) => kinds.includes(kind));
      expect(heldBy(holds, "web", NOW)).toEqual({
        isPaused: has("pause"),
        mayRepair: !has("pause", "maintenance"),
        mayTell: !has("pause", "maintenance", "silence"),
        mayExpire: !has("pause", "clock"),
      });
    }),
  );
});

it("holdsOn() finds those on the resource and on the whole project, and no others", () => {
  const [all, web, db] = [null, "web", "db"].map((resource, id) => hold({ id, resource }));
  expect(
    holdsOn(
      [all, web, db].flatMap((one) => one ?? []),
      "web",
      NOW,
    ),
  ).toEqual([all, web]);
});

it("holdsOn() is from the first millisecond on, until before the last", () => {
  const held = hold({ from: NOW, until: NOW + 10 });
  const during = [-1, 0, 9, 10].map((at) => holdsOn([held], "web", NOW + at).length);
  expect(during).toEqual([0, 1, 1, 0]);
  expect(holdsOn([hold({ until: null })], "web", NOW + 10 ** 13)).toHaveLength(1);
});
