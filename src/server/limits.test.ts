import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "./limits.ts";

test("nobody takes all event streams alone, unless the settings let them", () => {
  expect(DEFAULT_LIMITS.streamsPerClient).toBeLessThan(DEFAULT_LIMITS.streams);
});
