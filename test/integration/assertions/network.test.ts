import { createSocket } from "node:dgram";
import { once } from "node:events";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertKind, HANGING, NO_ANSWER, shown, type Shown } from "../../support/assert-kind.ts";
import { dnsServer, type DnsServer } from "../../support/dns-server.ts";
import { dockerEngine } from "../../support/docker.ts";
import { fullQueue } from "../../support/full-queue.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import {
  startCertificateZoo,
  type CertificateFlaw,
  type CertificateZoo,
} from "../../support/nginx.ts";
import { hasPart } from "../../support/parts.ts";
import { rawServer, type RawServer } from "../../support/raw-server.ts";
import { startRedis, type RedisServer } from "../../support/redis.ts";
import { closedPort } from "../../support/services.ts";
import { withoutPrograms, withStandIn } from "../../support/stand-in-program.ts";
import { starved } from "../../support/starved.ts";

let leftovers: Leftovers;
let silent: RawServer;
let dns: DnsServer;

beforeAll(async () => {
  leftovers = watchLeftovers();
  silent = await rawServer();
  dns = await dnsServer({
    "web.example": { A: { addresses: ["192.0.2.1", "192.0.2.2"] } },
    "mail.example": {
      MX: {
        answers: [
          { type: "MX", name: "mail.example", data: { preference: 10, exchange: "mx.example" } },
        ],
      },
    },
    "broken.example": { A: { rcode: "SERVFAIL" } },
    "silent.example": { A: "silence" },
  });
});
afterAll(async () => {
  await silent.allClosed();
  await silent[Symbol.asyncDispose]();
  await dns[Symbol.asyncDispose]();
  await leftovers.expectNone();
});

it("every kind that asks the network errs when we have no files left", async () => {
  const { port } = silent;
  const outcomes = await starved([
    ["port-accessible", { port }],
    ["port-accessible", { port, protocol: "udp" }],
    ["tcp-expect", { port, expect: "x" }],
    ["ssl-certificate", { url: `127.0.0.1:${String(port)}` }],
    ["dns-resolve", { hostname: "web.example", server: dns.address }],
    ["ping", { host: "127.0.0.1" }],
  ]);
  const error: unknown = ["error", null, expect.stringMatching(/files? open|open files/u)];
  expect(outcomes).toEqual(outcomes.map(() => error));
});

describe.concurrent("PortAccessibleAssert", () => {
  const kind = "port-accessible";
  it("passes for an open port, even if whoever listens never speaks", async ({ expect }) => {
    expect(await shown(kind, { port: silent.port })).toEqual(["pass", "open", "open"]);
  });
  it("fails for a closed port", async ({ expect }) => {
    const port = await closedPort();
    const refused = `connection refused (127.0.0.1:${String(port)}, ECONNREFUSED)`;
    expect(await shown(kind, { port })).toEqual(["fail", "open", refused]);
  });
  it("passes over UDP for who answers or is silent, and fails for who refuses", async ({
    expect,
  }) => {
    await using socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    const { port } = socket.address();
    const options = { port, protocol: "udp" };
    // It waits for most of its time, and needs the rest for itself.
    const quiet = await shown(kind, options, { timeoutSeconds: 1 });
    expect(quiet).toEqual(["pass", "open, or silent", "silent"]);
    socket.on("message", (_, { port: from }) => {
      socket.send("pong", from, "127.0.0.1");
    });
    expect(await shown(kind, options)).toEqual(["pass", "open, or silent", "answered"]);
    socket.close();
    await once(socket, "close");
    const refused: unknown = expect.stringMatching(/^connection refused/u);
    expect(await shown(kind, options)).toEqual(["fail", "open, or silent", refused]);
  });
  it.skipIf(process.platform !== "linux")(
    "fails when the connection is neither taken nor refused",
    async ({ expect }) => {
      await using queue = await fullQueue();
      const seen = await shown(kind, { port: queue.port }, HANGING);
      expect(seen).toEqual(["fail", null, NO_ANSWER]);
    },
  );
});

describe.skipIf(!hasPart("redis"))("TCPExpectAssert", () => {
  const kind = "tcp-expect";
  let redis: RedisServer;
  let stopped: RedisServer;
  beforeAll(async () => {
    [redis, stopped] = await Promise.all([startRedis(), startRedis()]);
    process.kill(stopped.pid, "SIGSTOP");
  });
  afterAll(async () => {
    process.kill(stopped.pid, "SIGCONT");
    await Promise.all([redis[Symbol.asyncDispose](), stopped[Symbol.asyncDispose]()]);
  });

  it.concurrent("passes when the answer comes", async ({ expect }) => {
    const ping = { port: redis.port, send: "PING\r\n" };
    const text = await shown(kind, { ...ping, expect: "+PONG" });
    expect(text).toEqual(["pass", '"+PONG"', '"+PONG"']);
    const matched = await shown(kind, { ...ping, expect: /^\+PO/ });
    expect(matched).toEqual(["pass", "/^\\+PO/", '"+PONG"']);
  });
  it.concurrent("fails when another one comes, or nobody listens", async ({ expect }) => {
    const other = await shown(
      kind,
      { port: redis.port, send: "ECHO x\r\n", expect: "+PONG" },
      { timeoutSeconds: 1 },
    );
    expect(other).toEqual(["fail", '"+PONG"', '"$1 x"']);
    const nobody = await shown(kind, { port: await closedPort(), expect: "+PONG" });
    expect(nobody).toEqual(["fail", null, expect.stringMatching(/^connection refused/u)]);
  });
  it.concurrent(
    "fails when the server takes the connection and never speaks",
    async ({ expect }) => {
      const options = { port: stopped.port, send: "PING\r\n", expect: "+PONG" };
      const seen = await shown(kind, options, { timeoutSeconds: 1 });
      expect(seen).toEqual(["fail", '"+PONG"', "nothing"]);
    },
  );
});

describe.concurrent("DNSResolveAssert", () => {
  const ask = (options: object, place: object = {}): Promise<Shown> =>
    shown("dns-resolve", { server: dns.address, ...options }, place);

  it("passes for a name that resolves, to what it should", async ({ expect }) => {
    const both = "192.0.2.1, 192.0.2.2";
    expect(await ask({ hostname: "web.example" })).toEqual(["pass", "A records", both]);
    const one = await ask({ hostname: "web.example", expectedIp: "192.0.2.2" });
    expect(one).toEqual(["pass", "192.0.2.2", both]);
    const mail = { hostname: "mail.example", recordType: "MX", expectedValue: "10 mx.example" };
    expect(await ask(mail)).toEqual(["pass", '"10 mx.example"', '"10 mx.example"']);
  });
  it("fails for one that does not, or to something else", async ({ expect }) => {
    const other = await ask({ hostname: "web.example", expectedIp: "192.0.2.9" });
    expect(other).toEqual(["fail", "192.0.2.9", `192.0.2.1, 192.0.2.2 from ${dns.address}`]);
    const none = await ask({ hostname: "none.example" });
    expect(none).toEqual(["fail", "A records", `no such name from ${dns.address}`]);
  });
  it("fails when the name server does, or is not there", async ({ expect }) => {
    const broken = await ask({ hostname: "broken.example" });
    expect(broken).toEqual(["fail", null, expect.stringContaining("SERVFAIL")]);
    const server = `127.0.0.1:${String(await closedPort())}`;
    const nobody = `name server ${server} cannot be reached for A 'web.example' (ECONNREFUSED)`;
    expect(await ask({ hostname: "web.example", server })).toEqual(["fail", null, nobody]);
  });
  it("fails when the name server is silent", async ({ expect }) => {
    expect(await ask({ hostname: "silent.example" }, HANGING)).toEqual(["fail", null, NO_ANSWER]);
  });
});

describe.skipIf(!hasPart("nginx") || !hasPart("openssl", ["version"]))(
  "SSLCertificateAssert",
  () => {
    const kind = "ssl-certificate";
    const trusted = getCACertificates("default");
    let zoo: CertificateZoo;
    beforeAll(async () => {
      zoo = await startCertificateZoo();
      setDefaultCACertificates([...trusted, zoo.ca]);
    });
    afterAll(async () => {
      setDefaultCACertificates(trusted);
      await zoo[Symbol.asyncDispose]();
    });
    const at = (flaw: CertificateFlaw, options: object = {}): Promise<Shown> =>
      shown(kind, { url: `127.0.0.1:${String(zoo.tlsPorts[flaw])}`, ...options });

    it.concurrent("passes for a valid one, and says for how long it is", async ({ expect }) => {
      const options = { issuer: "authority", names: ["localhost"] };
      const url = `https://localhost:${String(zoo.tlsPorts.valid)}/`;
      const outcome = await assertKind(kind, { url, ...options });
      expect(outcome).toMatchObject({ verdict: "pass", expected: "valid for 14 days or more" });
      expect(outcome.actual).toMatch(
        /^valid for (?:89(?:\.\d+)?|90) days, until \d{4}-\d\d-\d\d$/u,
      );
      expect(outcome.metrics["validDays"]).toBeCloseTo(90, 1);
      const own = await shown(kind, {}, { target: { url } });
      expect(own[0]).toBe("pass");
    });
    it.concurrent.for([
      [
        "expiring soon",
        "expiring",
        "valid for 14 days or more",
        /^valid for (?:4\.\d+|5) days, until/u,
      ],
      [
        "that has expired",
        "expired",
        "valid for 14 days or more",
        /^expired (?:1|1\.\d+) days? ago, on/u,
      ],
      [
        "for another name",
        "wrongName",
        /^a certificate for/u,
        /elsewhere\.example|not in the cert/u,
      ],
      ["that nobody trusts", "untrusted", /trusted|valid for/u, /self-signed|valid for/u],
    ] as const)("fails for one %s", async ([, flaw, expected, actual], { expect }) => {
      const [verdict, wanted, seen] = await at(
        flaw,
        flaw === "untrusted" ? { minDaysValid: 0 } : {},
      );
      expect(verdict).toBe("fail");
      expect(wanted).toMatch(expected);
      expect(seen).toMatch(actual);
    });
    it.concurrent("passes for them when told so", async ({ expect }) => {
      expect((await at("expiring", { minDaysValid: 3 }))[0]).toBe("pass");
      expect((await at("wrongName", { names: ["elsewhere.example"] }))[0]).toBe("pass");
      expect((await at("untrusted", { chain: false, minDaysValid: 0 }))[0]).toBe("pass");
    });
    it.concurrent(
      "fails when nobody listens, no TLS is spoken, or nothing at all",
      async ({ expect }) => {
        const nobody = await shown(kind, { url: `127.0.0.1:${String(await closedPort())}` });
        expect(nobody).toEqual(["fail", null, expect.stringMatching(/^connection refused/u)]);
        const plain = await shown(kind, { url: `127.0.0.1:${String(zoo.port)}` });
        expect(plain).toEqual(["fail", null, expect.stringMatching(/TLS/u)]);
        const hanging = await shown(kind, { url: `127.0.0.1:${String(silent.port)}` }, HANGING);
        expect(hanging).toEqual(["fail", null, NO_ANSWER]);
      },
    );
  },
);

// One after the other: the programs of this process are looked for in one PATH.
describe.skipIf(!hasPart("ping", ["-c", "1", "127.0.0.1"]))("PingAssert", () => {
  const kind = "ping";

  it("passes for a host that answers", async () => {
    const seen = await shown(kind, { host: "127.0.0.1", count: 2 });
    const answered: unknown = expect.stringMatching(/^2 of 2 answered, [\d.]+ ms$/u);
    expect(seen).toEqual(["pass", "no loss", answered]);
  });
  it("fails for one that takes too long", async () => {
    const seen = await shown(kind, { host: "127.0.0.1", maxMs: 0.001 });
    const slow: unknown = expect.stringMatching(/^1 of 1 answered, 0\.\d+ ms$/u);
    expect(seen).toEqual(["fail", "no loss, at most 0.001 ms", slow]);
  });
  it("errs when ping is not installed, or may not be used", async () => {
    await withoutPrograms(async () => {
      const seen = await shown(kind, { host: "127.0.0.1" });
      const missing = "cannot run ping: no such program is in PATH (ENOENT)";
      expect(seen).toEqual(["error", null, missing]);
    });
    const refusal = "ping: socktype: SOCK_RAW: Operation not permitted";
    await withStandIn("ping", `echo '${refusal}' >&2; exit 2`, async () => {
      const seen = await shown(kind, { host: "127.0.0.1" });
      expect(seen).toEqual(["error", null, `ping may not be used here: ${refusal}`]);
    });
  });
  it("gives up on a ping that hangs, and ends it", async () => {
    await withStandIn("ping", "exec sleep 1000", async () => {
      const seen = await shown(kind, { host: "127.0.0.1" }, HANGING);
      expect(seen).toEqual(["fail", null, NO_ANSWER]);
    });
  });
  it.skipIf(!hasPart("docker"))("fails for a host that is silent", async () => {
    // In the engine's own network, an address that no container has.
    const engine = await dockerEngine();
    const network = await engine.request("GET", "/networks/bridge");
    const [, subnet = ""] = /"Subnet":"([\d./]+)"/u.exec(JSON.stringify(network)) ?? [];
    const host = subnet.replace(/\d+\.\d+\/\d+$/u, "255.254");
    expect(await shown(kind, { host }, HANGING)).toEqual(["fail", null, NO_ANSWER]);
  });
});
