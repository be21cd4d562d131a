import { durationMs } from "../../model/duration.ts";
import { isRecord } from "../../model/json.ts";
import { goPattern } from "./probe-pattern.ts";
import type {
  HeaderPattern,
  ProbeAddressing,
  ProbeModule,
  ProbeTls,
  TcpStep,
} from "./probe-module.ts";
import { flag, list, object, optional, text, Unfit, type Read } from "./probe-reading.ts";

const LONGEST_TIMEOUT_MS = 3_600_000;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}$/u;
const METHOD = /^(?!connect$)[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40}$/iu;
const HEADER_VALUE = /^[^\p{Cc}]{0,8192}$/u;
/** What says how a message is framed is for the client alone. */
const FRAMING: ReadonlySet<string> = new Set(["connection", "content-length", "transfer-encoding"]);

const path = optional(text("a path", /^[^\0]{1,4096}$/su), null);

const family: Read<4 | 6> = (value) => {
  if (value === "ip4") return 4;
  if (value === "ip6") return 6;
  throw new Unfit("must be ip4 or ip6");
};

const status: Read<number> = (value) => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 100 && value <= 999) {
    return value;
  }
  throw new Unfit("must be a status, such as 200");
};

const version: Read<string> = (value) => {
  if (value === "HTTP/1.0" || value === "HTTP/1.1") return value.slice("HTTP/".length);
  if (value === "HTTP/2.0" || value === "HTTP/2") return "2.0";
  throw new Unfit("must be HTTP/1.0, HTTP/1.1 or HTTP/2.0");
};

// Only HTTP/1 is spoken here: where nothing else would do, no probe could succeed.
const versions: Read<readonly string[]> = (value, at, problems) => {
  const read = list(version)(value, at, problems);
  if (read.length === 0 || read.some((each) => each.startsWith("1."))) return read;
  throw new Unfit("must allow HTTP/1.1: nothing else is spoken here");
};

const timeout: Read<number> = (value) => {
  const ms = typeof value === "string" || typeof value === "number" ? durationMs(value) : null;
  if (ms !== null && ms > 0 && ms <= LONGEST_TIMEOUT_MS) return ms;
  throw new Unfit("must be a time up to an hour, such as 5s");
};

const prober: Read<string> = (value) => String(value);

const common = { prober, timeout: optional(timeout, null) };
const addressing = {
  preferred_ip_protocol: optional<4 | 6, 6>(family, 6),
  ip_protocol_fallback: optional(flag, true),
};

const tlsMembers = {
  insecure_skip_verify: optional(flag, false),
  ca_file: path,
  cert_file: path,
  key_file: path,
  server_name: optional(text("a name", /^[\w.:-]{1,253}$/u), null),
};
const tlsConfig = object(tlsMembers, { unsupported: ["min_version", "max_version"] });
const NO_TLS = tlsConfig({}, "", []);

const headers: Read<Readonly<Record<string, string>>> = (value, at, problems) => {
  if (!isRecord(value)) throw new Unfit("must be an object of headers by name");
  const found = Object.entries(value).flatMap(([name, given]) => {
    const message = headerProblem(name, given, Object.keys(value));
    if (message === null) return [[name, String(given)] as const];
    problems.push({ property: at, message, hint: null });
    return [];
  });
  return Object.fromEntries(found);
};

function headerProblem(name: string, value: unknown, names: readonly string[]): string | null {
  if (!TOKEN.test(name)) return "must have names that headers can have";
  if (names.filter((other) => other.toLowerCase() === name.toLowerCase()).length > 1) {
    return `must have ${name} once`;
  }
  if (FRAMING.has(name.toLowerCase())) return `must do without ${name}`;
  const isText = typeof value === "string" || typeof value === "number";
  return isText && HEADER_VALUE.test(String(value)) ? null : `must have plain text for ${name}`;
}

const headerPattern: Read<HeaderPattern> = (value, at, problems) => {
  const members = {
    header: text("the name of a header", TOKEN),
    regexp: goPattern,
    allow_missing: optional(flag, false),
  };
  const before = problems.length;
  const { header, regexp, allow_missing: mayBeMissing } = object(members)(value, at, problems);
  if (problems.length > before) return { header: "", pattern: NOTHING, mayBeMissing };
  return { header, pattern: regexp, mayBeMissing };
};
const NOTHING = { source: "", flags: "" };

const word = optional(text("text", HEADER_VALUE), "");
const authorization = object({
  type: optional(text("a word", TOKEN), "Bearer"),
  credentials: word,
});
const basicAuth = object({ username: word, password: word });

const httpMembers = {
  ...addressing,
  method: optional(text("a method, such as GET", METHOD), "GET"),
  headers: optional(headers, {}),
  body: optional(text("text"), null),
  valid_status_codes: optional(list(status), []),
  valid_http_versions: optional(versions, []),
  follow_redirects: optional(flag, true),
  no_follow_redirects: optional(flag, false),
  enable_http2: optional(flag, true),
  fail_if_ssl: optional(flag, false),
  fail_if_not_ssl: optional(flag, false),
  fail_if_body_matches_regexp: optional(list(goPattern), []),
  fail_if_body_not_matches_regexp: optional(list(goPattern), []),
  fail_if_header_matches: optional(list(headerPattern), []),
  fail_if_header_not_matches: optional(list(headerPattern), []),
  basic_auth: optional(basicAuth, null),
  bearer_token: optional(text("text", HEADER_VALUE), null),
  authorization: optional(authorization, null),
  tls_config: optional(tlsConfig, NO_TLS),
};
type HttpFields = Fields<typeof httpMembers>;
const UNSUPPORTED = [
  ...["compression", "body_size_limit", "proxy_url", "proxy_connect_header", "no_proxy", "oauth2"],
  ...["bearer_token_file", "skip_resolve_phase_with_proxy", "proxy_from_environment"],
];
const http = object(httpMembers, { unsupported: UNSUPPORTED });

type Fields<M> = { readonly [K in keyof M]: M[K] extends Read<infer T> ? T : never };

/** Reads a module of the prober `http`. */
export const httpModule = moduleReader(object({ ...common, http }), (fields, head) => ({
  ...head,
  prober: "http",
  addressing: addressingOf(fields.http),
  tls: tlsOf(fields.http.tls_config),
  http: {
    method: fields.http.method.toUpperCase(),
    headers: headersOf(fields.http),
    body: fields.http.body,
    validStatuses: fields.http.valid_status_codes,
    validVersions: fields.http.valid_http_versions,
    followsRedirects: fields.http.follow_redirects && !fields.http.no_follow_redirects,
    failsIfTls: fields.http.fail_if_ssl,
    failsIfNotTls: fields.http.fail_if_not_ssl,
    failsIfBodyMatches: fields.http.fail_if_body_matches_regexp,
    failsIfBodyMatchesNot: fields.http.fail_if_body_not_matches_regexp,
    failsIfHeaderMatches: fields.http.fail_if_header_matches,
    failsIfHeaderMatchesNot: fields.http.fail_if_header_not_matches,
  },
}));

const step: Read<TcpStep> = (value, at, problems) => {
  const members = {
    expect: optional(goPattern, null),
    send: optional(text("text"), null),
  };
  return object(members, { unsupported: ["starttls", "labels"] })(value, at, problems);
};

const tcp = object(
  {
    ...addressing,
    query_response: optional(list(step), []),
    tls: optional(flag, false),
    tls_config: optional(tlsConfig, NO_TLS),
  },
  { unsupported: ["source_ip_address"] },
);

/** Reads a module of the prober `tcp`. */
export const tcpModule = moduleReader(object({ ...common, tcp }), (fields, head) => ({
  ...head,
  prober: "tcp",
  addressing: addressingOf(fields.tcp),
  steps: fields.tcp.query_response,
  speaksTls: fields.tcp.tls,
  tls: tlsOf(fields.tcp.tls_config),
}));

const icmp = object(addressing, {
  unsupported: ["source_ip_address", "payload_size", "dont_fragment", "ttl"],
});

/** Reads a module of the prober `icmp`. */
export const icmpModule = moduleReader(object({ ...common, icmp }), (fields, head) => ({
  ...head,
  prober: "icmp",
  addressing: addressingOf(fields.icmp),
}));

interface Head {
  readonly name: string;
  readonly timeoutMs: number | null;
}

// With a problem in it, a module is none: what is left of it may be something else than was meant.
function moduleReader<F extends { readonly timeout: number | null }>(
  read: Read<F>,
  make: (fields: F, head: Head) => ProbeModule,
): Read<ProbeModule | null> {
  return (value, at, problems) => {
    const before = problems.length;
    const fields = read(value, at, problems);
    return problems.length > before ? null : make(fields, { name: "", timeoutMs: fields.timeout });
  };
}

function addressingOf(fields: Fields<typeof addressing>): ProbeAddressing {
  return { family: fields.preferred_ip_protocol, mayFallBack: fields.ip_protocol_fallback };
}

function tlsOf(fields: Fields<typeof tlsMembers>): ProbeTls {
  return {
    skipsVerification: fields.insecure_skip_verify,
    caFile: fields.ca_file,
    certFile: fields.cert_file,
    keyFile: fields.key_file,
    serverName: fields.server_name,
  };
}

function headersOf(fields: HttpFields): Readonly<Record<string, string>> {
  const authorized = authorizationOf(fields);
  if (authorized === null) return fields.headers;
  const others = Object.entries(fields.headers).filter(([name]) => !/^authorization$/iu.test(name));
  return { ...Object.fromEntries(others), Authorization: authorized };
}

function authorizationOf(fields: HttpFields): string | null {
  const { basic_auth: basic, bearer_token: token, authorization: given } = fields;
  if (basic !== null) {
    const credentials = Buffer.from(`${basic.username}:${basic.password}`).toString("base64");
    return `Basic ${credentials}`;
  }
  if (given !== null) return `${given.type} ${given.credentials}`;
  return token === null ? null : `Bearer ${token}`;
}
