import fc from "fast-check";
import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { TransportError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import type { Sockets } from "../../ports/sockets.ts";
import type { World } from "../../ports/world.ts";
import { TCPExpectAssert } from "./tcp-expect.ts";

const { kind } = TCPExpectAssert;

type Converse = Sockets["converse"];
type End = Awaited<ReturnType<Converse>>["end"];

function speaking(converse: Converse): Pick<World, "sockets"> {
  return { sockets: () => Promise.resolve({ converse } as unknown as Sockets) };
}

// Says one thing, and then is silent, hangs up or goes on for ever.
function saying(received: string, otherwise: End = "waited"): Pick<World, "sockets"> {
  return speaking((_, { isSatisfied }) =>
    Promise.resolve({ received, end: isSatisfied(received) ? "satisfied" : otherwise }),
  );
}

it.each<[string, string | RegExp, string]>([
  ["+PONG\r\n", "+PONG", "pass"],
  ["-ERR\r\n", "+PONG", "fail"],
  ["SSH-2.0-OpenSSH_9.2", /^SSH-2\.0-/, "pass"],
  ["\u00c3\u00a4", "ä", "pass"],
  ["\u00e4", "ä", "fail"],
  ["\u00c3\u00a4", /^ä$/, "pass"],
  ["\u00ff\u00fb\u0001", /^\xff\xfb/, "pass"],
])("TCPExpectAssert judges %j by %j as %s", async (received, wanted, verdict) => {
  const options = { port: 7, expect: wanted };
  const judgement = await probe(kind, options, { world: saying(received) });
  expect(judgement.verdict).toBe(verdict);
});

it.each<[string, End, string]>([
  ["", "waited", "nothing"],
  ["", "closed", "closed without a word"],
  ["220 a\r\n", "waited", '"220 a"'],
  ["220 a\r\n", "closed", '"220 a", then closed'],
  ["x".repeat(99), "limit", `"${"x".repeat(79)}…" and more than 64 KiB without it`],
])("TCPExpectAssert shows what came instead: %j, %s", async (received, end, actual) => {
  const options = { port: 7, expect: /ready/ };
  const judgement = await probe(kind, options, { world: saying(received, end) });
  expect(judgement).toMatchObject({ verdict: "fail", expected: "/ready/", actual });
});

it("TCPExpectAssert shows more in its details when much came", async () => {
  const world = saying("y".repeat(100));
  const judgement = await probe(kind, { port: 7, expect: "x" }, { world });
  expect(judgement.details).toBe("y".repeat(100));
});

it("TCPExpectAssert sends what it is told as UTF-8, and leaves time to tell what came", async () => {
  const asked: unknown[] = [];
  const world = speaking((to, { send, waitMs, limitBytes }) => {
    asked.push({ to, send, waitMs, limitBytes });
    return Promise.resolve({ received: "", end: "waited" });
  });
  const limit = { waitMs: 4_000, limitBytes: 65_536 };
  await probe(kind, { port: 7, expect: "x" }, { world, timeoutMs: 5_000 });
  const options = { port: 6379, host: "::1", send: "PING ä\r\n", expect: "x" };
  await probe(kind, options, { world, timeoutMs: 5_000 });
  expect(asked).toEqual([
    { to: { host: "127.0.0.1", port: 7 }, send: "", ...limit },
    { to: { host: "::1", port: 6379 }, send: "PING \u00c3\u00a4\r\n", ...limit },
  ]);
});

it("TCPExpectAssert leaves a connection that fails to the engine", async () => {
  const error = new TransportError("connection refused");
  const world = speaking(() => Promise.reject(error));
  await expect(probe(kind, { port: 7, expect: "x" }, { world })).rejects.toBe(error);
});

it("TCPExpectAssert comes to a verdict, whatever bytes come, and shows them printable", async () => {
  const bytes = fc.string({ unit: fc.integer({ max: 255 }).map((n) => String.fromCharCode(n)) });
  await fc.assert(
    fc.asyncProperty(bytes, async (received) => {
      const options = { port: 7, expect: "\u{1F600}" };
      const judgement = await probe(kind, options, { world: saying(received) });
      expect(judgement.verdict).toBe("fail");
      expect(judgement.actual).not.toMatch(/\p{Cc}/u);
    }),
  );
});

it.each([
  ["port", 0],
  ["port", 65_536],
  ["send", "x".repeat(16_385)],
  ["expect", ""],
  ["expect", { source: "(", flags: "" }],
  ["expect", 5],
])("TCPExpectAssert does not take as %s %j", (name, value) => {
  const { problems } = readOptions(kind.fields, { port: 7, expect: "x", [name]: value });
  expect(problems.map(({ property }) => property)).toEqual([name]);
});

it("TCPExpectAssert is the same after it was written down and read", () => {
  const parameters = bind(kind, { port: 7, expect: /a/i });
  expect(bind(kind, JSON.parse(JSON.stringify(parameters)) as object)).toEqual(parameters);
});

it.each([
  [{ expect: /^SSH-/ }, "127.0.0.1:7 greets with /^SSH-/"],
  [{ send: "PING\r\n", expect: "+PONG" }, '127.0.0.1:7 answers "PING" with "+PONG"'],
])("TCPExpectAssert says of %j what it claims", (options, claim) => {
  const parameters = bind(kind, { port: 7, ...options });
  expect([kind.claim(parameters), kind.subject(parameters)]).toEqual([claim, "127.0.0.1:7"]);
});

it("TCPExpectAssert judges its samples as they say", () => {
  for (const { expected, judgement } of kind.samples()) expect(judgement.verdict).toBe(expected);
});
