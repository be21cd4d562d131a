import { expect, it } from "vitest";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import type { Address } from "../../ports/resolver.ts";
import { DnsCache } from "./dns-cache.ts";

const addresses: readonly Address[] = [{ address: "10.0.0.1", family: 4 }];

it("get() finds what was set, until its time has passed", async () => {
  const clock = simulatedClock({ auto: false });
  const cache = new DnsCache(clock, 10);
  cache.set("db", addresses, 5);

  await clock.advance(4_999);
  expect(cache.get("db")).toBe(addresses);
  await clock.advance(1);
  expect(cache.get("db")).toBeNull();
});

it("set() makes room by forgetting what was learned first", () => {
  const cache = new DnsCache(simulatedClock(), 2);
  for (const name of ["a", "b", "a", "c"]) cache.set(name, addresses, 60);

  expect(["a", "b", "c"].map((name) => cache.get(name) !== null)).toEqual([true, false, true]);
});

it("clear() forgets everything", () => {
  const cache = new DnsCache(simulatedClock(), 2);
  cache.set("db", addresses, 60);
  cache.clear();

  expect(cache.get("db")).toBeNull();
});
