import { once } from "node:events";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { keepTls } from "../../../src/server/access/tls-keeper.ts";
import { DEFAULT_ACCESS } from "../../../src/server/access/settings.ts";
import { simulatedClock } from "../../../src/testing/simulated-clock.ts";
import {
  accessLab,
  askWith,
  keepingAgent,
  openWith,
  ROLES,
  type AccessLab,
} from "../../support/access-lab.ts";
import {
  certificateAuthority,
  type CertificateAuthority,
  type KeyPair,
} from "../../support/certificates.ts";
import { testFolder } from "../../support/folder.ts";
import { hasPart } from "../../support/parts.ts";

const DAY_MS = 86_400_000;
const PATH = "/api/events";
const FOLLOWING = { headers: { accept: "text/event-stream" } };

describe.skipIf(!hasPart("openssl", ["version"]))("what changes while a server runs", () => {
  let authority: CertificateAuthority;
  let server: KeyPair;

  beforeAll(async () => {
    authority = await certificateAuthority();
    server = await authority.issue({ names: ["IP:127.0.0.1"] });
  });

  afterAll(() => {
    authority[Symbol.dispose]();
  });

  const lab = (options: Partial<Parameters<typeof accessLab>[0]> = {}) =>
    accessLab({ authority, server, ...options });
  const reader = (name: string, toDays = 30): Promise<KeyPair> =>
    authority.issue({ subject: `/OU=readers/CN=${name}`, names: [], toDays });

  /** Somebody who follows what happens, and has a connection besides that. */
  async function follower(pair: KeyPair, at: AccessLab) {
    const agent = keepingAgent(pair, at);
    const { status } = await askWith(null, at, PATH, { agent });
    expect(status).toBe(200);
    const [idle] = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
    const stream = await openWith(pair, at, PATH, FOLLOWING);
    expect(stream.statusCode).toBe(200);
    const heard: string[] = [];
    const over = new Promise<void>((resolve) => {
      stream.setEncoding("utf8");
      stream.on("data", (piece: string) => heard.push(piece));
      stream.on("error", () => undefined);
      stream.on("close", resolve);
    });
    return { stream, heard, over, idle, ask: () => askWith(null, at, PATH, { agent }) };
  }

  async function expectEnded({ over, idle }: Awaited<ReturnType<typeof follower>>): Promise<void> {
    await over;
    expect(idle).toBeDefined();
    if (idle?.closed === false) await once(idle, "close");
    expect(idle?.destroyed).toBe(true);
  }

  async function expectGoesOn(
    { stream, heard, idle, ask }: Awaited<ReturnType<typeof follower>>,
    at: AccessLab,
  ): Promise<void> {
    const before = heard.length;
    await at.project.happen();
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(before);
    expect([stream.destroyed, idle?.destroyed]).toEqual([false, false]);
    expect((await ask()).status).toBe(200);
  }

  it("ends who was revoked, and nobody else", async () => {
    const [alice, bob] = [await reader("alice"), await reader("bob")];
    const at = await lab({ crl: await authority.revocationList() });
    const [first, second] = [await follower(alice, at), await follower(bob, at)];
    await authority.revoke(alice);
    at.folder.write("crl.pem", await authority.revocationList());
    await at.keeper.reload();
    await expectEnded(first);
    await expectGoesOn(second, at);
    expect((await askWith(alice, at, PATH)).status).toBe(401);
    expect((await askWith(bob, at, PATH)).status).toBe(200);
  });

  it("ends who has no role any more, and nobody else", async () => {
    const [alice, bob] = [await reader("alice"), await reader("bob")];
    const at = await lab();
    const [first, second] = [await follower(alice, at), await follower(bob, at)];
    const roles = [{ role: "reader", subject: "CN=bob,OU=readers" }] as const;
    at.gate.update({ ...DEFAULT_ACCESS, roles });
    await expectEnded(first);
    await expectGoesOn(second, at);
    expect((await askWith(alice, at, PATH)).status).toBe(403);
    at.gate.update({ ...DEFAULT_ACCESS, roles: ROLES });
    expect((await askWith(alice, at, PATH)).status).toBe(200);
  });

  it("judges by the new rules on a connection that goes on", async () => {
    const alice = await authority.issue({ subject: "/OU=admins/CN=alice", names: [] });
    const at = await lab();
    const agent = keepingAgent(alice, at);
    const remove = async () =>
      (await askWith(null, at, "/api/projects/no", { agent, method: "DELETE" })).status;
    expect(await remove()).not.toBe(403);
    at.gate.update({ ...DEFAULT_ACCESS, roles: [{ role: "user", organizationalUnit: "admins" }] });
    expect(await remove()).toBe(403);
    expect((await askWith(null, at, PATH, { agent })).status).toBe(200);
  });

  it("ends whose authority is not believed any more", async () => {
    using other = await certificateAuthority("other");
    const [alice, bob] = [
      await reader("alice"),
      await other.issue({ subject: "/OU=readers/CN=bob", names: [], toDays: 30 }),
    ];
    const at = await lab();
    at.folder.write("ca.pem", authority.cert + other.cert);
    await at.keeper.reload();
    const [first, second] = [await follower(alice, at), await follower(bob, at)];
    at.folder.write("ca.pem", other.cert);
    await at.keeper.reload();
    await expectEnded(first);
    await expectGoesOn(second, at);
    expect((await askWith(alice, at, PATH)).status).toBe(401);
  });

  it("ends whose certificate expires meanwhile", async () => {
    const clock = simulatedClock({ startMs: Date.now(), auto: false });
    const [alice, bob] = [await reader("alice", 2), await reader("bob", 30)];
    const at = await lab({ clock });
    const [first, second] = [await follower(alice, at), await follower(bob, at)];
    await clock.advance(DAY_MS);
    expect(first.stream.destroyed).toBe(false);
    await clock.advance(1.01 * DAY_MS);
    await expectEnded(first);
    await expectGoesOn(second, at);
    expect(at.unknown.at(-1)).toContain("it has expired");
  });

  it("lets nobody in whose authority has only an old list", async () => {
    const clock = simulatedClock({ startMs: Date.now(), auto: false });
    const alice = await reader("alice");
    const at = await lab({ clock, crl: await authority.revocationList({ seconds: 3_600 }) });
    const first = await follower(alice, at);
    await clock.advance(3_700_000);
    await expectEnded(first);
    expect(at.unknown.at(-1)).toContain("out of date");
  });

  it("shows a new certificate to new connections, and ends no other", async () => {
    const alice = await reader("alice");
    const at = await lab();
    const first = await follower(alice, at);
    const renewed = await authority.issue({ subject: "/CN=renewed", names: ["IP:127.0.0.1"] });
    at.folder.write("server.pem", renewed.cert);
    at.folder.write("server.key", renewed.key);
    await at.keeper.reload();
    const socket = connect({ host: "127.0.0.1", port: at.port, ca: at.ca });
    await once(socket, "secureConnect");
    expect(socket.getPeerCertificate().subject.CN).toBe("renewed");
    socket.destroy();
    await expectGoesOn(first, at);
    // What else the handshake goes by did not get lost.
    expect((await askWith(null, at, PATH)).status).toBe(401);
    expect((await askWith(alice, at, PATH)).status).toBe(200);
  });

  it("goes on with what it had, when new files cannot be used, and tells why once", async () => {
    const alice = await reader("alice");
    const at = await lab({ crl: await authority.revocationList() });
    const first = await follower(alice, at);
    const renewed = await authority.issue({ names: ["IP:127.0.0.1"] });
    at.folder.write("server.pem", renewed.cert);
    await at.keeper.reload();
    await at.keeper.reload();
    expect(at.problems).toEqual([expect.stringMatching(/server\.pem: it cannot be used: .*key/u)]);
    at.folder.write("server.key", renewed.key);
    at.folder.write("crl.pem", "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n");
    await at.keeper.reload();
    expect(at.problems).toHaveLength(2);
    expect(at.problems[1]).toContain("crl.pem: it cannot be used");
    await expectGoesOn(first, at);
    expect((await askWith(alice, at, PATH)).status).toBe(200);
  });

  describe("keepTls()", () => {
    async function kept(files: Readonly<Record<string, string>>) {
      const folder = testFolder();
      const clock = simulatedClock({ startMs: Date.now(), auto: false });
      const told: string[] = [];
      const path = (name: string) => (name in files ? folder.write(name, files[name] ?? "") : null);
      const keeper = await keepTls(
        { cert: path("cert"), key: path("key"), ca: path("ca"), crl: path("crl") },
        { clock, onProblem: (reason) => told.push(reason), onReload: () => told.push("reloaded") },
      ).finally(() => {
        if (Object.keys(files).length === 0) folder[Symbol.dispose]();
      });
      return { folder, clock, told, keeper };
    }

    it("looks at its files every two seconds", async () => {
      const { folder, clock, told, keeper } = await kept({ ...server, ca: authority.cert });
      await clock.advance(2_000);
      folder.write("ca", authority.cert + server.cert);
      await vi.waitFor(
        async () => {
          await clock.advance(2_000);
          expect(told).toEqual(["reloaded"]);
        },
        { timeout: 20_000 },
      );
      expect(keeper.authorities()?.certificates).toHaveLength(2);
      folder.write("ca", "");
      await vi.waitFor(
        async () => {
          await clock.advance(2_000);
          expect(told).toHaveLength(2);
        },
        { timeout: 20_000 },
      );
      expect(told[1]).toMatch(/ca: it holds no certificate in PEM$/u);
      keeper[Symbol.dispose]();
      folder[Symbol.dispose]();
    });

    it("believes nobody where no authority is named, not even those of the system", async () => {
      const { keeper, folder } = await kept({ ...server });
      expect(keeper.secureContext().ca).toEqual([]);
      expect(keeper.authorities()).toBeNull();
      keeper[Symbol.dispose]();
      folder[Symbol.dispose]();
    });

    it("warns of an old list, and begins all the same", async () => {
      const crl = await authority.revocationList({ seconds: 1 });
      const folder = testFolder();
      const clock = simulatedClock({ startMs: Date.now() + DAY_MS, auto: false });
      const told: string[] = [];
      const keeper = await keepTls(
        {
          cert: null,
          key: null,
          ca: folder.write("ca", authority.cert),
          crl: folder.write("crl", crl),
        },
        { clock, onProblem: (reason) => told.push(reason), onReload: () => undefined },
      );
      expect(told).toEqual([expect.stringContaining("out of date")]);
      expect(keeper.isServing).toBe(false);
      keeper[Symbol.dispose]();
      folder[Symbol.dispose]();
    });

    it.each<[string, (own: KeyPair) => Readonly<Record<string, string>>, string]>([
      ["a certificate without its key", ({ cert }) => ({ cert }), "one of them is missing"],
      ["the key of another", ({ cert }) => ({ cert, key: "no key" }), "it cannot be used"],
      ["what is no certificate", ({ key }) => ({ cert: "nothing", key }), "it cannot be used"],
      ["an authority that is none", (own) => ({ ...own, ca: "nothing" }), "no certificate in PEM"],
      ["a list without an authority", (own) => ({ ...own, crl: "" }), "needs tls.ca"],
      ["a file without end", (own) => ({ ...own, ca: "a".repeat(5_000_000) }), "4 MiB at the most"],
    ])("refuses %s", async (_, files, reason) => {
      await expect(kept(files(server))).rejects.toThrow(reason);
    });

    it("refuses a file that is not there", async () => {
      const options = {
        clock: simulatedClock(),
        onProblem: () => undefined,
        onReload: () => undefined,
      };
      const files = { cert: null, key: null, ca: "/nowhere/ca.pem", crl: null };
      await expect(keepTls(files, options)).rejects.toThrow(
        "/nowhere/ca.pem server.tls.ca: the file does not exist (file-missing)",
      );
    });
  });
});
