import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCertificate, readCertificates } from "../../../src/server/access/x509/certificate.ts";
import { judgeChain } from "../../../src/server/access/x509/judge-chain.ts";
import { nameText } from "../../../src/server/access/x509/distinguished-name.ts";
import {
  readRevocationLists,
  RevocationListError,
} from "../../../src/server/access/x509/revocation-list.ts";
import {
  certificateAuthority,
  type CertificateAuthority,
  type CertificateOptions,
} from "../../support/certificates.ts";
import { hasPart } from "../../support/parts.ts";

const DAY_MS = 86_400_000;

describe.skipIf(!hasPart("openssl", ["version"]))("certificates and lists of revoked ones", () => {
  let authority: CertificateAuthority;
  let other: CertificateAuthority;

  beforeAll(async () => {
    [authority, other] = await Promise.all([certificateAuthority(), certificateAuthority()]);
  });

  afterAll(() => {
    authority[Symbol.dispose]();
    other[Symbol.dispose]();
  });

  async function issued(options: CertificateOptions) {
    const { cert } = await authority.issue(options);
    return readCertificate(new X509Certificate(cert));
  }

  it("readCertificate() reads names, times and the serial number as Node and openssl do", async () => {
    const { cert } = await authority.selfSigned({
      subject: String.raw`/C=DE/O=Example\, Inc./OU=ops/OU=Müller/CN=alice+UID=7`,
      names: [
        "DNS:A.example",
        "IP:127.0.0.1",
        "IP:2001:DB8::1",
        "email:a@b.example",
        "URI:spiffe://a/b",
      ],
    });
    const x509 = new X509Certificate(cert);
    const read = readCertificate(x509);
    expect(read.who).toMatch(
      /^(?:CN=alice\+UID=7|UID=7\+CN=alice),OU=Müller,OU=ops,O=Example\\, Inc\.,C=DE$/u,
    );
    expect(read.alternativeNames).toEqual([
      ...[
        "dns:a.example",
        "ip:127.0.0.1",
        "ip:2001:db8::1",
        "email:a@b.example",
        "uri:spiffe://a/b",
      ],
    ]);
    expect(read.serialHex).toBe(x509.serialNumber.toLowerCase().replace(/^0+/u, ""));
    expect(read.notBefore).toBe(x509.validFromDate.getTime());
    expect(read.notAfter).toBe(x509.validToDate.getTime());
  });

  it("readCertificate() is not misled by what looks like another attribute", async () => {
    const { subject, who } = await issued({
      subject: "/CN=eve\\/OU=ops,CN=admin\nOU=ops",
      names: [],
    });
    expect(subject).toHaveLength(1);
    expect(who).toBe(String.raw`CN=eve/OU\=ops\,CN\=admin\0AOU\=ops`);
  });

  it("readCertificate() refuses certificates that Node reads, or reads them, and never fails otherwise", async () => {
    const { x509 } = await issued({ names: ["DNS:a.example"] });
    const place = fc.record({ at: fc.nat(x509.raw.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(place, ({ at, to }) => {
        const bytes = Buffer.from(x509.raw);
        bytes[at] = to;
        try {
          const read = readCertificate(
            Object.defineProperty(new X509Certificate(x509.raw), "raw", { value: bytes }),
          );
          expect(nameText(read.subject)).toBeTypeOf("string");
        } catch (error) {
          expect(error).toMatchObject({ name: "DerError" });
        }
      }),
    );
  });

  it("judgeChain() believes who was signed by an authority, as long as both are in their time", async () => {
    const certificate = await issued({ names: [], toDays: 1 });
    const authorities = { certificates: readCertificates(authority.cert), lists: null };
    const judged = (now: number) => judgeChain(certificate, authorities, now);
    expect(judged(Date.now())).toEqual({ type: "valid", until: certificate.notAfter });
    expect(judged(certificate.notAfter)).toMatchObject({ type: "valid" });
    expect(judged(certificate.notAfter + 1)).toEqual({ type: "invalid", reason: "it has expired" });
    expect(judged(Date.now() - 3 * DAY_MS)).toMatchObject({ reason: "it is not valid yet" });
  });

  it("judgeChain() believes neither another authority of the same name, nor who signed themselves, nor an authority", async () => {
    const certificates = readCertificates(authority.cert);
    const reasonOf = (pem: string) =>
      judgeChain(
        readCertificate(new X509Certificate(pem)),
        { certificates, lists: null },
        Date.now(),
      );
    const others = await other.issue({ names: [] });
    const own = await authority.selfSigned({ names: [], subject: "/CN=authority" });
    expect(reasonOf(others.cert)).toMatchObject({
      reason: "it is not signed by a known authority",
    });
    expect(reasonOf(own.cert)).toMatchObject({ reason: "it is not signed by a known authority" });
    expect(reasonOf(authority.cert)).toMatchObject({ reason: "it is an authority itself" });
  });

  it("judgeChain() believes nobody who was signed by a certificate that is no authority", async () => {
    const leaf = await issued({ names: [], subject: "/CN=authority" });
    const certificates = [leaf, ...readCertificates(authority.cert)];
    const victim = await other.issue({ names: [] });
    const certificate = readCertificate(new X509Certificate(victim.cert));
    expect(judgeChain(certificate, { certificates, lists: null }, Date.now()).type).toBe("invalid");
  });

  it("readRevocationLists() reads who is revoked, from PEM with several lists and from DER", async () => {
    const revoked = await authority.issue({ names: [] });
    await authority.revoke(revoked);
    const authorities = [...readCertificates(authority.cert), ...readCertificates(other.cert)];
    const [own, others] = [await authority.revocationList(), await other.revocationList()];
    const lists = readRevocationLists(Buffer.from(own + others), authorities);
    const serial = new X509Certificate(revoked.cert).serialNumber.toLowerCase().replace(/^0+/u, "");
    expect(lists.map(({ serials }) => serials.has(serial))).toEqual([true, false]);
    const der = Buffer.from(own.replace(/-----.*-----/gu, ""), "base64");
    const [fromDer] = readRevocationLists(der, authorities);
    expect(fromDer?.serials).toEqual(lists[0]?.serials);
    expect(fromDer?.pem).toBe(own);
  });

  it("judgeChain() believes nobody who is revoked, whose authority has no list, or an old one", async () => {
    const revoked = await authority.issue({ names: [] });
    const good = await issued({ names: [] });
    await authority.revoke(revoked);
    const certificates = readCertificates(authority.cert);
    const pem = await authority.revocationList({ seconds: 1_000 });
    const lists = readRevocationLists(Buffer.from(pem), certificates);
    const until = lists[0]?.nextUpdate ?? 0;
    const bad = readCertificate(new X509Certificate(revoked.cert));
    const authorities = { certificates, lists };
    expect(judgeChain(bad, authorities, Date.now())).toMatchObject({ reason: "it is revoked" });
    expect(judgeChain(good, authorities, Date.now())).toEqual({ type: "valid", until });
    expect(judgeChain(good, authorities, until + 1)).toMatchObject({
      reason: "the list of revoked certificates is out of date",
    });
    expect(judgeChain(good, { certificates, lists: [] }, Date.now())).toMatchObject({
      reason: "its authority has no list of revoked certificates",
    });
  });

  it("readRevocationLists() believes no list that another authority of the same name signed", async () => {
    const pem = await other.revocationList();
    const read = () => readRevocationLists(Buffer.from(pem), readCertificates(authority.cert));
    expect(read).toThrow("its signature is not that of its authority");
  });

  it("readRevocationLists() refuses a list with any byte changed, and only that way", async () => {
    const authorities = readCertificates(authority.cert);
    const pem = await authority.revocationList();
    const der = Buffer.from(pem.replace(/-----.*-----/gu, ""), "base64");
    const read = (at: number, by: number) => () => {
      const bytes = Buffer.from(der);
      bytes[at] = (bytes[at] ?? 0) ^ by;
      return readRevocationLists(bytes, authorities);
    };
    for (const at of der.keys()) expect(read(at, 1)).toThrow(RevocationListError);
    const change = [fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 })] as const;
    fc.assert(
      fc.property(...change, (at, by) => {
        expect(read(at, by)).toThrow(RevocationListError);
      }),
    );
  });

  it("readRevocationLists() refuses what holds no list", () => {
    const read = () => readRevocationLists(Buffer.from("nothing"), []);
    expect(read).toThrow("it holds no list of revoked certificates");
  });
});
