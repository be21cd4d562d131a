import { assertion } from "../../model/assertion.ts";
import { list } from "../../model/composite-types.ts";
import { boolean, oneOf } from "../../model/option-types.ts";
import {
  isExcepted,
  isLoopback,
  portException,
  type Listener,
} from "../../model/port-exception.ts";
import type { World } from "../../ports/world.ts";

const SHOWN_PORTS = 8;

/**
 * Nobody listens on this machine, other than on the ports named.
 *
 * Those that only this machine itself can reach do not count, unless asked for. Over UDP, a program that waits for an answer
 * cannot be told from one that listens: `protocol: "tcp"` leaves both out.
 *
 * @example
 * ```ts
 * new NoOpenPortsAssert({ exceptPorts: [22, 443, "udp/53"] });
 * ```
 */
export class NoOpenPortsAssert extends assertion({
  kind: "no-open-ports",
  name: "NoOpenPortsAssert",
  summary: "Nobody listens on this machine, other than on the ports named.",
  blameForTimeout: "ourselves",
  uses: ["machine"],
  fields: {
    exceptPorts: list(portException()).or(
      [],
      'Ports that may be open: a number for TCP and UDP, or with a protocol, such as "tcp/53".',
    ),
    protocol: oneOf(["any", "tcp", "udp"]).or("any", "Which protocol is looked at."),
    includeLoopback: boolean().or(
      false,
      "Whether ports count that only this machine itself can reach.",
    ),
  },
  claim: ({ exceptPorts, protocol, includeLoopback }) => {
    const what = protocol === "any" ? "port" : `${protocol.toUpperCase()} port`;
    const where = includeLoopback ? "" : " to other machines";
    return `no ${what} is open${where}${exceptPorts.length === 0 ? "" : ` but ${listed(exceptPorts)}`}`;
  },
  subject: ({ exceptPorts }) =>
    exceptPorts.length === 0 ? "this machine" : `this machine but ${listed(exceptPorts)}`,
  probe: async (_, world: World, { signal }) => {
    const machine = await world.machine();
    return await machine.listeningPorts(signal);
  },
  judge: (listeners: readonly Listener[], { exceptPorts, protocol, includeLoopback }) => {
    const unexpected = listeners.filter(
      (listener) =>
        (protocol === "any" || listener.protocol === protocol) &&
        (includeLoopback || !isLoopback(listener.address)) &&
        !isExcepted(listener, exceptPorts),
    );
    const expected =
      exceptPorts.length === 0 ? "none open" : `none open but ${listed(exceptPorts)}`;
    if (unexpected.length === 0) return { verdict: "pass", expected, actual: "none open" };
    const open = shownListeners(unexpected);
    return {
      verdict: "fail",
      expected,
      actual: `open: ${listed(open)}`,
      ...(open.length > SHOWN_PORTS ? { details: open.join("\n") } : {}),
      metrics: { unexpectedPortCount: open.length },
    };
  },
  samples: [
    {
      options: { exceptPorts: [22] },
      observation: [
        { protocol: "tcp", address: "0.0.0.0", port: 22 },
        { protocol: "tcp", address: "127.0.0.1", port: 5432 },
      ],
      verdict: "pass",
    },
    {
      options: { exceptPorts: [22, "tcp/53"] },
      observation: [
        { protocol: "udp", address: "0.0.0.0", port: 53 },
        { protocol: "tcp", address: "0.0.0.0", port: 22 },
      ],
      verdict: "fail",
    },
  ],
}) {}

// One entry for each port, with the addresses where it is open.
function shownListeners(listeners: readonly Listener[]): readonly string[] {
  const inOrder = [...listeners].sort(
    (one, other) => one.port - other.port || (one.protocol < other.protocol ? -1 : 1),
  );
  const ports = Map.groupBy(inOrder, ({ protocol, port }) => `${protocol}/${String(port)}`);
  return [...ports].map(([port, open]) => {
    const addresses = new Set(open.map(({ address }) => address));
    return `${port} on ${[...addresses].sort().join(" and ")}`;
  });
}

function listed(ports: readonly (number | string)[]): string {
  const shown = ports.slice(0, SHOWN_PORTS).map(String).join(", ");
  const more = ports.length - SHOWN_PORTS;
  return more > 0 ? `${shown} and ${String(more)} more` : shown;
}
