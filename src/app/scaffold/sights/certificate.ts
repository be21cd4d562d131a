import { SSLCertificateAssert } from "../../../catalog/assertions/ssl-certificate.ts";
import { HostResource } from "../../../catalog/resources/host.ts";
import { isoDate } from "../../../model/iso-date.ts";
import { InvalidOption } from "../../../model/options.ts";
import { tlsEndpoint, tlsUrl } from "../../../model/tls-endpoint.ts";
import type { CertificateInfo, TlsObservation } from "../../../ports/sockets.ts";
import { draftAssertion, draftResource, type Draft } from "../draft.ts";
import { UnusableWord, type Sight, type Sighting } from "../sight.ts";

const PREFIX = "cert:";
const MS_PER_DAY = 86_400_000;
const DEFAULT_DAYS = 14;

/** What lives for less than six weeks is renewed when a third of its life is left. */
const RENEWED_SHARE = 3;
const MOST_NAMES = 10;

interface Wanted {
  readonly minDaysValid: number;
  readonly chain?: false;
  readonly names?: readonly string[];
}

/** The certificate of a server. */
export const certificateSight: Sight = {
  form: "cert:HOST or cert:HOST:PORT",
  recognise: async (word, { world }) => {
    if (!word.startsWith(PREFIX)) return null;
    const url = readEndpoint(word.slice(PREFIX.length));
    const to = tlsEndpoint(url);
    return {
      label: url,
      unseen: () => draftOf(url, { minDaysValid: DEFAULT_DAYS }),
      look: async (signal) => {
        const sockets = await world.sockets();
        const observation = await sockets.tls(to, { serverName: to.host, signal });
        return describe(url, observation, world.clock.now());
      },
    };
  },
};

function readEndpoint(text: string): string {
  try {
    return tlsUrl().read(text);
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    throw new UnusableWord(`must be cert:HOST or cert:HOST:PORT`);
  }
}

function describe(url: string, observation: TlsObservation, now: number): Sighting {
  const [leaf] = observation.chain;
  if (leaf === undefined) {
    const draft = draftOf(url, { minDaysValid: DEFAULT_DAYS });
    return { isThere: false, seen: "shows no certificate", notes: [], draft };
  }
  const minDaysValid = minDaysOf(leaf);
  const names = leaf.names.slice(0, MOST_NAMES);
  const isOtherName = observation.nameProblem !== null && names.length > 0;
  const isTrusted = observation.trustProblem === null;
  const draft = draftOf(url, {
    minDaysValid,
    ...(isTrusted ? {} : { chain: false }),
    ...(isOtherName ? { names } : {}),
  });
  const isExpired = leaf.validTo < now;
  return {
    isThere: !isExpired,
    seen: `shows a certificate that ${isExpired ? "expired on" : "is valid until"} ${isoDate(leaf.validTo)}`,
    notes: [
      ...(isTrusted ? [] : ["It is not trusted, so its chain is not asserted"]),
      ...(isOtherName ? ["It is for other names, so those are asserted"] : []),
      ...(!isExpired && leaf.validTo - now < minDaysValid * MS_PER_DAY
        ? [`It is due for renewal: until then, ${String(minDaysValid)} days are not left`]
        : []),
    ],
    draft,
  };
}

function minDaysOf({ validFrom, validTo }: CertificateInfo): number {
  const thirdDays = Math.floor((validTo - validFrom) / MS_PER_DAY / RENEWED_SHARE);
  return Number.isFinite(thirdDays) ? Math.max(0, Math.min(DEFAULT_DAYS, thirdDays)) : DEFAULT_DAYS;
}

function draftOf(url: string, wanted: Wanted): Draft {
  return {
    name: `${tlsEndpoint(url).host}-certificate`,
    resource: draftResource(HostResource, {}),
    assertions: [draftAssertion(SSLCertificateAssert, { url, ...wanted })],
  };
}
