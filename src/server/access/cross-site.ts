import type { IncomingMessage } from "node:http";
import { originOf } from "../outside.ts";
import { Refusal } from "../refusal.ts";
import { readHost } from "./forwarded.ts";
import { isLoopback, plainAddress } from "./networks.ts";

/**
 * Refuses what a page of another site made a browser ask: browsers send certificates along with that, too.
 *
 * @param request - The request.
 * @param options - Whether it comes from a proxy that is believed, and whether links on other sites may lead here.
 * @returns Why it is refused; null when it is not.
 */
export function refuseOtherSites(
  request: IncomingMessage,
  { isProxied, mayNavigate }: { readonly isProxied: boolean; readonly mayNavigate: boolean },
): Refusal | null {
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const isElsewhere = site !== undefined && site !== "same-origin" && site !== "none";
  if (isElsewhere && !(mayNavigate && isLink(request))) return foreign();
  if (origin === undefined) return null;
  const own = URL.parse(originOf(request, isProxied))?.origin;
  return origin === own ? null : foreign();
}

/**
 * Refuses what is meant for another host: a name of somebody else may lead to this machine, and then its pages may read answers.
 *
 * @param request - The request.
 * @param hosts - Names that are ours, besides those of the loopback and the address that is asked.
 * @returns Why it is refused; null when it is not.
 */
export function refuseOtherHosts(
  request: IncomingMessage,
  hosts: ReadonlySet<string>,
): Refusal | null {
  const name = (readHost(request.headers.host ?? "") ?? "").replace(/:\d+$/u, "");
  const address = name.replace(/^\[(.*)\]$/u, "$1");
  const isOwn =
    name === "localhost" ||
    hosts.has(name) ||
    isLoopback(address) ||
    (name !== "" && address === plainAddress(request.socket.localAddress));
  return isOwn ? null : new Refusal(421, "host-foreign", "This server has another name.");
}

// A link that somebody followed: it reads, and the page that it stands on sees nothing of the answer.
function isLink({ method, headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    headers["sec-fetch-mode"] === "navigate" &&
    headers["sec-fetch-dest"] === "document"
  );
}

function foreign(): Refusal {
  return new Refusal(403, "origin-foreign", "A page of another site may not ask this server.");
}
