import { expect, it } from "vitest";
import { bind, probe } from "../../../test/support/probe.ts";
import { TransportError } from "../../model/errors.ts";
import { readOptions } from "../../model/options.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CertificateInfo, Endpoint, Sockets, TlsObservation } from "../../ports/sockets.ts";
import type { World } from "../../ports/world.ts";
import { SSLCertificateAssert } from "./ssl-certificate.ts";

const { kind } = SSLCertificateAssert;
const url = "https://example.com/";
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 15, 12);

interface Parts extends Partial<TlsObservation> {
  readonly leaf?: Partial<CertificateInfo>;
}

function showing(parts: Parts | Error, asked: unknown[] = []): Partial<World> {
  const tls = (to: Endpoint, { serverName }: { serverName: string }): Promise<TlsObservation> => {
    asked.push([to, serverName]);
    if (parts instanceof Error) return Promise.reject(parts);
    const { leaf, ...rest } = parts;
    const certificate = {
      subject: "example.com",
      issuer: "R11",
      issuerName: "C=US, O=Let's Encrypt, CN=R11",
      names: ["example.com", "*.example.com"],
      validFrom: NOW - 30 * DAY_MS,
      validTo: NOW + 60 * DAY_MS,
      fingerprint: "00",
      ...leaf,
    };
    return Promise.resolve({
      chain: [certificate],
      protocol: "TLSv1.3",
      trustProblem: null,
      nameProblem: null,
      ...rest,
    });
  };
  const clock: Partial<Clock> = { now: () => NOW };
  return {
    sockets: () => Promise.resolve({ tls } as unknown as Sockets),
    clock: clock as Clock,
  };
}

it("SSLCertificateAssert passes for a trusted certificate with days to spare", async () => {
  expect(await probe(kind, { url }, { world: showing({}) })).toEqual({
    verdict: "pass",
    expected: "valid for 14 days or more",
    actual: "valid for 60 days, until 2026-08-14",
    metrics: { validDays: 60, expiryTimestampSeconds: (NOW + 60 * DAY_MS) / 1_000 },
  });
});

it.each<[string, Parts, object, string, string]>([
  [
    "expired",
    { leaf: { validTo: NOW - 3 * DAY_MS }, trustProblem: "certificate has expired" },
    {},
    "valid for 14 days or more",
    "expired 3 days ago, on 2026-06-12",
  ],
  [
    "not valid yet",
    { leaf: { validFrom: NOW + DAY_MS } },
    {},
    "valid for 14 days or more",
    "not valid before 2026-06-16",
  ],
  [
    "about to expire",
    { leaf: { validTo: NOW + 13.999 * DAY_MS } },
    {},
    "valid for 14 days or more",
    "valid for 13.999 days, until 2026-06-29",
  ],
  [
    "without a date",
    { leaf: { validTo: NaN } },
    {},
    "valid for 14 days or more",
    "valid for unknown days, until an unknown date",
  ],
  [
    "expired since a day",
    { leaf: { validTo: NOW - DAY_MS } },
    { minDaysValid: 1 },
    "valid for 1 day or more",
    "expired 1 day ago, on 2026-06-14",
  ],
  [
    "valid for a day",
    { leaf: { validTo: NOW + DAY_MS } },
    { minDaysValid: 2 },
    "valid for 2 days or more",
    "valid for 1 day, until 2026-06-16",
  ],
  [
    "untrusted",
    { trustProblem: "self-signed certificate" },
    {},
    "a trusted certificate",
    "self-signed certificate",
  ],
  [
    "for another name",
    { nameProblem: "it is for a.example" },
    {},
    "a certificate for example.com",
    "it is for a.example",
  ],
  [
    "for another name, though it need not be trusted",
    { nameProblem: "it is for a.example", trustProblem: "self-signed" },
    { chain: false, serverName: "b.example" },
    "a certificate for b.example",
    "it is for a.example",
  ],
  [
    "without one of the names",
    {},
    { names: ["www.example.com", "a.b.example.com"] },
    "a certificate for a.b.example.com",
    "one for example.com, *.example.com",
  ],
  [
    "from another issuer",
    {},
    { issuer: "DigiCert" },
    'a certificate from "DigiCert"',
    `one from "C=US, O=Let's Encrypt, CN=R11"`,
  ],
  ["missing", { chain: [] }, {}, "a certificate", "none"],
])("SSLCertificateAssert fails when the certificate is %s", async (_, parts, options, ...said) => {
  const judgement = await probe(kind, { url, ...options }, { world: showing(parts) });
  const { verdict, expected, actual } = judgement;
  expect([verdict, expected, actual]).toEqual(["fail", ...said]);
});

it.each<[string, Parts, object]>([
  ["exactly as many days", { leaf: { validTo: NOW + 14 * DAY_MS } }, {}],
  ["any day, when that will do", { leaf: { validTo: NOW + 1 } }, { minDaysValid: 0 }],
  ["no trust, when that will do", { trustProblem: "self-signed" }, { chain: false }],
  ["the issuer in any case", {}, { issuer: "let's encrypt" }],
  ["a wildcard", {}, { names: ["www.example.com", "EXAMPLE.com"] }],
  ["the names, asked by another", { nameProblem: "not for 127.0.0.1" }, { names: ["example.com"] }],
])("SSLCertificateAssert passes with %s", async (_, parts, options) => {
  const judgement = await probe(kind, { url, ...options }, { world: showing(parts) });
  expect(judgement.verdict).toBe("pass");
});

it("SSLCertificateAssert tells of everything that is wrong", async () => {
  const parts = { leaf: { validTo: NOW + DAY_MS }, trustProblem: "self-signed", nameProblem: "no" };
  const judgement = await probe(kind, { url }, { world: showing(parts) });
  expect(judgement.details).toBe(
    "expected a trusted certificate, got self-signed\nexpected a certificate for example.com, got no",
  );
});

it.each([
  [{ url: "https://a.example:8443/x" }, { host: "a.example", port: 8443 }, "a.example"],
  [{ url: "a.example" }, { host: "a.example", port: 443 }, "a.example"],
  [{ url: "[::1]:9", serverName: "b.example" }, { host: "::1", port: 9 }, "b.example"],
])("SSLCertificateAssert asks by %j", async (options, to, serverName) => {
  const asked: unknown[] = [];
  await probe(kind, options, { world: showing({}, asked) });
  expect(asked).toEqual([[to, serverName]]);
});

it("SSLCertificateAssert leaves a handshake that did not come about to the engine", async () => {
  const error = new TransportError("the other side does not speak TLS");
  await expect(probe(kind, { url }, { world: showing(error) })).rejects.toBe(error);
});

it("SSLCertificateAssert takes an https URL from its resource, and no other", () => {
  expect(bind(kind, {}, { target: { url } })).toMatchObject({ url: "example.com:443" });
  expect(() => bind(kind, {}, { target: { url: "http://a/" } })).toThrow("needs a URL");
});

it.each([
  ["url", "http://a/"],
  ["minDaysValid", -1],
  ["minDaysValid", 10_001],
  ["issuer", ""],
  ["names", []],
  ["chain", "yes"],
])("SSLCertificateAssert does not take as %s %j", (name, value) => {
  const { problems } = readOptions(kind.fields, { url, [name]: value });
  expect(problems.map(({ property }) => property)).toEqual([name]);
});

it.each([
  [{}, "the certificate of example.com:443 is trusted, valid for 14 days or more"],
  [
    { chain: false, minDaysValid: 0, names: ["a", "b"], issuer: "CA" },
    'the certificate of example.com:443 is valid for 0 days or more, for a, b, from "CA"',
  ],
])("SSLCertificateAssert says of %j what it claims", (options, claim) => {
  const parameters = bind(kind, { url, ...options });
  expect(kind.claim(parameters)).toBe(claim);
  expect(kind.subject(parameters)).toBe("example.com:443");
});

it("SSLCertificateAssert judges its samples as they say", () => {
  for (const { expected, judgement } of kind.samples()) expect(judgement.verdict).toBe(expected);
});
