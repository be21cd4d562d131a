import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { readProbeModules } from "../../src/app/serving/probe-modules.ts";
import { createProber } from "../../src/app/serving/prober.ts";
import { startBlackbox, type Blackbox } from "../support/blackbox.ts";
import { certificateAuthority } from "../support/certificates.ts";
import { testFolder } from "../support/folder.ts";
import { hasPart } from "../support/parts.ts";
import { freePort } from "../support/ports.ts";
import { rawServer } from "../support/raw-server.ts";

/** What nobody can measure twice alike. */
const TIMES = /^probe_(?:duration|dns_lookup_time|http_duration|icmp_duration)_seconds/u;
const PATIENCE_SECONDS = 10;

function modulesWith(ca: string): string {
  const trust = `tls_config: { ca_file: ${ca} }`;
  return `modules:
  http_2xx: { prober: http }
  http_ca: { prober: http, http: { ${trust} } }
  http_any: { prober: http, http: { tls_config: { insecure_skip_verify: true } } }
  http_post_2xx: { prober: http, http: { method: POST } }
  http_head: { prober: http, http: { method: HEAD } }
  http_500: { prober: http, http: { valid_status_codes: [500, 404] } }
  http_stays: { prober: http, http: { follow_redirects: false } }
  http_stays_302: { prober: http, http: { follow_redirects: false, valid_status_codes: [302] } }
  http_plain: { prober: http, http: { fail_if_ssl: true, ${trust} } }
  http_secure: { prober: http, http: { fail_if_not_ssl: true, ${trust} } }
  http_good: { prober: http, http: { fail_if_body_not_matches_regexp: ["(?i)GOOD"] } }
  http_not_good: { prober: http, http: { fail_if_body_matches_regexp: ["go+d$"] } }
  http_header: { prober: http, http: { fail_if_header_not_matches: [{ header: x-kind, regexp: "^a" }] } }
  http_no_header: { prober: http, http: { fail_if_header_matches: [{ header: X-Kind, regexp: "^a" }] } }
  http_may_lack: { prober: http, http: { fail_if_header_matches: [{ header: X-No, regexp: a, allow_missing: true }] } }
  http_must_have: { prober: http, http: { fail_if_header_matches: [{ header: X-No, regexp: a }] } }
  http_1_0: { prober: http, http: { valid_http_versions: [HTTP/1.0] } }
  http_1_1: { prober: http, http: { valid_http_versions: [HTTP/1.1, HTTP/2.0] } }
  http_ip6: { prober: http, http: { preferred_ip_protocol: ip6, ip_protocol_fallback: false } }
  http_headers: { prober: http, http: { headers: { Host: other.example, X-Asked: "yes" }, valid_status_codes: [201] } }
  http_auth: { prober: http, http: { basic_auth: { username: u, password: p }, valid_status_codes: [202] } }
  http_go: { prober: http, http: { fail_if_body_not_matches_regexp: ['\\Ago', 'od\\z', '[[:alpha:]]{4}', '(?P<x>g)o', '^+good', '[]g]ood', '(?s)g.*d', '\\pL+'] } }
  http_soon: { prober: http, timeout: 300ms }
  tcp_connect: { prober: tcp }
  tls_connect: { prober: tcp, tcp: { tls: true } }
  tls_ca: { prober: tcp, tcp: { tls: true, ${trust} } }
  tls_any: { prober: tcp, tcp: { tls: true, tls_config: { insecure_skip_verify: true } } }
  talk: { prober: tcp, tcp: { query_response: [{ expect: "^HELLO (.+)" }, { send: "HI" }, { expect: "^BYE" }] } }
  echo: { prober: tcp, tcp: { query_response: [{ expect: "^HELLO (.+)", send: "HI \${1}" }, { expect: "^BYE server" }] } }
  other: { prober: tcp, timeout: 500ms, tcp: { query_response: [{ expect: "^SSH-2.0-" }] } }
  tls_talk: { prober: tcp, tcp: { tls: true, ${trust}, query_response: [{ send: "GET / HTTP/1.0\\r\\n\\r" }, { expect: "^HTTP/1.1 200" }] } }
  icmp: { prober: icmp }
`;
}

const PAGES: Readonly<Record<string, RequestListener>> = {
  "/500": (_, response) => response.writeHead(500).end("bad"),
  "/hang": () => undefined,
  "/redirect": (_, response) => response.writeHead(302, { location: "/good" }).end(),
  "/loop": (_, response) => response.writeHead(302, { location: "/loop" }).end(),
  "/nowhere": (_, response) => response.writeHead(302).end(),
  "/nothing": (_, response) => response.writeHead(204).end(),
  "/chunked": (_, response) => {
    response.write("go");
    response.end("od");
  },
  "/good": (request, response) => {
    response.writeHead(statusFor(request), {
      "last-modified": "Wed, 21 Oct 2015 07:28:00 GMT",
      "x-kind": "a good one",
      "content-length": 4,
    });
    response.end(request.method === "HEAD" ? "" : "good");
  },
};

function statusFor({ headers }: IncomingMessage): number {
  if (headers["x-asked"] === "yes" && headers.host === "other.example") return 201;
  const credentials = Buffer.from("u:p").toString("base64");
  return headers.authorization === `Basic ${credentials}` ? 202 : 200;
}

const answer: RequestListener = (request, response) => {
  (PAGES[request.url ?? ""] ?? PAGES["/good"])?.(request, response);
};

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const isPossible = [hasPart("blackbox"), hasPart("openssl", ["version"])].every(Boolean);

describe.skipIf(!isPossible)("a probe, beside one of blackbox_exporter", () => {
  const resources = new AsyncDisposableStack();
  const places = new Map<string, string>();
  let blackbox: Blackbox;
  let modules: ReturnType<typeof readProbeModules>["modules"];

  beforeAll(async () => {
    const authority = resources.use(await certificateAuthority());
    const folder = resources.use(testFolder());
    const names = ["IP:127.0.0.1", "DNS:shop.example", "DNS:www.shop.example"];
    const good = await authority.issue({ names });
    const expired = await authority.issue({ names, fromDays: -9, toDays: -1 });
    const plain = createServer(answer);
    const secure = createSecureServer(good, answer);
    const late = createSecureServer(expired, answer);
    for (const server of [plain, secure, late]) {
      resources.defer(() => {
        server.closeAllConnections();
        server.close();
      });
    }
    const talking = resources.use(
      await rawServer({
        onConnection: (socket) => {
          socket.write("WELCOME\r\nHELLO server\r\n");
          socket.once("data", (said) => {
            socket.end(said.toString() === "HI server\n" ? "BYE server\n" : "BYE\n");
          });
        },
      }),
    );
    const odd = resources.use(
      await rawServer({ onRequest: (socket) => socket.end("HTTP/1.0 200 OK\r\n\r\nold") }),
    );
    places.set("PLAIN", await listening(plain));
    places.set("SECURE", await listening(secure));
    places.set("LATE", await listening(late));
    places.set("TALK", `127.0.0.1:${String(talking.port)}`);
    places.set("ODD", `127.0.0.1:${String(odd.port)}`);
    places.set("CLOSED", `127.0.0.1:${String(await freePort())}`);
    const configuration = modulesWith(folder.write("ca.pem", authority.cert));
    const read = readProbeModules(
      (parse(configuration) as { readonly modules: unknown }).modules,
      "modules",
    );
    expect(read.problems).toEqual([]);
    ({ modules } = read);
    blackbox = resources.use(await startBlackbox(configuration));
  });

  afterAll(async () => {
    await resources.disposeAsync();
  });

  it.each([
    ["http_2xx", "http://PLAIN/good"],
    ["http_2xx", "PLAIN/good"],
    ["http_2xx", "http://PLAIN/500"],
    ["http_2xx", "http://PLAIN/chunked"],
    ["http_2xx", "http://PLAIN/nothing"],
    ["http_2xx", "http://PLAIN/redirect"],
    ["http_2xx", "http://PLAIN/nowhere"],
    ["http_2xx", "http://CLOSED/"],
    ["http_2xx", "http://TALK/"],
    ["http_2xx", "http://ODD/"],
    ["http_2xx", "http://nosuch.invalid/"],
    ["http_2xx", "https://SECURE/good"],
    ["http_2xx", "https://PLAIN/good"],
    ["http_ca", "https://SECURE/good"],
    ["http_ca", "https://SECURE/redirect"],
    ["http_ca", "https://LATE/good"],
    ["http_any", "https://SECURE/good"],
    ["http_any", "https://LATE/good"],
    ["http_post_2xx", "http://PLAIN/good"],
    ["http_head", "http://PLAIN/good"],
    ["http_500", "http://PLAIN/500"],
    ["http_500", "http://PLAIN/good"],
    ["http_stays", "http://PLAIN/redirect"],
    ["http_stays_302", "http://PLAIN/redirect"],
    ["http_plain", "https://SECURE/good"],
    ["http_plain", "http://PLAIN/good"],
    ["http_secure", "https://SECURE/good"],
    ["http_secure", "http://PLAIN/good"],
    ["http_good", "http://PLAIN/good"],
    ["http_good", "http://PLAIN/nothing"],
    ["http_not_good", "http://PLAIN/good"],
    ["http_not_good", "http://PLAIN/500"],
    ["http_header", "http://PLAIN/good"],
    ["http_no_header", "http://PLAIN/good"],
    ["http_may_lack", "http://PLAIN/good"],
    ["http_must_have", "http://PLAIN/good"],
    ["http_1_0", "http://PLAIN/good"],
    ["http_1_0", "http://ODD/"],
    ["http_1_1", "http://PLAIN/good"],
    ["http_ip6", "http://PLAIN/good"],
    ["http_headers", "http://PLAIN/good"],
    ["http_auth", "http://PLAIN/good"],
    ["http_go", "http://PLAIN/good"],
    ["http_soon", "http://PLAIN/hang"],
    ["tcp_connect", "PLAIN"],
    ["tcp_connect", "CLOSED"],
    ["tcp_connect", "nosuch.invalid:80"],
    ["tls_connect", "SECURE"],
    ["tls_connect", "PLAIN"],
    ["tls_ca", "SECURE"],
    ["tls_ca", "LATE"],
    ["tls_any", "LATE"],
    ["talk", "TALK"],
    ["echo", "TALK"],
    ["other", "ODD"],
    ["tls_talk", "SECURE"],
  ])("%s of %s gives the same families and values", async (module, place) => {
    const target = place.replace(/[A-Z]+/u, (name) => places.get(name) ?? name);
    const theirs = await blackbox.probe({ module, target }, PATIENCE_SECONDS);
    expect(theirs.status).toBe(200);
    expect(samplesOf(theirs.text)).toHaveProperty("probe_success");
    expect(samplesOf(await ours(module, target))).toEqual(samplesOf(theirs.text));
  });

  it("a loop of redirects fails here, too, and sooner", async () => {
    const target = `http://${places.get("PLAIN") ?? ""}/loop`;
    const theirs = await blackbox.probe({ module: "http_2xx", target }, PATIENCE_SECONDS);
    const { probe_http_redirects: most, ...others } = samplesOf(theirs.text);
    const { probe_http_redirects: count, ...own } = samplesOf(await ours("http_2xx", target));
    expect(own).toEqual(others);
    expect([count, most]).toEqual([1, 11]);
    expect(own["probe_success"]).toBe(0);
  });

  it("a hostname goes into the request and the handshake", async () => {
    const target = `https://${places.get("SECURE") ?? ""}/good`;
    for (const [hostname, success] of [
      ["shop.example", 1],
      ["blog.example", 0],
    ] as const) {
      const asked = { module: "http_ca", target, hostname };
      const theirs = samplesOf((await blackbox.probe(asked, PATIENCE_SECONDS)).text);
      expect(theirs["probe_success"]).toBe(success);
      expect(samplesOf(await ours("http_ca", target, hostname))).toEqual(theirs);
    }
  });

  it.skipIf(!hasPart("ping", ["-V"]))("icmp gives the same families and values", async () => {
    for (const target of ["127.0.0.1", "nosuch.invalid"]) {
      const theirs = await blackbox.probe({ module: "icmp", target }, PATIENCE_SECONDS);
      expect(samplesOf(await ours("icmp", target))).toEqual(samplesOf(theirs.text));
    }
  });

  async function ours(
    module: string,
    target: string,
    hostname: string | null = null,
  ): Promise<string> {
    await using prober = createProber({ targets: () => [target], modules, clock: systemClock });
    const patienceMs = PATIENCE_SECONDS * 1_000;
    const asked = { module, target, hostname, patienceMs, client: "test", isDebug: false };
    const outcome = await prober.probe(asked, new AbortController().signal);
    if (outcome.type !== "metrics") throw new Error(outcome.message);
    return outcome.text;
  }
});

/** Values by series; a time is only there. Help is left out: it is said in our own words. */
function samplesOf(text: string): Readonly<Record<string, number | string>> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("# HELP"));
  return Object.fromEntries(
    lines.map((line) => {
      const [, series = "", value = ""] = /^(.+) (\S+)$/u.exec(line) ?? [];
      if (line.startsWith("#")) return [series, value];
      return [series, TIMES.test(series) ? "a time" : Number(value)];
    }),
  );
}
