import { assertion } from "../../model/assertion.ts";
import { TransportError } from "../../model/errors.ts";
import { integer, oneOf, text } from "../../model/option-types.ts";
import type { World } from "../../ports/world.ts";

/** Long enough for an answer from next door, short enough to leave time for the deadline. */
const DATAGRAM_WAIT_SHARE = 0.5;

/** A datagram that asks for nothing: whoever listens may ignore it, a closed port says so. */
const EMPTY = new Uint8Array();

/**
 * A port takes connections.
 *
 * Over UDP, silence passes: only a refusal shows that nobody listens.
 *
 * @example
 * ```ts
 * new PortAccessibleAssert({ port: 5432 });
 * ```
 */
export class PortAccessibleAssert extends assertion({
  kind: "port-accessible",
  name: "PortAccessibleAssert",
  summary: "A port takes connections.",
  uses: ["sockets"],
  fields: {
    port: integer(1, 65_535).required("The port."),
    host: text({ most: 255 }).or("127.0.0.1", "A name or an address."),
    protocol: oneOf(["tcp", "udp"]).or(
      "tcp",
      "Over UDP, silence passes: only a refusal shows that nobody listens.",
    ),
  },
  claim: ({ host, port, protocol }) =>
    protocol === "tcp"
      ? `${endpoint(host, port)} accepts TCP connections`
      : `${endpoint(host, port)} does not refuse UDP datagrams`,
  subject: ({ host, port, protocol }) => `${endpoint(host, port)}/${protocol}`,
  probe: async ({ host, port, protocol }, world: World, { signal, timeoutMs }) => {
    const sockets = await world.sockets();
    try {
      if (protocol === "tcp") {
        await sockets.connect({ host, port }, signal);
        return { state: "open", reason: "" };
      }
      const waitMs = timeoutMs * DATAGRAM_WAIT_SHARE;
      const options = { payload: EMPTY, waitMs, signal };
      return { state: await sockets.datagram({ host, port }, options), reason: "" };
    } catch (error) {
      if (!(error instanceof TransportError) || error.blame === "ourselves") throw error;
      return { state: "closed", reason: error.message };
    }
  },
  judge: ({ state, reason }, { protocol }) => ({
    verdict: state === "closed" ? "fail" : "pass",
    expected: protocol === "tcp" ? "open" : "open, or silent",
    actual: state === "closed" ? reason : state,
  }),
  samples: [
    { options: { port: 80 }, observation: { state: "open", reason: "" }, verdict: "pass" },
    {
      options: { port: 53, protocol: "udp" },
      observation: { state: "silent", reason: "" },
      verdict: "pass",
    },
    {
      options: { port: 80 },
      observation: { state: "closed", reason: "connection refused (127.0.0.1:80, ECONNREFUSED)" },
      verdict: "fail",
    },
  ],
}) {}

function endpoint(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}
