import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readProbeModules } from "./probe-modules.ts";

function problemsOf(modules: unknown): readonly string[] {
  return readProbeModules(modules, "m").problems.map(({ property, message, hint }) =>
    [property, message, hint].filter((part) => part !== null).join(" | "),
  );
}

it("readProbeModules() gives the usual modules where nothing is said", () => {
  const { modules, problems } = readProbeModules(undefined, "m");
  expect(problems).toEqual([]);
  expect([...modules.keys()]).toEqual([
    ...["http_2xx", "http_post_2xx", "tcp_connect", "tls_connect", "icmp"],
  ]);
  expect(modules.get("http_2xx")).toEqual({
    name: "http_2xx",
    prober: "http",
    timeoutMs: null,
    addressing: { family: 6, mayFallBack: true },
    tls: {
      skipsVerification: false,
      caFile: null,
      certFile: null,
      keyFile: null,
      serverName: null,
    },
    http: {
      method: "GET",
      headers: {},
      body: null,
      validStatuses: [],
      validVersions: [],
      followsRedirects: true,
      failsIfTls: false,
      failsIfNotTls: false,
      failsIfBodyMatches: [],
      failsIfBodyMatchesNot: [],
      failsIfHeaderMatches: [],
      failsIfHeaderMatchesNot: [],
    },
  });
});

it("readProbeModules() reads blackbox_exporter's own form", () => {
  const { modules, problems } = readProbeModules(
    {
      http_2xx: {
        prober: "http",
        timeout: "5s",
        http: {
          valid_status_codes: [200, 404],
          valid_http_versions: ["HTTP/1.1", "HTTP/2.0"],
          method: "post",
          headers: { "Accept-Language": "en", authorization: "none" },
          body: "{}",
          follow_redirects: false,
          fail_if_ssl: false,
          fail_if_not_ssl: true,
          fail_if_body_matches_regexp: ["(?i)error"],
          fail_if_header_not_matches: [{ header: "X", regexp: "a", allow_missing: true }],
          basic_auth: { username: "u", password: "p" },
          enable_http2: true,
          preferred_ip_protocol: "ip4",
          ip_protocol_fallback: false,
          tls_config: { insecure_skip_verify: true, ca_file: "/ca.pem", server_name: "x" },
        },
      },
      talk: { prober: "tcp", tcp: { tls: true, query_response: [{ expect: "^a", send: "b" }] } },
    },
    "m",
  );
  expect(problems).toEqual([]);
  expect(modules.size).toBe(6);
  expect(modules.get("http_2xx")).toMatchObject({
    timeoutMs: 5_000,
    addressing: { family: 4, mayFallBack: false },
    tls: { skipsVerification: true, caFile: "/ca.pem", serverName: "x" },
    http: {
      method: "POST",
      headers: { "Accept-Language": "en", Authorization: "Basic dTpw" },
      body: "{}",
      validStatuses: [200, 404],
      validVersions: ["1.1", "2.0"],
      followsRedirects: false,
      failsIfNotTls: true,
      failsIfBodyMatches: [{ source: "error", flags: "i" }],
      failsIfHeaderMatchesNot: [{ header: "X", mayBeMissing: true }],
    },
  });
  expect(modules.get("http_2xx")).not.toHaveProperty("http.headers.authorization");
  expect(modules.get("talk")).toMatchObject({
    speaksTls: true,
    steps: [{ expect: { source: "^a" }, send: "b" }],
  });
});

it.each([
  [5, "m | must be an object of modules by name"],
  [{ a: 5 }, "m.a | must be an object | such as prober: http"],
  [{ a: {} }, "m.a.prober | must be http, tcp or icmp"],
  [
    { a: { prober: "dns" } },
    `m.a.prober | must be http, tcp or icmp: got "dns" | leave dns to blackbox_exporter: it is not carried out here`,
  ],
  [{ "": { prober: "http" } }, `m[""] | must have a name of 1 to 100 plain characters`],
  [{ a: { prober: "http", htpp: {} } }, "m.a.htpp | is not known | did you mean http?"],
  [{ a: { prober: "http", tcp: {} } }, "m.a.tcp | is not known"],
  [
    { a: { prober: "http", timeout: "soon" } },
    "m.a.timeout | must be a time up to an hour, such as 5s",
  ],
  [{ a: { prober: "http", http: 1 } }, "m.a.http | must be an object"],
  [
    { a: { prober: "http", http: { valid_status_code: [200] } } },
    "m.a.http.valid_status_code | is not known | did you mean valid_status_codes?",
  ],
  [
    { a: { prober: "http", http: { proxy_url: "http://x" } } },
    "m.a.http.proxy_url | is not supported here | remove it",
  ],
  [
    { a: { prober: "http", http: { valid_status_codes: [200, "x"] } } },
    "m.a.http.valid_status_codes[1] | must be a status, such as 200",
  ],
  [
    { a: { prober: "http", http: { valid_http_versions: ["HTTP/2.0"] } } },
    "m.a.http.valid_http_versions | must allow HTTP/1.1: nothing else is spoken here",
  ],
  [
    { a: { prober: "http", http: { method: "CONNECT" } } },
    "m.a.http.method | must be a method, such as GET",
  ],
  [
    { a: { prober: "http", http: { headers: { "a b": "c" } } } },
    "m.a.http.headers | must have names that headers can have",
  ],
  [
    { a: { prober: "http", http: { headers: { "Content-Length": "1" } } } },
    "m.a.http.headers | must do without Content-Length",
  ],
  [
    { a: { prober: "http", http: { fail_if_body_matches_regexp: ["("] } } },
    `m.a.http.fail_if_body_matches_regexp[0] | must be a regular expression: got "("`,
  ],
  [
    { a: { prober: "http", http: { fail_if_header_matches: [{ regexp: "a" }] } } },
    "m.a.http.fail_if_header_matches[0].header | must be the name of a header",
  ],
  [
    { a: { prober: "tcp", tcp: { query_response: [{ starttls: true }] } } },
    "m.a.tcp.query_response[0].starttls | is not supported here | remove it",
  ],
  [
    { a: { prober: "icmp", icmp: { preferred_ip_protocol: "ip5" } } },
    "m.a.icmp.preferred_ip_protocol | must be ip4 or ip6",
  ],
])("readProbeModules() says what is wrong with %j", (modules, problem) => {
  expect(problemsOf(modules)).toEqual([problem]);
});

it("readProbeModules() leaves a module with a problem out, and tells no secret", () => {
  const secret = "c0rrect-h0rse\n";
  const http = {
    headers: { a: secret, A: "b" },
    bearer_token: secret,
    basic_auth: { password: secret },
  };
  const { modules, problems } = readProbeModules({ web: { prober: "http", http } }, "m");
  expect(modules.has("web")).toBe(false);
  expect(problems.map(({ property }) => property)).toEqual([
    ...["m.web.http.headers", "m.web.http.headers"],
    ...["m.web.http.basic_auth.password", "m.web.http.bearer_token"],
  ]);
  expect(JSON.stringify(problems)).not.toContain("c0rrect");
});

it("readProbeModules() reads or refuses whatever it is given", () => {
  const words = readFileSync(new URL("probe-module-fields.ts", import.meta.url), "utf8");
  const keys = fc.constantFrom(...new Set(words.match(/[a-z]+(?:_[a-z0-9]+)+|http|tcp|icmp/gu)));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("http", "tcp", "icmp", "ip4", "5s", "HTTP/1.1", "a", "(", "__proto__"),
      fc.anything(),
      fc.boolean(),
      fc.integer(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(keys, fc.string()), tie("value"), { maxKeys: 4 }),
    ),
  }));
  const modules = fc.dictionary(
    fc.string(),
    fc.record({
      prober: fc.constantFrom("http", "tcp", "icmp"),
      http: value,
      tcp: value,
      icmp: value,
    }),
    { maxKeys: 2 },
  );
  fc.assert(
    fc.property(fc.oneof(value, modules), (given) => {
      const { modules: read, problems } = readProbeModules(given, "m");
      expect(read.size).toBeGreaterThanOrEqual(5);
      for (const { property, message } of problems) {
        expect([property.startsWith("m"), message.length > 5]).toEqual([true, true]);
      }
    }),
  );
});
