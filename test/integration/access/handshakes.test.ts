import { once } from "node:events";
import { text } from "node:stream/consumers";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessLab, askWith, keepingAgent, type AccessLab } from "../../support/access-lab.ts";
import {
  certificateAuthority,
  type CertificateAuthority,
  type KeyPair,
} from "../../support/certificates.ts";
import { hasPart } from "../../support/parts.ts";

const PROBLEM = expect.stringContaining("application/problem+json") as unknown;

describe.skipIf(!hasPart("openssl", ["version"]))("who asks over TLS", () => {
  let authority: CertificateAuthority;
  let other: CertificateAuthority;
  let server: KeyPair;
  const pairs = {} as Record<"nobody" | "reader" | "user" | "admin" | "revoked", KeyPair>;

  beforeAll(async () => {
    [authority, other] = await Promise.all([certificateAuthority(), certificateAuthority()]);
    server = await authority.issue({ names: ["IP:127.0.0.1"] });
    for (const role of ["nobody", "reader", "user", "admin", "revoked"] as const) {
      const unit = role === "revoked" ? "admins" : `${role}s`;
      pairs[role] = await authority.issue({ subject: `/OU=${unit}/CN=${role}`, names: [] });
    }
    await authority.revoke(pairs.revoked);
  });

  afterAll(() => {
    authority[Symbol.dispose]();
    other[Symbol.dispose]();
  });

  const lab = (options: Partial<Parameters<typeof accessLab>[0]> = {}) =>
    accessLab({ authority, server, ...options });

  async function statusOf(pair: KeyPair | null, at: AccessLab, path: string, method = "GET") {
    const { status } = await askWith(pair, at, path, { method });
    return status;
  }

  it("is let in by the role of the certificate", async () => {
    const at = await lab({ crl: await authority.revocationList() });
    const outcomes = async (pair: KeyPair): Promise<number[]> => [
      await statusOf(pair, at, "/api/events"),
      await statusOf(pair, at, "/api/projects/shop/resources/no/acknowledge", "POST"),
      await statusOf(pair, at, "/api/projects/no", "DELETE"),
    ];
    const isRefused = (statuses: readonly number[]) => statuses.map((status) => status === 403);
    expect(isRefused(await outcomes(pairs.nobody))).toEqual([true, true, true]);
    expect(isRefused(await outcomes(pairs.reader))).toEqual([false, true, true]);
    expect(isRefused(await outcomes(pairs.user))).toEqual([false, false, true]);
    expect(isRefused(await outcomes(pairs.admin))).toEqual([false, false, false]);
    expect(await statusOf(pairs.reader, at, "/api/events")).toBe(200);
  });

  it("is named in the log, also where the certificate has no role, or too low a one", async () => {
    const at = await lab();
    expect(await statusOf(pairs.nobody, at, "/api/events")).toBe(403);
    expect(await statusOf(pairs.reader, at, "/api/projects/shop/audit")).toBe(403);
    await expect
      .poll(() => at.answers.map(({ who, status }) => [who, status]))
      .toEqual([
        ["CN=nobody,OU=nobodys", 403],
        ["CN=reader,OU=readers", 403],
      ]);
  });

  it("is not known without a certificate that can be verified, and learns nothing of why", async () => {
    const at = await lab({ crl: await authority.revocationList() });
    const subject = "/OU=admins/CN=admin";
    const strangers = [
      null,
      pairs.revoked,
      await authority.issue({ subject, names: [], toDays: -0.5 }),
      await authority.issue({ subject, names: [], fromDays: 0.5, toDays: 1 }),
      await authority.selfSigned({ subject, names: [] }),
      await authority.selfSigned({ subject: "/CN=authority", names: [] }),
    ];
    const bodies = new Set<string>();
    for (const pair of strangers) {
      const { status, headers, text } = await askWith(pair, at, "/api/events");
      expect([status, headers["content-type"]]).toEqual([401, PROBLEM]);
      expect(headers["www-authenticate"]).toContain("realm");
      expect(headers.connection).toBe("close");
      bodies.add(text);
    }
    expect(bodies.size).toBe(1);
    expect(Object.keys(JSON.parse([...bodies][0] ?? "") as object).toSorted()).toEqual([
      ...["code", "detail", "status", "title", "type"],
    ]);
    expect(at.unknown.join("\n")).toMatch(
      /CERT_REVOKED[^]*CERT_HAS_EXPIRED[^]*CERT_NOT_YET_VALID/u,
    );
  });

  it("is not known by another authority, even of the same name", async () => {
    const at = await lab();
    const pair = await other.issue({ subject: "/OU=admins/CN=admin", names: [] });
    expect(await statusOf(pair, at, "/api/events")).toBe(401);
    expect(at.unknown).toEqual([expect.stringContaining("CERT_SIGNATURE_FAILURE")]);
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "is not known by a wrong signature that comes up only when %s reads the request",
    async (version) => {
      const at = await lab();
      const pair = await other.issue({ subject: "/OU=admins/CN=admin", names: [] });
      const { ca, port } = at;
      const versions = { minVersion: version, maxVersion: version };
      const socket = connect({ host: "127.0.0.1", port, ca, ...pair, ...versions });
      socket.write("GET /api/events HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
      expect(await text(socket)).toMatch(/^HTTP\/1.1 401 [^]*"certificate-needed"/u);
    },
  );

  it("is judged by the list of their own authority, where there are several", async () => {
    using second = await certificateAuthority("second");
    const subject = "/OU=readers/CN=reader";
    const good = await second.issue({ subject, names: [] });
    const bad = await second.issue({ subject, names: [] });
    await second.revoke(bad);
    const crl = (await authority.revocationList()) + (await second.revocationList());
    const at = await lab({ authority: { cert: authority.cert + second.cert }, crl });
    expect(await statusOf(pairs.reader, at, "/api/events")).toBe(200);
    expect(await statusOf(good, at, "/api/events")).toBe(200);
    expect(await statusOf(bad, at, "/api/events")).toBe(401);
    expect(await statusOf(pairs.revoked, at, "/api/events")).toBe(401);
  });

  it("is not known by a certificate of a server", async () => {
    const at = await lab();
    const subject = "/OU=readers/CN=reader";
    const [server, client] = [
      await authority.issue({ subject, names: [], purpose: "serverAuth" }),
      await authority.issue({ subject, names: [], purpose: "clientAuth" }),
    ];
    expect(await statusOf(server, at, "/api/events")).toBe(401);
    expect(at.unknown).toEqual([expect.stringContaining("INVALID_PURPOSE")]);
    expect(await statusOf(client, at, "/api/events")).toBe(200);
  });

  it("learns nothing of paths and methods when it is not known", async () => {
    const at = await lab();
    const told = new Set<string>();
    for (const path of [
      "/",
      "/api/status",
      "/api/nothing",
      "/%zz",
      "/api/projects/shop",
      "/../etc",
    ]) {
      for (const method of ["GET", "POST", "DELETE", "PUT", "OPTIONS", "PROPFIND"]) {
        const { status, text } = await askWith(null, at, path, { method });
        told.add(`${String(status)} ${text}`);
      }
    }
    expect([...told]).toEqual([expect.stringMatching(/^401 /u)]);
    expect(await statusOf(null, at, "/api/status", "HEAD")).toBe(401);
    expect(await statusOf(pairs.nobody, at, "/api/nothing")).toBe(403);
    expect(await statusOf(pairs.reader, at, "/api/nothing")).toBe(404);
  });

  it("may ask whether it lives, without any certificate", async () => {
    const at = await lab();
    const statuses = [
      await statusOf(null, at, "/api/live"),
      await statusOf(pairs.nobody, at, "/api/ready"),
      await statusOf(null, at, "/api/live", "HEAD"),
    ];
    expect(statuses.every((status) => status !== 401 && status !== 403)).toBe(true);
    expect(await statusOf(null, at, "/api/live", "POST")).toBe(401);
    expect(at.unknown).toEqual([]);
  });

  it("believes nobody's headers about certificates or proxies", async () => {
    const at = await lab({ settings: { trustedProxies: ["10.0.0.0/8"] } });
    const headers = {
      "x-ssl-client-verify": "SUCCESS",
      "x-ssl-client-cert": encodeURIComponent(pairs.admin.cert),
      "x-forwarded-for": "10.0.0.1",
      "x-forwarded-host": "evil.example",
    };
    const forged = await askWith(null, at, "/api/events", { headers });
    expect(forged.status).toBe(401);
    const known = await askWith(pairs.reader, at, "/api/events", { headers });
    expect(known.status).toBe(200);
    const path = "/api/projects/no";
    expect((await askWith(pairs.reader, at, path, { headers, method: "DELETE" })).status).toBe(403);
  });

  it("is refused where a page of another site makes its browser ask", async () => {
    const at = await lab();
    const ask = async (headers: Readonly<Record<string, string>>, method = "GET") => {
      const path = method === "GET" ? "/api/events" : "/api/projects/shop/resources/no/check";
      return (await askWith(pairs.admin, at, path, { headers, method })).status;
    };
    const link = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    expect(await ask({ origin: `https://127.0.0.1:${String(at.port)}` })).toBe(200);
    expect(await ask(link)).toBe(200);
    expect(await ask(link, "POST")).toBe(403);
    expect(await ask({ ...link, "sec-fetch-dest": "iframe" })).toBe(403);
    expect(await ask({ origin: "https://evil.example" })).toBe(403);
    expect(await ask({ "sec-fetch-site": "same-site" })).toBe(403);
  });

  describe("the handshake", () => {
    async function greet(at: AccessLab, options: ConnectionOptions): Promise<TLSSocket | Error> {
      const own = { ca: at.ca, ...pairs.reader, host: "127.0.0.1", port: at.port };
      const socket = connect({ ...own, ...options });
      return await new Promise((resolve) => {
        socket.once("secureConnect", () => {
          resolve(socket);
        });
        socket.once("error", resolve);
      });
    }

    it("takes TLS 1.2 and 1.3, nothing older", async () => {
      const at = await lab();
      for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
        const socket = (await greet(at, { minVersion: version, maxVersion: version })) as TLSSocket;
        expect(socket.getProtocol()).toBe(version);
        socket.destroy();
      }
      for (const version of ["TLSv1", "TLSv1.1"] as const) {
        const ciphers = "DEFAULT:@SECLEVEL=0";
        const refused = await greet(at, { minVersion: version, maxVersion: version, ciphers });
        expect(refused).toMatchObject({ code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" });
      }
    });

    it.each(["TLSv1.2", "TLSv1.3"] as const)(
      "is never cut short by what an earlier one of %s agreed on",
      async (version) => {
        const at = await lab();
        const sessions: Buffer[] = [];
        const versions = { minVersion: version, maxVersion: version };
        const first = (await greet(at, versions)) as TLSSocket;
        const offered = first.getSession();
        if (offered !== undefined) sessions.push(offered);
        first.on("session", (session) => sessions.push(session));
        first.write("GET /api/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        first.resume();
        await once(first, "close");
        const session = sessions.at(-1);
        const second = (await greet(at, { ...versions, session })) as TLSSocket;
        expect(session).toBeInstanceOf(Buffer);
        expect(second.isSessionReused()).toBe(false);
        second.destroy();
      },
    );

    it("is made once for many requests, each of which is judged", async () => {
      const at = await lab();
      const agent = keepingAgent(pairs.user, at);
      const path = "/api/projects/no";
      const statuses = [];
      for (const method of ["GET", "DELETE", "GET"]) {
        statuses.push((await askWith(null, at, path, { agent, method })).status);
      }
      expect(statuses).toEqual([404, 403, 404]);
    });
  });
});
