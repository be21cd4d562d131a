import type { Socket } from "node:net";
import type { TlsOptions } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TransportResponse } from "../../src/ports/transport.ts";
import {
  certificateAuthority,
  type CertificateAuthority,
  type CertificateOptions,
} from "../support/certificates.ts";
import { hasPart } from "../support/parts.ts";
import {
  fixedResolver,
  loopbackTransport,
  rawServer,
  response,
  type RawServer,
} from "../support/raw-server.ts";

const LOOPBACK: CertificateOptions = { names: ["DNS:localhost", "IP:127.0.0.1"] };

const ok = (socket: Socket): void => {
  socket.end(response(200));
};

describe.skipIf(!hasPart("openssl", ["version"]))("HttpTransport over TLS", () => {
  let authority: CertificateAuthority;

  beforeAll(async () => {
    authority = await certificateAuthority();
  });

  afterAll(() => {
    authority[Symbol.dispose]();
  });

  async function get(
    url: string,
    resolver = fixedResolver("127.0.0.1"),
  ): Promise<TransportResponse> {
    await using transport = loopbackTransport({ resolver, tls: { ca: authority.cert } });
    await transport.open();
    const signal = AbortSignal.timeout(5_000);
    return await transport.request({ url: new URL(url), signal, maxBodyBytes: 1_000 });
  }

  function tlsServer(tls: TlsOptions, onRequest = ok): Promise<RawServer> {
    return rawServer({ tls, onRequest });
  }

  // Whatever goes wrong is told in words, with the peer and the code at the end.
  async function expectReason(url: string, reason: string | RegExp, code: string): Promise<void> {
    const error: unknown = await get(url).catch((failure: unknown) => failure);
    const { port } = new URL(url);
    expect(error).toMatchObject({
      name: "TransportError",
      blame: "target",
      message: expect.stringMatching(reason) as unknown,
    });
    expect((error as Error).message).toMatch(
      new RegExp(`^[a-zA-Z].{20,} \\([^()]*:${port}, ${code}\\)$`, "u"),
    );
  }

  it("HttpTransport trusts its authority, and tells how long TLS took", async () => {
    await using server = await tlsServer(await authority.issue(LOOPBACK));
    const { status, phases } = await get(server.origin);
    expect(status).toBe(200);
    expect(phases.tlsMs).toBeGreaterThan(0);
    expect(phases.connectMs).toBeGreaterThan(0);
    expect(phases.tlsMs).toBeLessThan(5_000);
  });

  it("HttpTransport names the host in the handshake, without a dot at its end, and no address", async () => {
    const names: (string | false | undefined)[] = [];
    await using server = await rawServer({
      tls: await authority.issue(LOOPBACK),
      onRequest: ok,
      onConnection: (socket) => {
        if ("servername" in socket) names.push(socket.servername as string | false);
      },
    });
    for (const host of ["localhost", "localhost.", "127.0.0.1"]) {
      expect((await get(`https://${host}:${String(server.port)}/`)).status).toBe(200);
    }
    expect(names).toEqual(["localhost", "localhost", false]);
  });

  it("HttpTransport goes on to the next address of a name when the first refuses", async () => {
    await using server = await tlsServer(await authority.issue(LOOPBACK));
    const resolver = fixedResolver("127.0.0.2", "127.0.0.1");
    const { status, phases } = await get(`https://localhost:${String(server.port)}/`, resolver);
    expect(status).toBe(200);
    expect(phases.tlsMs).toBeGreaterThan(0);
  });

  it("HttpTransport keeps a TLS connection for the next request", async () => {
    await using server = await tlsServer(await authority.issue(LOOPBACK), (socket) => {
      socket.write(response(200));
    });
    await using transport = loopbackTransport({
      tls: { ca: authority.cert },
      reuseConnections: true,
    });
    await transport.open();
    const request = {
      url: new URL(server.origin),
      signal: AbortSignal.timeout(5_000),
      maxBodyBytes: 1,
    };
    expect((await transport.request(request)).phases.tlsMs).toBeGreaterThan(0);
    expect((await transport.request(request)).phases.tlsMs).toBeNull();
    expect(server.connections()).toBe(1);
  });

  it("HttpTransport tells an expired certificate", async () => {
    const pair = await authority.issue({ ...LOOPBACK, fromDays: -2, toDays: -1 });
    await using server = await tlsServer(pair);
    await expectReason(server.origin, "TLS certificate has expired", "CERT_HAS_EXPIRED");
  });

  it("HttpTransport tells a certificate that is not valid yet", async () => {
    const pair = await authority.issue({ ...LOOPBACK, fromDays: 1, toDays: 2 });
    await using server = await tlsServer(pair);
    await expectReason(server.origin, "TLS certificate is not valid yet", "CERT_NOT_YET_VALID");
  });

  it("HttpTransport tells which names a certificate of another name holds", async () => {
    const names = ["DNS:shop.example", "DNS:*.shop.example", "IP:192.0.2.1"];
    await using server = await tlsServer(await authority.issue({ names }));
    const code = "ERR_TLS_CERT_ALTNAME_INVALID";
    const held = "DNS:shop\\.example, DNS:\\*\\.shop\\.example, IP Address:192\\.0\\.2\\.1";
    const says = (host: string): RegExp =>
      new RegExp(`^TLS certificate is for another name: ${held}, not for ${host} `, "u");
    const port = String(server.port);
    await expectReason(`https://web.example:${port}/`, says("web\\.example"), code);
    await expectReason(`https://a.b.shop.example:${port}/`, says("a\\.b\\.shop\\.example"), code);
    await expectReason(server.origin, says("127\\.0\\.0\\.1"), code);
    expect((await get(`https://api.shop.example:${port}/`)).status).toBe(200);
  });

  it("HttpTransport tells a self-signed certificate, and how to trust it", async () => {
    await using server = await tlsServer(await authority.selfSigned(LOOPBACK));
    const says = /^TLS certificate is self-signed; trust its issuer with NODE_EXTRA_CA_CERTS=/u;
    await expectReason(server.origin, says, "DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("HttpTransport tells a certificate of an unknown authority, alone or with its chain", async () => {
    using stranger = await certificateAuthority();
    const pair = await stranger.issue(LOOPBACK);
    await using alone = await tlsServer(pair);
    const unknown = /^TLS certificate is from an unknown issuer.*; trust its issuer with/u;
    await expectReason(alone.origin, unknown, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    await using whole = await tlsServer({ ...pair, cert: `${pair.cert}${stranger.cert}` });
    const untrusted = /^TLS certificate chain ends in an untrusted self-signed one; trust/u;
    await expectReason(whole.origin, untrusted, "SELF_SIGNED_CERT_IN_CHAIN");
  });

  it("HttpTransport tells a port that speaks plain HTTP", async () => {
    await using server = await rawServer({
      onConnection: (socket) => {
        socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      },
    });
    await expectReason(
      `https://127.0.0.1:${String(server.port)}/`,
      "TLS handshake failed: the other side does not speak TLS",
      "ERR_SSL_[A-Z_]+",
    );
  });

  it("HttpTransport tells a server that closes during the handshake", async () => {
    await using atOnce = await rawServer({ onConnection: (socket) => socket.end() });
    await using afterHello = await rawServer({
      onConnection: (socket) => socket.once("data", () => socket.end()),
    });
    await using reset = await rawServer({
      onConnection: (socket) => socket.once("data", () => socket.resetAndDestroy()),
    });
    const closed = "^connection closed by the other side during the TLS handshake";
    const url = ({ port }: RawServer): string => `https://127.0.0.1:${String(port)}/`;
    await expectReason(url(atOnce), closed, "ECONNRESET");
    await expectReason(url(afterHello), closed, "ECONNRESET");
    await expectReason(url(reset), "^connection reset by the other side", "ECONNRESET");
  });

  it("HttpTransport tells a server that speaks only older versions of TLS", async () => {
    const pair = await authority.issue(LOOPBACK);
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1" } as const;
    await using outdated = await tlsServer({ ...pair, ...old, ciphers: "ALL:@SECLEVEL=0" });
    const noVersion = "TLS handshake failed: no common protocol version";
    await expectReason(outdated.origin, noVersion, "ERR_SSL_[A-Z0-9_]+");
  });

  it("HttpTransport tells a server that speaks no HTTP/1.1", async () => {
    const pair = await authority.issue(LOOPBACK);
    await using server = await tlsServer({ ...pair, ALPNProtocols: ["h2"] });
    const says = "TLS handshake failed: the other side does not speak HTTP/1.1";
    await expectReason(server.origin, says, "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
  });

  it("HttpTransport tells a server that wants a certificate of the client", async () => {
    const pair = await authority.issue(LOOPBACK);
    const mutual = { ...pair, ca: authority.cert, requestCert: true };
    await using old = await tlsServer({ ...mutual, maxVersion: "TLSv1.2" });
    const alert = "TLS handshake failed: ssl/tls alert handshake failure";
    await expectReason(old.origin, alert, "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE");
    await using current = await tlsServer({ ...mutual, minVersion: "TLSv1.3" });
    const says = "TLS handshake failed: the other side wants a client certificate";
    await expectReason(current.origin, says, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
  });

  it("HttpTransport reads what a server says before it was asked", async () => {
    const pair = await authority.issue(LOOPBACK);
    const busy = (socket: Socket): void => {
      socket.end("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
    };
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      await using server = await rawServer({ tls: { ...pair, maxVersion }, onConnection: busy });
      expect(await get(server.origin)).toMatchObject({ status: 503, bodyBytes: 4 });
    }
  });
});
