import { PortAccessibleAssert } from "../../../catalog/assertions/port-accessible.ts";
import { HostResource } from "../../../catalog/resources/host.ts";
import { draftAssertion, draftResource, type Draft } from "../draft.ts";
import { UnusableWord, type Sight } from "../sight.ts";

const PORT = /^\d{1,9}$/u;
const HOST_AND_PORT = /^(?:\[(?<literal>[^\]\s]+)\]|(?<host>[^:/\s[\]]+)):(?<port>\d{1,9})$/u;
const MOST_PORT = 65_535;
const LOOPBACK = "127.0.0.1";

/** A TCP port. */
export const portSight: Sight = {
  form: "a port, or host:port",
  recognise: async (word, { world }) => {
    const place = readPlace(word);
    if (place === null) return null;
    const { host, port } = place;
    if (port < 1 || port > MOST_PORT) {
      throw new UnusableWord(`names no port: one is 1 to ${String(MOST_PORT)}`);
    }
    const draft = draftOf(host, port);
    return {
      label: host.includes(":") ? `[${host}]:${String(port)}` : `${host}:${String(port)}`,
      unseen: () => draft,
      look: async (signal) => {
        const sockets = await world.sockets();
        await sockets.connect({ host, port }, signal);
        return { isThere: true, seen: "accepts TCP connections", notes: [], draft };
      },
    };
  },
};

function readPlace(word: string): { readonly host: string; readonly port: number } | null {
  if (PORT.test(word)) return { host: LOOPBACK, port: Number(word) };
  const { literal, host = literal, port } = HOST_AND_PORT.exec(word)?.groups ?? {};
  return host === undefined ? null : { host, port: Number(port) };
}

function draftOf(host: string, port: number): Draft {
  const isLoopback = host === LOOPBACK;
  const options = isLoopback ? { port } : { host, port };
  return {
    name: `${isLoopback ? "host" : host}-${String(port)}`,
    resource: draftResource(HostResource, {}),
    assertions: [draftAssertion(PortAccessibleAssert, options)],
  };
}
