import { TLSSocket, type TlsOptions } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { networkSockets } from "../../src/adapters/network/sockets.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import type { TlsObservation } from "../../src/ports/sockets.ts";
import {
  certificateAuthority,
  type CertificateAuthority,
  type CertificateOptions,
} from "../support/certificates.ts";
import { hasPart } from "../support/parts.ts";
import { fixedResolver, rawServer } from "../support/raw-server.ts";

const NAMES: CertificateOptions = { names: ["DNS:shop.example", "IP:127.0.0.1"] };

describe.skipIf(!hasPart("openssl", ["version"]))("tls()", () => {
  let authority: CertificateAuthority;

  beforeAll(async () => {
    authority = await certificateAuthority();
  });

  afterAll(() => {
    authority[Symbol.dispose]();
  });

  const sockets = networkSockets({ resolver: fixedResolver("127.0.0.1"), clock: systemClock });

  async function observe(
    tls: TlsOptions,
    options: { readonly serverName?: string; readonly isTrusted?: boolean } = {},
  ): Promise<TlsObservation> {
    await using server = await rawServer({ tls });
    const { serverName = "shop.example", isTrusted = true } = options;
    const observation = await sockets.tls(
      { host: "shop.example", port: server.port },
      {
        serverName,
        signal: AbortSignal.timeout(5_000),
        ...(isTrusted ? { trusted: authority.cert } : {}),
      },
    );
    await server.allClosed();
    return observation;
  }

  it("tls() tells what a trusted server shows", async () => {
    const observation = await observe(await authority.issue(NAMES));
    expect(observation).toMatchObject({
      protocol: "TLSv1.3",
      trustProblem: null,
      nameProblem: null,
    });
    const [own] = observation.chain;
    expect(own).toMatchObject({
      subject: "test",
      issuer: "authority",
      issuerName: "CN=authority",
      names: ["shop.example", "127.0.0.1"],
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/u) as unknown,
    });
    const day = 86_400_000;
    const now = Date.now();
    expect(own?.validFrom).toBeLessThan(now - day + 60_000);
    expect(own?.validTo).toBeGreaterThan(now + day - 60_000);
    expect(own?.validTo).toBeLessThan(now + day + 60_000);
  });

  it("tls() walks the chain to its end", async () => {
    const pair = await authority.issue(NAMES);
    const { chain } = await observe({ ...pair, cert: `${pair.cert}${authority.cert}` });
    expect(chain.map(({ subject, issuer }) => [subject, issuer])).toEqual([
      ["test", "authority"],
      ["authority", "authority"],
    ]);
  });

  it("tls() tells another name of a server whether its chain is trusted or not", async () => {
    const pair = await authority.issue(NAMES);
    const nameProblem =
      "TLS certificate is for another name: DNS:shop.example, IP Address:127.0.0.1, not for web.example";
    const trusted = await observe(pair, { serverName: "web.example" });
    expect(trusted).toMatchObject({ trustProblem: null, nameProblem });
    const untrusted = await observe(pair, { serverName: "web.example", isTrusted: false });
    expect(untrusted.nameProblem).toBe(nameProblem);
    expect(untrusted.trustProblem).toMatch(
      /^TLS certificate is from an unknown issuer.* \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)$/u,
    );
  });

  it.each(["shop.example.", "127.0.0.1"])("tls() takes %s for its name", async (serverName) => {
    expect(await observe(await authority.issue(NAMES), { serverName })).toMatchObject({
      trustProblem: null,
      nameProblem: null,
    });
  });

  it("tls() tells that a certificate has expired, is not valid yet or is self-signed", async () => {
    const expired = await observe(await authority.issue({ ...NAMES, fromDays: -2, toDays: -1 }));
    expect(expired).toMatchObject({
      trustProblem: "TLS certificate has expired (CERT_HAS_EXPIRED)",
      nameProblem: null,
    });
    const early = await observe(await authority.issue({ ...NAMES, fromDays: 1, toDays: 2 }));
    expect(early.trustProblem).toBe("TLS certificate is not valid yet (CERT_NOT_YET_VALID)");
    const own = await observe(await authority.selfSigned(NAMES));
    expect(own.trustProblem).toBe("TLS certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)");
    expect(own.chain).toHaveLength(1);
  });

  it("tls() names the server in the handshake, but no address", async () => {
    const names: unknown[] = [];
    await using server = await rawServer({
      tls: await authority.issue(NAMES),
      onConnection: (socket) => {
        if (socket instanceof TLSSocket) names.push(Reflect.get(socket, "servername"));
      },
    });
    for (const serverName of ["shop.example", "127.0.0.1"]) {
      const signal = AbortSignal.timeout(5_000);
      await sockets.tls({ host: "127.0.0.1", port: server.port }, { serverName, signal });
      await server.allClosed();
    }
    expect(names).toEqual(["shop.example", false]);
  });

  it("tls() asks for no protocol, so that a server which speaks another than HTTP answers", async () => {
    const pair = await authority.issue(NAMES);
    expect(await observe({ ...pair, ALPNProtocols: ["h2"] })).toMatchObject({
      trustProblem: null,
    });
  });

  it("tls() gives up with its signal on a server that never answers", async () => {
    await using server = await rawServer();
    const reason = new Error("enough");
    const controller = new AbortController();
    const asked = sockets.tls(
      { host: "127.0.0.1", port: server.port },
      { serverName: "shop.example", signal: controller.signal },
    );
    setImmediate(() => {
      controller.abort(reason);
    });
    await expect(asked).rejects.toBe(reason);
    await server.allClosed();
  });
});
