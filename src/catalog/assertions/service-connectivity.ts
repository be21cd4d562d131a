import { assertion, type Binding, type CheckScope } from "../../model/assertion.ts";
import {
  isEncrypted,
  isLocalHost,
  needsHost,
  peerAddress,
  type ConnectivityOptions,
  type PeerAddress,
} from "../../model/connectivity.ts";
import { ObservationError, TransportError } from "../../model/errors.ts";
import { integer, oneOf, resourceReference, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import type { Target } from "../../model/target.ts";
import type { World } from "../../ports/world.ts";

/**
 * A silent target is given up before the check is, so that it is heard of: whatever takes longer is our own way there. From
 * inside a container that is the engine, and a program that has to start.
 */
const REACH_SHARE = { fromContainer: 0.7, fromHere: 0.9 } as const;

const MS_PER_SECOND = 1_000;

const HOST_HINT =
  'write how the container knows this machine: host: "host.docker.internal", or its address';

interface Seen {
  /** Where was looked: `redis:6379`. */
  readonly at: string;
  /** Null when it was reached; otherwise why not. */
  readonly reason: string | null;
  /** What may help; null when nothing does. */
  readonly remark: string | null;
}

/**
 * A resource can reach another one, tried from inside the source: for a container from its network, otherwise from this
 * machine. It belongs to the source, which from then on depends on the target.
 *
 * @example
 * ```ts
 * new ServiceConnectivityAssert({ fromService: shop, toService: redis, port: 6379 });
 * ```
 */
export class ServiceConnectivityAssert extends assertion({
  kind: "service-connectivity",
  name: "ServiceConnectivityAssert",
  summary: "A resource can reach another one, tried from inside the first.",
  blameForTimeout: "ourselves",
  uses: ["containers", "http", "sockets"],
  fields: {
    fromService: resourceReference().required(
      "The resource that it belongs to, and that connects.",
    ),
    toService: resourceReference().required("The resource that it connects to."),
    protocol: oneOf(["tcp", "http"]).or(
      "tcp",
      "Whether a connection is enough, or an answer over HTTP must come, whatever its status; over HTTPS, none can be asked for from inside a container.",
    ),
    host: text({
      most: 255,
      like: /^[\w:][\w.:-]*$/u,
      label: "name or address of a host",
    }).optional(
      "Where the target is, as the source knows it; its container's name, the host of its URL, or this machine by default; a container must be told how it knows this machine.",
    ),
    port: integer(1, 65_535).optional(
      "The port; the first of the target's container, or that of its URL, by default.",
    ),
    path: text({ most: 2_048, like: /^\/\S*$/u, label: "path that begins with /" }).optional(
      "What is asked for over HTTP; the path of the target's URL, otherwise /, by default.",
    ),
  },
  bind: (parameters, { related = {} }: Binding) => {
    const { [parameters.fromService]: from, [parameters.toService]: to } = related;
    // What is not known is a problem of its own.
    if (from !== undefined && to !== undefined) refuseMistaken(from, to, parameters);
    return {};
  },
  claim: ({ fromService, toService, port, protocol }) => {
    const to = port === null ? toService : `${toService}:${String(port)}`;
    return protocol === "tcp"
      ? `${fromService} can connect to ${to} over TCP`
      : `${fromService} gets an answer from ${to} over HTTP`;
  },
  subject: ({ fromService, toService, port, protocol }) =>
    `${fromService} → ${toService}${port === null ? "" : `:${String(port)}`}/${protocol}`,
  probe: async (parameters, world: World, scope): Promise<Seen> => {
    const { fromService, toService, protocol } = parameters;
    const from = targetNamed(fromService, scope);
    const target = targetNamed(toService, scope);
    refuseMistaken(from, target, parameters);
    const to = peerAddress(from, target, parameters);
    const at = shownAddress(to);
    if (from.container === null) {
      return { at, reason: await reachFromHere(world, to, { protocol, scope }), remark: null };
    }
    const containers = await world.containers();
    const reason = await containers.reach(from.container, {
      ...to,
      protocol,
      timeoutMs: Math.floor(scope.timeoutMs * REACH_SHARE.fromContainer),
      signal: scope.signal,
    });
    const isItself = reason !== null && isLocalHost(to.host);
    return { at, reason, remark: isItself ? inside(to.host, fromService) : null };
  },
  judge: ({ at, reason, remark }) => ({
    verdict: reason === null ? "pass" : "fail",
    expected: "reachable",
    actual: reason === null ? `reached ${at}` : `${at}: ${reason}`,
    ...(remark === null ? {} : { details: remark }),
  }),
  samples: [
    {
      options: { fromService: "shop", toService: "redis", port: 6379 },
      observation: { at: "redis:6379", reason: null, remark: null },
      verdict: "pass",
    },
    {
      options: { fromService: "shop", toService: "api", protocol: "http" },
      observation: { at: "api:8080", reason: "connection refused", remark: null },
      verdict: "fail",
    },
  ],
}) {}

// What would be looked for in the wrong place, or not as the claim says.
function refuseMistaken(
  from: Target,
  to: Target,
  options: ConnectivityOptions & { readonly protocol: "tcp" | "http" },
): void {
  if (from.container === null) return;
  if (needsHost(from, to, options)) {
    throw new InvalidOption(
      `needs the host of ${to.resource}, which is on this machine: localhost is the container itself in ${from.resource}`,
      { code: "option-missing", property: "host", hint: HOST_HINT },
    );
  }
  if (options.protocol === "http" && isEncrypted(to)) {
    throw new InvalidOption(
      `asks ${to.resource} over HTTP, while its URL begins with https: in a container, nothing speaks TLS for us`,
      { property: "protocol", hint: 'write protocol: "tcp", which tries to connect' },
    );
  }
}

function targetNamed(name: string, { related }: CheckScope): Target {
  const target = related[name];
  if (target !== undefined) return target;
  throw new ObservationError(`the plan does not say what ${name} is: run clockwork compile`);
}

async function reachFromHere(
  world: World,
  to: PeerAddress,
  { protocol, scope }: { readonly protocol: "tcp" | "http"; readonly scope: CheckScope },
): Promise<string | null> {
  const waitMs = scope.timeoutMs * REACH_SHARE.fromHere;
  const patience = new AbortController();
  const cancel = world.clock.after(waitMs, () => {
    patience.abort(new TransportError(`no answer within ${String(waitMs / MS_PER_SECOND)} s`));
  });
  const signal = AbortSignal.any([scope.signal, patience.signal]);
  try {
    if (protocol === "http") {
      const http = await world.http();
      await http.request({ url: urlOf(to), followRedirects: false, signal });
    } else {
      const sockets = await world.sockets();
      await sockets.connect({ host: to.host, port: to.port }, signal);
    }
    return null;
  } catch (error) {
    if (!(error instanceof TransportError) || error.blame === "ourselves") throw error;
    return error.message;
  } finally {
    cancel();
  }
}

function urlOf(to: PeerAddress): URL {
  const scheme = to.isEncrypted ? "https" : "http";
  const url = new URL(`${scheme}://${shownAddress(to)}/`);
  const [pathname = "/", ...query] = to.path.split("?");
  url.pathname = pathname;
  url.search = query.join("?");
  return url;
}

function shownAddress({ host, port }: PeerAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

function inside(host: string, from: string): string {
  return `${host} is the container of ${from} itself there; name this machine's address with host`;
}
