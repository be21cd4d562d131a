import fc from "fast-check";
import { expect, it } from "vitest";
import { simulatedClock } from "../testing/simulated-clock.ts";
import { Cancellation } from "./cancellation.ts";
import { Gate, type GateLimits, type Pass } from "./gate.ts";

const NO_LIMITS: GateLimits = { opening: Infinity, inFlight: Infinity, perHost: Infinity };

function setUp(limits: Partial<GateLimits>) {
  const clock = simulatedClock({ auto: false });
  const controller = new AbortController();
  const gate = new Gate(clock, { ...NO_LIMITS, ...limits }, new Cancellation(controller.signal));
  const admitted: string[] = [];
  const passes: Pass[] = [];
  const queue = (name: string, host = "a"): void => {
    gate.queue({
      host,
      admit: (pass) => {
        admitted.push(name);
        passes.push(pass);
      },
      refuse: (reason) => {
        admitted.push(`${name} refused: ${reason.message}`);
      },
    });
  };
  return { clock, controller, gate, admitted, passes, queue };
}

it("Gate admits at once as long as there is room, and then in the order of arrival", () => {
  const { admitted, passes, queue } = setUp({ inFlight: 2 });
  for (const name of ["a", "b", "c", "d"]) queue(name);
  expect(admitted).toEqual(["a", "b"]);
  passes[1]?.leave();
  expect(admitted).toEqual(["a", "b", "c"]);
  passes[0]?.leave();
  expect(admitted).toEqual(["a", "b", "c", "d"]);
});

it("Gate counts a pass that is given back twice only once", () => {
  const { admitted, passes, queue } = setUp({ inFlight: 1 });
  for (const name of ["a", "b", "c"]) queue(name);
  passes[0]?.leave();
  passes[0]?.leave();
  expect(admitted).toEqual(["a", "b"]);
});

it("Gate gives the place of one that hangs to the next after 250 ms", async () => {
  const { clock, admitted, queue } = setUp({ opening: 1 });
  queue("hangs");
  queue("next");
  await clock.advance(249);
  expect(admitted).toEqual(["hangs"]);
  await clock.advance(1);
  expect(admitted).toEqual(["hangs", "next"]);
});

it("Gate begins at most 32 in one turn", async () => {
  const { clock, admitted, queue } = setUp({});
  for (let index = 0; index < 100; index += 1) queue(String(index));
  expect(admitted).toHaveLength(32);
  await clock.advance(0);
  expect(admitted).toHaveLength(100);
});

it("Gate limits each host for itself, and one at its limit holds up no other", () => {
  const { admitted, passes, queue } = setUp({ perHost: 1 });
  queue("a1", "a");
  queue("a2", "a");
  queue("b1", "b");
  expect(admitted).toEqual(["a1", "b1"]);
  passes[0]?.leave();
  expect(admitted).toEqual(["a1", "b1", "a2"]);
});

it("Gate refuses all who wait, and all who come later, once it is cancelled", () => {
  const { controller, admitted, queue } = setUp({ inFlight: 1, perHost: 1 });
  queue("a");
  queue("b");
  queue("c", "other");
  controller.abort(new Error("stop"));
  queue("d");
  expect(admitted[0]).toBe("a");
  expect(new Set(admitted.slice(1))).toEqual(
    new Set(["b refused: stop", "c refused: stop", "d refused: stop"]),
  );
  expect(admitted).toHaveLength(4);
});

it("Gate lets in fewer after shrink(), and grows back as attempts end well", async () => {
  const { clock, gate, passes, queue } = setUp({ inFlight: 24 });
  for (let index = 0; index < 60; index += 1) queue(String(index));
  gate.shrink();
  gate.shrink();
  for (let index = 0; index < 4; index += 1) passes[index]?.leave();
  // Four left, and at the lower limit of 22 only two may follow.
  expect(passes).toHaveLength(26);
  for (let index = 4; index < 26; index += 1) passes[index]?.leave();
  await clock.advance(0);
  for (let index = 26; index < 50; index += 1) passes[index]?.leave();
  await clock.advance(0);
  expect(passes).toHaveLength(60);
});

it("Gate still lets four in, however few were under way when our own files ran out", () => {
  const { gate, admitted, queue } = setUp({ inFlight: 100 });
  queue("first");
  for (let count = 0; count < 50; count += 1) gate.shrink();
  for (let index = 0; index < 30; index += 1) queue(String(index));
  expect(admitted).toHaveLength(4);
});

it("Gate never exceeds a limit and never forgets anybody, whatever the order of events", async () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant("come" as const), host: fc.constantFrom("a", "b", "c") }),
    fc.record({ kind: fc.constant("leave" as const), which: fc.nat(50) }),
    fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(300) }),
    fc.record({ kind: fc.constant("shrink" as const) }),
  );
  const limits = fc.record({
    opening: fc.integer({ min: 1, max: 5 }),
    inFlight: fc.integer({ min: 1, max: 8 }),
    perHost: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), limits, async (events, max) => {
      const { clock, gate } = setUp(max);
      const inside: { host: string; pass: Pass }[] = [];
      let came = 0;
      let admitted = 0;
      for (const each of events) {
        if (each.kind === "come") {
          came += 1;
          const { host } = each;
          gate.queue({
            host,
            admit: (pass) => {
              admitted += 1;
              inside.push({ host, pass });
            },
            refuse: () => expect.unreachable(),
          });
        } else if (each.kind === "leave") inside.splice(each.which, 1)[0]?.pass.leave();
        else if (each.kind === "wait") await clock.advance(each.ms);
        else gate.shrink();
        expect(inside.length).toBeLessThanOrEqual(max.inFlight);
        for (const host of ["a", "b", "c"]) {
          expect(inside.filter((one) => one.host === host).length).toBeLessThanOrEqual(max.perHost);
        }
      }
      while (inside.length > 0) {
        inside.shift()?.pass.leave();
        await clock.advance(250);
      }
      expect(admitted).toBe(came);
    }),
    { numRuns: 50 },
  );
});
