import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate } from "node:tls";
import fc from "fast-check";
import { expect, it } from "vitest";
import { certificateInfo, chainOf, namesOf } from "./certificate-info.ts";

/** Of 2026 to 2126, signed by itself, with names of all kinds. */
const PEM = `-----BEGIN CERTIFICATE-----
MIICQTCCAeigAwIBAgIBATAKBggqhkjOPQQDAjA5MQswCQYDVQQGEwJVUzEWMBQG
A1UECgwNRm9vLCBCYXIgSW5jLjESMBAGA1UEAwwJdGVzdCBuYW1lMCAXDTI2MTEy
MjEwMjYyMFoYDzIxMjYxMDI5MTAyNjIwWjA5MQswCQYDVQQGEwJVUzEWMBQGA1UE
CgwNRm9vLCBCYXIgSW5jLjESMBAGA1UEAwwJdGVzdCBuYW1lMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAE9pXx0kRUn79qQQWggVYzVJrfbuwxYh/f0lJHgTuUZFnR
697yolTR4H7tQ2nEtDp0mAPgxifOYBiWHfRkCjIvrqOB3jCB2zCBuQYDVR0RBIGx
MIGugglhLmV4YW1wbGWCCyouYi5leGFtcGxlhwR/AAABhxAgAQ24AAAAAAAAAAAA
AAABhhVodHRwczovL3guZXhhbXBsZS9hLGKCG2MuZXhhbXBsZSwgRE5TOmV2aWwu
ZXhhbXBsZYELYUBiLmV4YW1wbGWkOzA5MQswCQYDVQQGEwJVUzEWMBQGA1UECgwN
Rm9vLCBCYXIgSW5jLjESMBAGA1UEAwwJdGVzdCBuYW1lMB0GA1UdDgQWBBSTR3ly
55Vw89Q4BaNGK2LIw6IKlDAKBggqhkjOPQQDAgNHADBEAiBkJhNMsX75fqjGSxGV
5ssedwe1FXxPNeKfcmVFdyAR0QIgRDYFgbX1BMtGS1sfR6b8H63WgJQDFEiZEYRU
P71hhx8=
-----END CERTIFICATE-----`;
const LEGACY = new X509Certificate(PEM).toLegacyObject();

it("certificateInfo() tells names, times and fingerprint", () => {
  expect(certificateInfo(LEGACY)).toEqual({
    subject: "test name",
    issuer: "test name",
    issuerName: "C=US, O=Foo\\, Bar Inc., CN=test name",
    names: [
      ...["a.example", "*.b.example", "127.0.0.1", "2001:db8::1"],
      "c.example, DNS:evil.example",
    ],
    validFrom: Date.parse("2026-11-22T10:26:20Z"),
    validTo: Date.parse("2126-10-29T10:26:20Z"),
    fingerprint: "63b27f4f01192c9f50dbc9a0bbe68328f101a342bea1443ebe1f1612cc0e4288",
  });
});

it("certificateInfo() names the organisation where the issuer has no common name, and takes the last of several", () => {
  const { subject } = LEGACY;
  const bare = { ...LEGACY, issuer: { C: "US", O: "Foo, Inc." } as typeof subject };
  expect(certificateInfo(bare).issuer).toBe("Foo, Inc.");
  const names = { ...subject, CN: ["wide", "narrow\u001b[31m"] as unknown as string };
  expect(certificateInfo({ ...LEGACY, subject: names }).subject).toBe("narrow\uFFFD[31m");
  const none = { C: "US" } as typeof subject;
  expect(certificateInfo({ ...LEGACY, subject: none, issuer: none })).toMatchObject({
    subject: "C=US, O=Foo\\, Bar Inc., CN=test name",
    issuer: "C=US, O=Foo\\, Bar Inc., CN=test name",
  });
});

it("chainOf() ends where a certificate is its own issuer, and after ten", () => {
  const root = { ...LEGACY } as DetailedPeerCertificate;
  root.issuerCertificate = root;
  expect(chainOf(root)).toHaveLength(1);
  expect(chainOf(null)).toEqual([]);
  expect(chainOf({} as DetailedPeerCertificate)).toEqual([]);
  let long = root;
  for (let count = 0; count < 20; count += 1) {
    long = { ...LEGACY, fingerprint256: String(count), issuerCertificate: long };
  }
  expect(chainOf(long)).toHaveLength(10);
});

it.each<[string, readonly string[]]>([
  ["", []],
  ["DNS:a.example", ["a.example"]],
  ["DNS:a.example, DNS:*.b.example", ["a.example", "*.b.example"]],
  ["IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", ["127.0.0.1", "::1"]],
  ["IP Address:<invalid length=3>, DNS:a", ["a"]],
  ["URI:http://a.example, email:a@b.example, DNS:a", ["a"]],
  ['DNS:"a\\u002c DNS:b", DNS:c', ["a, DNS:b", "c"]],
  ['DNS:"a\\u0000b"', ["a\uFFFDb"]],
  ['DNS:"a\\x", DNS:b', ["b"]],
  ['DirName:"C=US\\u002cO=x", DNS:b', ["b"]],
  ['DNS:a, DNS:"b', ["a"]],
  ["DNS:a,DNS:b", []],
])("namesOf() reads %j", (text, names) => {
  expect(namesOf(text)).toEqual(names);
});

it("namesOf() reads back what was written, and stops at its limit", () => {
  const name = fc.stringMatching(/^[a-z0-9*.-]{1,60}$/u);
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), (names) => {
      expect(namesOf(names.map((each) => `DNS:${each}`).join(", "))).toEqual(names);
    }),
  );
  expect(namesOf(Array(3_000).fill("DNS:a").join(", "))).toHaveLength(1_000);
});

it("namesOf() takes any text, and gives nothing that could drive a terminal", () => {
  const part = fc.oneof(
    fc.constantFrom("DNS:", "IP Address:", ", ", '"', "\\", ":", "\\u0000", "\u001b", "::1"),
    fc.string({ unit: "binary-ascii", maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      for (const name of namesOf(parts.join(""))) {
        expect(name).toMatch(/^[^\p{Cc}\p{Cs}]{1,500}$/u);
      }
    }),
  );
});
