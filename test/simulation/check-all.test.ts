import fc from "fast-check";
import { expect, it } from "vitest";
import { checkAllServices } from "../../src/app/check-services.ts";
import { TransportError } from "../../src/model/errors.ts";
import { ABORTED, verdictOf, type HealthResult } from "../../src/model/service.ts";
import type { TransportResponse } from "../../src/ports/transport.ts";
import { simulatedClock, type SimulatedClock } from "../../src/testing/simulated-clock.ts";
import { scripted } from "../support/checking.ts";

/** What a simulated service does when it is asked; each attempt takes the next one, and the last one stays. */
type Behaviour =
  | { readonly kind: "answers"; readonly status: number; readonly afterMs: number }
  | { readonly kind: "refuses"; readonly afterMs: number }
  | { readonly kind: "hangs" }
  | { readonly kind: "is-deaf" }
  | { readonly kind: "finds-no-file" }
  | { readonly kind: "meets-a-bug" };

const afterMs = fc.integer({ min: 0, max: 3_000 });
const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  fc.record({ kind: fc.constant("answers"), status: fc.constantFrom(200, 204, 500), afterMs }),
  fc.record({ kind: fc.constant("refuses"), afterMs }),
  fc.constantFrom<Behaviour>(
    { kind: "hangs" },
    { kind: "is-deaf" },
    { kind: "finds-no-file" },
    { kind: "meets-a-bug" },
  ),
);
const world = fc.record({
  services: fc.array(fc.array(behaviour, { minLength: 1, maxLength: 4 }), { maxLength: 60 }),
  concurrency: fc.integer({ min: 1, max: 20 }),
  perHost: fc.integer({ min: 1, max: 20 }),
  hosts: fc.integer({ min: 1, max: 5 }),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  abortAfterMs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: null }),
});

const RESPONSE: Omit<TransportResponse, "status"> = {
  statusText: "",
  header: () => null,
  headers: {},
  bodyBytes: 0,
  body: new Uint8Array(),
  isTruncated: false,
  phases: { resolveMs: 0, connectMs: 0, tlsMs: null, firstByteMs: 0, transferMs: 0 },
};

async function behave(
  behaviour: Behaviour,
  clock: SimulatedClock,
  signal: AbortSignal,
): Promise<TransportResponse> {
  switch (behaviour.kind) {
    case "meets-a-bug":
      throw new TypeError("a bug");
    case "finds-no-file":
      throw new TransportError("no file", { blame: "ourselves", isExhaustion: true });
    case "is-deaf":
      return await new Promise<never>(() => undefined);
    case "hangs":
      await clock.sleep(1e9, signal);
      throw new Error("nobody waits for so long");
    case "answers":
      await clock.sleep(behaviour.afterMs, signal);
      return { ...RESPONSE, status: behaviour.status };
    case "refuses":
      await clock.sleep(behaviour.afterMs, signal);
      throw new TransportError("connection refused");
  }
}

/** What the last attempt must have met for a result like this. */
function isExplained(result: HealthResult, script: readonly Behaviour[]): boolean {
  if (result.error === ABORTED) return true;
  switch (verdictOf(result)) {
    case "pass":
      return script.some((each) => each.kind === "answers" && each.status === 200);
    case "fail":
      return script.some((each) =>
        each.kind === "answers"
          ? each.status !== 200 || each.afterMs >= 2_000
          : each.kind === "refuses" || each.kind === "hangs" || each.kind === "is-deaf",
      );
    case "error":
      return script.some(({ kind }) => kind === "meets-a-bug" || kind === "finds-no-file");
    case "skipped":
      return false;
  }
}

it("whatever services, limits, faults and aborts come together, each service gets a result it deserves", async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ services, hosts, abortAfterMs, maxAttempts, ...limits }) => {
      const clock = simulatedClock();
      const controller = new AbortController();
      if (abortAfterMs !== null) {
        clock.after(abortAfterMs, () => {
          controller.abort();
        });
      }
      const asked = services.map(() => 0);
      const transport = scripted(async ({ url, signal }) => {
        const index = Number(url.searchParams.get("service"));
        const script = services[index] ?? [];
        const turn = Math.min(asked[index] ?? 0, script.length - 1);
        asked[index] = (asked[index] ?? 0) + 1;
        return await behave(script[turn] ?? { kind: "hangs" }, clock, signal);
      });
      const configs = services.map((_, index) => ({
        name: `s${String(index)}`,
        url: `http://host${String(index % hosts)}/?service=${String(index)}`,
        timeout: 2,
      }));
      const told = new Set<number>();
      const results = await checkAllServices(configs, {
        ...limits,
        transport,
        clock,
        retry: { maxAttempts, delay: 0.1 },
        signal: controller.signal,
        onResult: (_, index) => {
          expect(told.has(index)).toBe(false);
          told.add(index);
        },
      });

      expect(results.map(({ serviceName }) => serviceName)).toEqual(
        configs.map(({ name }) => name),
      );
      expect(told.size).toBe(configs.length);
      for (const [index, result] of results.entries()) {
        expect(isExplained(result, services[index] ?? []), JSON.stringify(result)).toBe(true);
        expect(result.error === null).toBe(result.isHealthy);
        if (result.responseTimeMs !== null) expect(result.responseTimeMs).toBeLessThan(2_000.001);
      }
      // An abort ends all at once; without one, nothing is cut off.
      if (abortAfterMs !== null) expect(clock.elapsedMs()).toBeLessThanOrEqual(abortAfterMs);
      else expect(results.some(({ error }) => error === ABORTED)).toBe(false);
    }),
    { numRuns: 150 },
  );
});
