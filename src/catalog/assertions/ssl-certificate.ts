import { assertion, type Judgement } from "../../model/assertion.ts";
import { isCovered } from "../../model/certificate-names.ts";
import { combined } from "../../model/combined.ts";
import { excerpt, quotedExcerpt } from "../../model/excerpt.ts";
import { shownNumber } from "../../model/figures.ts";
import { list } from "../../model/composite-types.ts";
import { boolean, number, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { isoDate } from "../../model/iso-date.ts";
import { shownTlsEndpoint, tlsEndpoint, tlsUrl } from "../../model/tls-endpoint.ts";
import type { CertificateInfo, TlsObservation } from "../../ports/sockets.ts";
import type { World } from "../../ports/world.ts";

const MS_PER_DAY = 86_400_000;
const LIMIT_NAMES = 100;
const LIMIT_NAMES_SHOWN = 5;

interface Observation extends TlsObservation {
  /** When it was looked at, in milliseconds since 1970-01-01 UTC. */
  readonly now: number;
}

interface Wanted {
  readonly minDaysValid: number;
  readonly issuer: string | null;
  readonly names: readonly string[] | null;
  readonly chain: boolean;
}

/** What decides which names are wanted. */
interface Asked extends Pick<Wanted, "names"> {
  readonly url: string | null;
  readonly serverName: string | null;
}

const LEAF: CertificateInfo = {
  subject: "example.com",
  issuer: "R11",
  issuerName: "C=US, O=Let's Encrypt, CN=R11",
  names: ["example.com", "*.example.com"],
  validFrom: Date.UTC(2026, 0, 1),
  validTo: Date.UTC(2026, 2, 31),
  fingerprint: "00".repeat(32),
};

const SAMPLE: Observation = {
  chain: [LEAF],
  protocol: "TLSv1.3",
  trustProblem: null,
  nameProblem: null,
  now: Date.UTC(2026, 1, 1),
};

/**
 * A server's TLS certificate is trusted, for the right names, and will be valid for a while.
 *
 * 14 days are left by default: what renews itself 30 days before the end, as is usual, has then been failing for two weeks.
 * The server's own certificate is judged by its dates; those it sends along count by being trusted.
 *
 * @example
 * ```ts
 * new SSLCertificateAssert({ url: "https://example.com/", minDaysValid: 21 });
 * ```
 */
export class SSLCertificateAssert extends assertion({
  kind: "ssl-certificate",
  name: "SSLCertificateAssert",
  summary:
    "A server's TLS certificate is trusted, for the right names, and will be valid for a while.",
  uses: ["sockets"],
  fields: {
    url: tlsUrl().optional(
      "Where it is: `https://…`, or `host:port`, 443 being the port by default; its resource's https URL by default.",
    ),
    minDaysValid: number({ most: 10_000 }).or(
      14,
      "For how long it must still be valid, in days of 24 hours.",
    ),
    issuer: text({ most: 255 }).optional(
      "What the name of its issuer must contain, in any case, such as `Let's Encrypt`.",
    ),
    names: list(text({ most: 255 }), { least: 1, most: LIMIT_NAMES }).optional(
      "Names that it must be for, each by itself or by a wildcard; by default the one it was asked by.",
    ),
    chain: boolean().or(
      true,
      "False for one that need not be trusted, such as one signed by itself.",
    ),
    serverName: text({ most: 253 }).optional(
      "The name to ask for (SNI), and that it must be for unless `names` are given; the host by default.",
    ),
  },
  bind: ({ url }, { target }) => {
    if (url !== null) return {};
    if (target.url?.startsWith("https:") === true) return { url: target.url };
    throw new InvalidOption("needs a URL: its resource has none that begins with https:", {
      code: "option-missing",
      hint: 'give it a url, such as url: "https://example.com/" or "127.0.0.1:8443"',
    });
  },
  claim: (parameters) =>
    `the certificate of ${shownTlsEndpoint(parameters.url)} is ${wantedOf(parameters).join(", ")}`,
  subject: ({ url }) => shownTlsEndpoint(url),
  probe: async ({ url, serverName }, world: World, { signal }): Promise<Observation> => {
    const to = tlsEndpoint(url ?? "");
    const sockets = await world.sockets();
    const seen = await sockets.tls(to, { serverName: serverName ?? to.host, signal });
    return { ...seen, now: world.clock.now() };
  },
  judge: (observation, parameters) => {
    const [leaf] = observation.chain;
    if (leaf === undefined) {
      return { verdict: "fail", expected: "a certificate", actual: "none" };
    }
    const judgement = combined(
      judgeDates(leaf, observation.now, parameters.minDaysValid),
      ...(parameters.chain ? [judgeTrust(observation)] : []),
      judgeNames(leaf, observation, parameters),
      ...(parameters.issuer === null ? [] : [judgeIssuer(leaf, parameters.issuer)]),
    );
    return {
      ...judgement,
      metrics: {
        validDays: (leaf.validTo - observation.now) / MS_PER_DAY,
        expiryTimestampSeconds: leaf.validTo / 1_000,
      },
    };
  },
  samples: [
    { options: { url: "https://example.com/" }, observation: SAMPLE, verdict: "pass" },
    {
      options: { url: "example.com:443", minDaysValid: 90 },
      observation: SAMPLE,
      verdict: "fail",
    },
    {
      options: { url: "127.0.0.1:8443" },
      observation: { ...SAMPLE, trustProblem: "self-signed certificate" },
      verdict: "fail",
    },
    {
      options: { url: "127.0.0.1:8443", chain: false, names: ["www.example.com"] },
      observation: { ...SAMPLE, trustProblem: "self-signed certificate" },
      verdict: "pass",
    },
  ],
}) {}

function wantedOf({ minDaysValid, issuer, names, chain }: Wanted): readonly string[] {
  return [
    ...(chain ? ["trusted"] : []),
    `valid for ${shownDays(String(minDaysValid))} or more`,
    ...(names === null ? [] : [`for ${shownNames(names)}`]),
    ...(issuer === null ? [] : [`from ${quotedExcerpt(issuer)}`]),
  ];
}

function judgeDates(leaf: CertificateInfo, now: number, minDaysValid: number): Judgement {
  const leftDays = (leaf.validTo - now) / MS_PER_DAY;
  const end = isoDate(leaf.validTo);
  const expected = `valid for ${shownDays(String(minDaysValid))} or more`;
  if (leftDays < 0) {
    return {
      verdict: "fail",
      expected,
      actual: `expired ${shownDays(shownNumber(-leftDays))} ago, on ${end}`,
    };
  }
  if (leaf.validFrom > now) {
    return { verdict: "fail", expected, actual: `not valid before ${isoDate(leaf.validFrom)}` };
  }
  // A date that cannot be read is none to rely on.
  const verdict = leftDays >= minDaysValid ? "pass" : "fail";
  const shown = Number.isFinite(leftDays) ? shownNumber(leftDays, [minDaysValid]) : "unknown";
  return { verdict, expected, actual: `valid for ${shownDays(shown)}, until ${end}` };
}

function shownDays(days: string): string {
  return days === "1" ? "1 day" : `${days} days`;
}

function judgeTrust({ trustProblem }: TlsObservation): Judgement {
  const expected = "a trusted certificate";
  if (trustProblem === null) return { verdict: "pass", expected, actual: "trusted" };
  return { verdict: "fail", expected, actual: excerpt(trustProblem) };
}

function judgeNames(
  leaf: CertificateInfo,
  { nameProblem }: TlsObservation,
  { names, serverName, url }: Asked,
): Judgement {
  if (names === null) {
    const expected = `a certificate for ${serverName ?? tlsEndpoint(url ?? "").host}`;
    if (nameProblem === null) return { verdict: "pass", expected, actual: "it is" };
    return { verdict: "fail", expected, actual: excerpt(nameProblem) };
  }
  const missing = names.filter((name) => !isCovered(name, leaf.names));
  return {
    verdict: missing.length === 0 ? "pass" : "fail",
    expected: `a certificate for ${shownNames(missing.length === 0 ? names : missing)}`,
    actual: leaf.names.length === 0 ? "one for no name" : `one for ${shownNames(leaf.names)}`,
  };
}

function judgeIssuer({ issuer, issuerName }: CertificateInfo, wanted: string): Judgement {
  const isFound = [issuer, issuerName].some((name) =>
    name.toLowerCase().includes(wanted.toLowerCase()),
  );
  return {
    verdict: isFound ? "pass" : "fail",
    expected: `a certificate from ${quotedExcerpt(wanted)}`,
    actual: `one from ${quotedExcerpt(issuerName)}`,
  };
}

function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, LIMIT_NAMES_SHOWN).map((name) => excerpt(name, 80));
  const more = names.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
}
