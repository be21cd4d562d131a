import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { admit } from "./admission.ts";
import type { Caller } from "./caller.ts";
import { Refusal } from "./refusal.ts";
import { RequestRates } from "./request-rates.ts";

const ALICE: Caller = { who: "alice", role: "reader", from: "192.0.2.7" };
const LOCAL: Caller = { who: "local user", role: "admin", from: "127.0.0.1", isUncounted: true };

// Two requests may be saved up, and no time passes.
function askedBy(admitted: Caller): () => Caller {
  const rates = new RequestRates(0.2, { elapsedMs: () => 0 });
  const nothing = (): undefined => undefined;
  const gate = {
    prepare: () => null,
    admit: () => admitted,
    isProxied: () => false,
    onChange: () => nothing,
  };
  const request = new IncomingMessage(new Socket());
  return () => admit(request, "reader", { gate, rates, urlBytes: 100 });
}

it("admit() counts how often somebody asks", () => {
  const ask = askedBy(ALICE);
  expect([ask(), ask()]).toEqual([ALICE, ALICE]);
  expect(ask).toThrow(Refusal);
});

it("admit() does not count who may do everything on this machine anyway", () => {
  const ask = askedBy(LOCAL);
  expect(Array.from({ length: 5 }, ask)).toEqual(Array.from({ length: 5 }, () => LOCAL));
});
