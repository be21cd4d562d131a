import { expect, it } from "vitest";
import { probe } from "../../../test/support/probe.ts";
import { TransportError } from "../../model/errors.ts";
import type { Sockets } from "../../ports/sockets.ts";
import { PortAccessibleAssert } from "./port-accessible.ts";

const { kind } = PortAccessibleAssert;

function sockets(parts: Partial<Sockets>): { sockets: () => Promise<Sockets> } {
  return { sockets: () => Promise.resolve(parts as Sockets) };
}

it("PortAccessibleAssert passes when the port takes a connection", async () => {
  const asked: unknown[] = [];
  const world = sockets({
    connect: (to) => {
      asked.push(to);
      return Promise.resolve();
    },
  });
  expect(await probe(kind, { port: 5432 }, { world })).toMatchObject({ verdict: "pass" });
  expect(asked).toEqual([{ host: "127.0.0.1", port: 5432 }]);
});

it("PortAccessibleAssert fails with the reason when the port refuses", async () => {
  const world = sockets({
    connect: () => Promise.reject(new TransportError("connection refused")),
  });
  const judgement = await probe(kind, { port: 1 }, { world });
  expect(judgement).toEqual({ verdict: "fail", expected: "open", actual: "connection refused" });
});

it("PortAccessibleAssert cannot say anything when our own machine fails", async () => {
  const error = new TransportError("too many files open", { blame: "ourselves" });
  const world = sockets({ connect: () => Promise.reject(error) });
  await expect(probe(kind, { port: 1 }, { world })).rejects.toBe(error);
});

it("PortAccessibleAssert over UDP passes on silence and waits for half of its time", async () => {
  const waits: number[] = [];
  const world = sockets({
    datagram: (_, { waitMs }) => {
      waits.push(waitMs);
      return Promise.resolve("silent");
    },
  });
  const options = { port: 53, protocol: "udp" };
  const judgement = await probe(kind, options, { world, timeoutMs: 2_000 });
  expect(judgement).toMatchObject({ verdict: "pass", actual: "silent" });
  expect(waits).toEqual([1_000]);
});
