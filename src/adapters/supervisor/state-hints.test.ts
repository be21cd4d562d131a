import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { targetOf } from "../../model/target.ts";
import type { Hint, HintTarget } from "../../ports/hints.ts";
import type { ProgramInfo, ProgramState, SupervisorAddress } from "../../ports/supervisor.ts";
import { simulatedClock } from "../../testing/simulated-clock.ts";
import { stateHints } from "./state-hints.ts";

function program(name: string, state: ProgramState, pid: number | null = null): ProgramInfo {
  return { name, state, pid, description: "", spawnError: "", exitCode: null };
}

function wanted(resource: string, name: string): HintTarget {
  return { target: targetOf(resource, "any", { program: name }), physical: null };
}

interface Lab {
  readonly clock: ReturnType<typeof simulatedClock>;
  readonly hints: Hint[];
  readonly asked: (string | null)[];
  programs: readonly ProgramInfo[] | null | "hangs";
  readonly source: ReturnType<typeof stateHints>;
  readonly watch: (targets: readonly HintTarget[]) => ReturnType<Lab["source"]["watch"]>;
}

function lab(addressOf?: (resource: string) => SupervisorAddress): Lab {
  const clock = simulatedClock({ auto: false });
  const hints: Hint[] = [];
  const asked: (string | null)[] = [];
  const own: Lab = {
    ...{ clock, hints, asked },
    programs: [],
    source: stateHints({
      clock,
      random: { next: () => 0.5 },
      ...(addressOf === undefined
        ? {}
        : { addressOf: ({ resource }: { resource: string }) => addressOf(resource) }),
      supervisor: {
        programs: async ({ serverUrl }, signal) => {
          asked.push(serverUrl);
          if (own.programs === null) throw new ObservationError("nobody there");
          if (own.programs !== "hangs") return own.programs;
          return await new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              reject(new Error("given up"));
            });
          });
        },
      },
    }),
    watch: (targets) => own.source.watch(targets, (hint) => hints.push(hint)),
  };
  return own;
}

it("stateHints() tells of another state, another process, and a program that is gone", async () => {
  const own = lab();
  own.programs = [program("web", "RUNNING", 7), program("shop:cart", "RUNNING", 8)];
  const watching = own.watch([wanted("web", "web:web"), wanted("cart", "shop:cart")]);
  await own.clock.advance(3_000);
  expect(own.hints).toEqual([]);
  own.programs = [program("web", "EXITED"), program("shop:cart", "RUNNING", 9)];
  await own.clock.advance(1_000);
  expect(own.hints).toEqual([
    { resource: "web", reason: "program is EXITED" },
    { resource: "cart", reason: "program runs as process 9" },
  ]);
  own.programs = [program("shop:cart", "RUNNING", 9)];
  await own.clock.advance(1_000);
  expect(own.hints.slice(2)).toEqual([
    { resource: "web", reason: "program is not there any more" },
  ]);
  await watching[Symbol.asyncDispose]();
  expect(own.clock.pending()).toBe(0);
});

it("stateHints() asks once a second for all programs of a supervisord", async () => {
  const here = { serverUrl: "unix:///a", username: null, password: null };
  const there = { ...here, serverUrl: "unix:///b" };
  const own = lab((resource) => (resource === "d" ? there : here));
  const watching = own.watch(["a", "b", "c", "d"].map((name) => wanted(name, name)));
  await own.clock.advance(4_500);
  expect(own.asked.filter((url) => url === "unix:///a")).toHaveLength(5);
  expect(own.asked.filter((url) => url === "unix:///b")).toHaveLength(5);
  watching.update([wanted("a", "a"), wanted("e", "e")]);
  await own.clock.advance(2_000);
  expect(own.asked.filter((url) => url === "unix:///a")).toHaveLength(7);
  expect(own.asked.filter((url) => url === "unix:///b")).toHaveLength(5);
  watching.update([]);
  await own.clock.advance(10_000);
  expect([own.asked.length, own.clock.pending()]).toEqual([12, 0]);
  await watching[Symbol.asyncDispose]();
});

it("stateHints() asks one that does not answer more and more seldom, and compares with before", async () => {
  const own = lab();
  own.programs = [program("web", "RUNNING", 7)];
  const watching = own.watch([wanted("web", "web")]);
  await own.clock.advance(500);
  own.programs = null;
  await own.clock.advance(120_000);
  // After 1, 1.5, 3, 6, 12 and from then on 22.5 s.
  expect(own.asked.length).toBeGreaterThan(6);
  expect(own.asked.length).toBeLessThan(15);
  own.programs = [program("web", "RUNNING", 8)];
  await own.clock.advance(30_000);
  expect(own.hints).toEqual([{ resource: "web", reason: "program runs as process 8" }]);
  await watching[Symbol.asyncDispose]();
});

it("stateHints() gives up one that hangs, also when it ends itself", async () => {
  const own = lab();
  own.programs = "hangs";
  const watching = own.watch([wanted("web", "web")]);
  await own.clock.advance(20_000);
  expect(own.asked.length).toBeGreaterThan(1);
  await watching[Symbol.asyncDispose]();
  expect(own.clock.pending()).toBe(0);
});
