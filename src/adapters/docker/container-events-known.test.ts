import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import type { ContainerAction, ContainerEvent } from "./container-events.ts";
import { ContainerBook, parseListing, type KnownContainer } from "./container-events-known.ts";

function event(action: ContainerAction, more: Partial<ContainerEvent> = {}): ContainerEvent {
  const rest = { oldName: null, exitCode: null, health: null, timeNs: null };
  return { action, id: "1", name: "web", ...rest, ...more };
}

function listed(
  containers: Readonly<Record<string, Partial<KnownContainer>>>,
): ReadonlyMap<string, KnownContainer> {
  return new Map(
    Object.entries(containers).map(([id, each]) => [
      id,
      { name: "web", state: "running", health: null, ...each },
    ]),
  );
}

function bookOf(containers: Readonly<Record<string, Partial<KnownContainer>>>): ContainerBook {
  const book = new ContainerBook();
  book.beginListing();
  expect(book.compare(listed(containers))).toEqual([]);
  book.beginListing();
  return book;
}

it("ContainerBook tells what an event changes", () => {
  const book = bookOf({ 1: {} });
  expect(book.take(event("die", { exitCode: 137 }))).toEqual({
    id: "1",
    names: ["web"],
    reason: "container exited with 137",
  });
  expect(book.take(event("stop"))).toBeNull();
  expect(book.take(event("start"))?.reason).toBe("container was started");
  expect(book.take(event("rename", { name: "new", oldName: "web" }))?.names).toEqual([
    "new",
    "web",
  ]);
  expect(book.take(event("destroy", { name: "" }))?.names).toEqual(["new"]);
});

it("ContainerBook tells of health when it changes, also where it is told at each check", () => {
  const book = bookOf({ 1: { health: "healthy" } });
  const healthy = event("health_status", { health: "healthy" });
  expect(book.take(healthy)).toBeNull();
  expect(book.take(event("health_status", { health: "unhealthy" }))?.reason).toBe(
    "container is unhealthy",
  );
  expect(book.take(healthy)?.reason).toBe("container is healthy");
  expect(book.take(event("health_status", { health: "<b>" }))?.reason).toBe(
    "health of container changed",
  );
});

it("ContainerBook finds in a listing what no event told", () => {
  const book = bookOf({ 1: {}, 2: { name: "gone" }, 3: { name: "same" }, 4: { name: "old" } });
  const now = { 1: { state: "exited" }, 3: { name: "same" }, 4: {}, 5: { name: "fresh" } };
  expect(book.compare(listed(now))).toEqual([
    { id: "2", names: ["gone"], reason: "container was removed" },
    { id: "1", names: ["web"], reason: "container is exited" },
    { id: "4", names: ["web", "old"], reason: "container is running" },
    { id: "5", names: ["fresh"], reason: "container is running" },
  ]);
  book.beginListing();
  expect(book.compare(listed(now))).toEqual([]);
});

it("ContainerBook finds nothing in a listing that events told already", () => {
  const book = bookOf({ 1: { health: "healthy" }, 2: { name: "db" } });
  book.take(event("die"));
  book.take(event("start"));
  book.take(event("pause", { id: "2", name: "db" }));
  book.beginListing();
  const now = { 1: { health: "starting" }, 2: { name: "db", state: "paused" } };
  expect(book.compare(listed(now))).toEqual([]);
});

it("ContainerBook believes an event rather than a listing that was asked for before it", () => {
  const book = bookOf({ 1: {}, 2: { name: "db" } });
  book.take(event("die"));
  book.take(event("destroy", { id: "2", name: "db" }));
  const stale = { 1: {}, 2: { name: "db" } };
  expect(book.compare(listed(stale))).toEqual([]);
  book.beginListing();
  expect(book.compare(listed({ 1: { state: "exited" } }))).toEqual([]);
});

it("parseListing() reads what Docker lists", () => {
  const text = JSON.stringify([
    { Id: "1", Names: ["/db/alias", "/web"], State: "running", Status: "Up 2 hours (unhealthy)" },
    { Id: "2", Names: null, State: "restarting", Status: "Restarting (1) 3 seconds ago" },
    { Id: "3", Names: ["/new"], State: "running", Status: "Up 1 second (health: starting)" },
    ...[{ Id: 4 }, null, "x", { Id: "5", State: {} }],
  ]);
  expect(parseListing(text)).toEqual(
    new Map([
      ["1", { name: "web", state: "running", health: "unhealthy" }],
      ["2", { name: "", state: "exited", health: null }],
      ["3", { name: "new", state: "running", health: "starting" }],
    ]),
  );
});

it("parseListing() refuses what is no JSON, and takes whatever else comes", () => {
  expect(() => parseListing("<html>")).toThrow(ObservationError);
  const entry = fc.record(
    { Id: fc.anything(), Names: fc.anything(), State: fc.anything(), Status: fc.anything() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.array(entry).map((each) => JSON.stringify(each)),
      ),
      (text) => {
        for (const { state } of parseListing(text).values())
          expect(state).toMatch(/^[a-z]{1,20}$/u);
      },
    ),
  );
});
