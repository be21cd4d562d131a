import { expect, it } from "vitest";
import { bind, probe, type ProbeOptions } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import type { ListeningPort } from "../../ports/machine.ts";
import { NoOpenPortsAssert } from "./no-open-ports.ts";

const { kind } = NoOpenPortsAssert;

function listening(...ports: readonly string[]): ProbeOptions {
  const listeners = ports.map((each): ListeningPort => {
    const [protocol = "", address = "", port = ""] = each.split(" ");
    return { protocol: protocol === "udp" ? "udp" : "tcp", address, port: Number(port) };
  });
  const machine = { listeningPorts: () => Promise.resolve(listeners) };
  return { world: { machine: () => Promise.resolve(machine as never) } };
}

it("NoOpenPortsAssert passes when only excepted ports are open", async () => {
  const options = { exceptPorts: [22, "udp/53"] };
  const world = listening("tcp 0.0.0.0 22", "udp :: 22", "udp 10.0.0.1 53");
  expect(await probe(kind, options, world)).toEqual({
    verdict: "pass",
    expected: "none open but 22, udp/53",
    actual: "none open",
  });
});

it("NoOpenPortsAssert fails with each unexpected port and its addresses", async () => {
  const world = listening("tcp :: 8080", "tcp 0.0.0.0 53", "udp 0.0.0.0 53", "tcp 0.0.0.0 8080");
  const judgement = await probe(kind, { exceptPorts: ["udp/53"] }, world);
  expect(judgement).toMatchObject({
    verdict: "fail",
    actual: "open: tcp/53 on 0.0.0.0, tcp/8080 on 0.0.0.0 and ::",
    metrics: { unexpectedPortCount: 2 },
  });
});

it.each(["127.0.0.1", "127.0.0.53", "::1", "::ffff:127.0.0.1"])(
  "NoOpenPortsAssert counts %s only when it is told to",
  async (address) => {
    const world = listening(`tcp ${address} 53`);
    expect(await probe(kind, {}, world)).toMatchObject({ verdict: "pass" });
    expect(await probe(kind, { includeLoopback: true }, world)).toMatchObject({ verdict: "fail" });
  },
);

it("NoOpenPortsAssert looks at one protocol when it is told to", async () => {
  const world = listening("udp 0.0.0.0 40000");
  expect(await probe(kind, { protocol: "tcp" }, world)).toMatchObject({ verdict: "pass" });
  expect(await probe(kind, { protocol: "udp" }, world)).toMatchObject({ verdict: "fail" });
});

it("NoOpenPortsAssert names some of many ports, and all in the details", async () => {
  const ports = Array.from({ length: 10 }, (_, index) => `tcp 0.0.0.0 ${String(1_000 + index)}`);
  const judgement = await probe(kind, {}, listening(...ports));
  expect(judgement.actual).toMatch(/tcp\/1007 on 0\.0\.0\.0 and 2 more$/u);
  expect(judgement.details?.split("\n")).toHaveLength(10);
});

it("NoOpenPortsAssert cannot say anything where nobody tells who listens", async () => {
  const error = new ObservationError("not on this system");
  const machine = { listeningPorts: () => Promise.reject(error) };
  const world = { machine: () => Promise.resolve(machine as never) };
  await expect(probe(kind, {}, { world })).rejects.toBe(error);
});

it.each([0, 65_536, 1.5, "53", "sctp/53", "tcp/0", "tcp/70000", "tcp/053"])(
  "NoOpenPortsAssert refuses %s for a port",
  (port) => {
    expect(() => bind(kind, { exceptPorts: [port] })).toThrow("must be a port");
  },
);

it("NoOpenPortsAssert claims what must be true in words", () => {
  const claim = (options: object): string => kind.claim(bind(kind, options));
  expect(claim({})).toBe("no port is open to other machines");
  expect(claim({ exceptPorts: [22], protocol: "tcp", includeLoopback: true })).toBe(
    "no TCP port is open but 22",
  );
});
