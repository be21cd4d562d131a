import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_ACCESS } from "../../../src/server/access/settings.ts";
import { simulatedClock } from "../../../src/testing/simulated-clock.ts";
import { accessLab, askWith, openWith, ROLES, type AccessLab } from "../../support/access-lab.ts";
import {
  certificateAuthority,
  type CertificateAuthority,
  type KeyPair,
} from "../../support/certificates.ts";
import { hasPart } from "../../support/parts.ts";

const DAY_MS = 86_400_000;
const PATH = "/api/events";
const LOCAL = ["127.0.0.0/8"];

describe.skipIf(!hasPart("openssl", ["version"]))("who asks through a proxy", () => {
  let authority: CertificateAuthority;
  let server: KeyPair;
  let reader: KeyPair;
  let admin: KeyPair;

  beforeAll(async () => {
    authority = await certificateAuthority();
    server = await authority.issue({ names: ["IP:127.0.0.1"] });
    reader = await authority.issue({ subject: "/OU=readers/CN=reader", names: [], toDays: 2 });
    admin = await authority.issue({ subject: "/OU=admins/CN=admin", names: [], toDays: 30 });
  });

  afterAll(() => {
    authority[Symbol.dispose]();
  });

  const lab = (options: Partial<Parameters<typeof accessLab>[0]> = {}) =>
    accessLab({
      ...{ authority, server, isEncrypted: false },
      settings: { trustedProxies: LOCAL },
      ...options,
    });

  /** As nginx passes it on: `$ssl_client_escaped_cert`. */
  function headersOf({ cert }: KeyPair): Record<string, string> {
    return { "x-ssl-client-verify": "SUCCESS", "x-ssl-client-cert": encodeURIComponent(cert) };
  }

  async function statusOf(
    at: AccessLab,
    headers: Readonly<Record<string, string>>,
    method = "GET",
  ) {
    const path = method === "GET" ? PATH : "/api/projects/no";
    return (await askWith(null, at, path, { headers, method })).status;
  }

  it("is let in by the role of the certificate that the proxy names", async () => {
    const at = await lab();
    expect(await statusOf(at, headersOf(reader))).toBe(200);
    expect(await statusOf(at, headersOf(reader), "DELETE")).toBe(403);
    expect(await statusOf(at, headersOf(admin), "DELETE")).not.toBe(403);
  });

  it("is judged by the header also over TLS, not by the certificate of the proxy", async () => {
    const at = await lab({ isEncrypted: true });
    const ask = async (headers: Readonly<Record<string, string>>) =>
      (await askWith(admin, at, "/api/projects/no", { headers, method: "DELETE" })).status;
    expect(await ask({})).toBe(401);
    expect(await ask(headersOf(reader))).toBe(403);
  });

  it("is not known when the proxy verified nothing", async () => {
    const at = await lab();
    const headers = headersOf(admin);
    for (const wrong of [
      {},
      { "x-ssl-client-verify": "SUCCESS" },
      { "x-ssl-client-cert": headers["x-ssl-client-cert"] ?? "" },
      { ...headers, "x-ssl-client-verify": "NONE" },
      { ...headers, "x-ssl-client-verify": "FAILED:certificate has expired" },
      { ...headers, "x-ssl-client-verify": "success" },
      { ...headers, "x-ssl-client-verify": "SUCCESS, SUCCESS" },
      { ...headers, "x-ssl-client-cert": "%" },
      { ...headers, "x-ssl-client-cert": encodeURIComponent(admin.cert + reader.cert) },
      { ...headers, "x-ssl-client-cert": encodeURIComponent(admin.key) },
      {
        ...headers,
        "x-ssl-client-cert": encodeURIComponent(
          "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
        ),
      },
      { ...headers, "x-ssl-client-cert": "a".repeat(12_001) },
    ]) {
      expect([wrong, await statusOf(at, wrong)]).toEqual([wrong, 401]);
    }
  });

  it("is judged as if it came directly: its authority, its time, whether it is revoked", async () => {
    using other = await certificateAuthority("other");
    const revoked = await authority.issue({ subject: "/OU=admins/CN=a", names: [] });
    await authority.revoke(revoked);
    const at = await lab({ crl: await authority.revocationList() });
    const subject = "/OU=admins/CN=a";
    const past = await authority.issue({ subject, names: [], toDays: -0.5 });
    const future = await authority.issue({ subject, names: [], fromDays: 0.5 });
    const others = await other.issue({ subject, names: [] });
    for (const pair of [revoked, past, future, others]) {
      expect(await statusOf(at, headersOf(pair))).toBe(401);
    }
    expect(at.unknown.map((reason) => reason.replace(/^.*: /u, ""))).toEqual([
      ...["it is revoked", "it has expired", "it is not valid yet"],
      "it is not signed by a known authority",
    ]);
    expect(await statusOf(at, headersOf(reader))).toBe(200);
  });

  it("is judged by the proxy's word and its time alone, where no authority is named", async () => {
    const own = await authority.selfSigned({ subject: "/OU=readers/CN=own", names: [] });
    const past = await authority.issue({ subject: "/OU=readers/CN=past", names: [], toDays: -0.5 });
    const at = await lab({ isTrusting: false });
    expect(await statusOf(at, headersOf(own))).toBe(200);
    expect(await statusOf(at, headersOf(past))).toBe(401);
  });

  it("is not known, whatever it says, where the proxy is not listed", async () => {
    const at = await lab({ isEncrypted: true, settings: { trustedProxies: ["10.0.0.0/8"] } });
    expect(await statusOf(at, headersOf(admin))).toBe(401);
    const plain = await lab({ settings: { trustedProxies: ["10.0.0.0/8"] } });
    expect(await statusOf(plain, headersOf(admin))).toBe(403);
  });

  it("is told apart from others by its own address", async () => {
    const at = await lab();
    const headers = { ...headersOf(reader), "x-forwarded-for": "1.1.1.1, 192.0.2.7, 127.0.0.9" };
    expect(await statusOf(at, headers)).toBe(200);
    expect(at.answers.at(-1)).toMatchObject({ who: "CN=reader,OU=readers", from: "192.0.2.7" });
    await askWith(null, at, "/api/live", { headers });
    await expect.poll(() => at.answers).toHaveLength(2);
    expect(at.answers.at(-1)).toMatchObject({ who: "anybody", from: "192.0.2.7" });
  });

  it("may send what its own pages ask for, by the name of the proxy", async () => {
    const at = await lab();
    const proxy = { "x-forwarded-proto": "https", "x-forwarded-host": "monitor.example" };
    const ask = (origin: string) => statusOf(at, { ...headersOf(reader), ...proxy, origin });
    expect(await ask("https://monitor.example")).toBe(200);
    expect(await ask("http://monitor.example")).toBe(403);
    expect(await ask("https://evil.example")).toBe(403);
  });

  it("is ended when its certificate expires or its role is gone, while others of the proxy go on", async () => {
    const clock = simulatedClock({ startMs: Date.now(), auto: false });
    const at = await lab({ clock });
    const follow = async (pair: KeyPair) => {
      const headers = { ...headersOf(pair), accept: "text/event-stream" };
      const stream = await openWith(null, at, PATH, { headers });
      expect(stream.statusCode).toBe(200);
      stream.on("error", () => undefined).resume();
      return { stream, over: new Promise((resolve) => stream.on("close", resolve)) };
    };
    const [first, second] = [await follow(reader), await follow(admin)];
    await clock.advance(2.01 * DAY_MS);
    await first.over;
    expect(second.stream.destroyed).toBe(false);
    const [, ...others] = ROLES;
    at.gate.update({ ...DEFAULT_ACCESS, trustedProxies: LOCAL, roles: others });
    await at.project.happen();
    expect(second.stream.destroyed).toBe(false);
    at.gate.update({ ...DEFAULT_ACCESS, trustedProxies: LOCAL });
    await second.over;
    expect(await statusOf(at, headersOf(admin))).toBe(403);
  });
});
