import { checkServerIdentity, type PeerCertificate } from "node:tls";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isCovered } from "./certificate-names.ts";

it.each<[string, readonly string[], boolean]>([
  ["example.com", ["example.com"], true],
  ["EXAMPLE.com.", ["example.COM"], true],
  ["example.com", ["example.org", "www.example.com"], false],
  ["www.example.com", ["*.example.com"], true],
  ["example.com", ["*.example.com"], false],
  ["a.b.example.com", ["*.example.com"], false],
  ["b.example.com", ["b.*.com"], false],
  ["www.example.com", ["w*.example.com"], false],
  ["www.example.com", ["*"], false],
  ["example.com", ["*.com"], false],
  ["*.example.com", ["*.example.com"], true],
  ["*.example.com", ["www.example.com"], false],
  ["www.example.com", ["*.*.com"], false],
  ["192.0.2.1", ["192.0.2.1"], true],
  ["192.0.2.1", ["*.0.2.1"], false],
  ["::1", ["0:0:0:0:0:0:0:1"], true],
  ["", [""], false],
  [".example.com", ["*.example.com"], false],
  ["example.com", [], false],
])("isCovered() of %s by %j is %j", (name, names, covered) => {
  expect(isCovered(name, names)).toBe(covered);
});

it("isCovered() covers nothing that Node would not", () => {
  const label = fc.constantFrom("a", "b", "www", "*", "w*", "com", "example");
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
  fc.assert(
    fc.property(name, fc.array(name, { minLength: 1, maxLength: 3 }), (host, names) => {
      fc.pre(!host.includes("*") && isCovered(host, names));
      const subjectaltname = names.map((one) => `DNS:${one}`).join(", ");
      const certificate = { subject: {}, subjectaltname } as unknown as PeerCertificate;
      expect(checkServerIdentity(host, certificate)).toBeUndefined();
    }),
  );
});
