import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { accessSettingsOf } from "./access-settings.ts";
import {
  ALL_SETTINGS,
  loadSettings,
  type LoadedSettings,
  type SettingSources,
} from "./settings.ts";

const ID = "01234567-89ab-4def-8123-456789abcdef";

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
});

type Sources = Partial<SettingSources>;

async function load(text: string | null, sources: Sources = {}): Promise<LoadedSettings> {
  if (text !== null) folder.write("clockwork.yaml", text);
  return await loadSettings({ root: folder.path, env: {}, ...sources });
}

// One line for each problem: where, what, and the hint.
async function problemsOf(text: string | null, sources: Sources = {}): Promise<readonly string[]> {
  const error: unknown = await load(text, sources).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigurationError)) throw new Error("was loaded", { cause: error });
  return error.diagnostics.map(({ file, line, column, property, message, code, hint }) =>
    [
      [file, line, column].filter((part) => part !== null && part !== "").join(":"),
      property,
      `${message} (${code})`,
      hint,
    ]
      .filter((part) => part !== null && part !== "")
      .join(" | "),
  );
}

describe("loadSettings()", () => {
  it.each([null, "", "# nothing yet\n", `name: shop\nid: ${ID}\n`, "server:\nlog: {}\n"])(
    "has a value for everything where nothing is set: %j",
    async (text) => {
      const { settings, origins, warnings } = await load(text);
      expect(settings).toMatchObject({
        server: {
          ...{ listen: { host: "127.0.0.1", port: 5000 }, basePath: "", insecure: false },
          ...{ hosts: [], roles: [], trustedProxies: [], allowedFolders: [] },
          tls: { cert: null, key: null, ca: null, crl: null },
          probe: { targets: [], modules: {} },
        },
        log: { level: "info", file: null, maxBytes: 10 * 2 ** 20, keep: 5 },
      });
      expect(settings.server.limits).toEqual(DEFAULT_LIMITS);
      expect([...origins.keys()]).toEqual(ALL_SETTINGS.map(({ key }) => key));
      expect(new Set([...origins.values()].map(({ kind }) => kind))).toEqual(new Set(["default"]));
      expect(warnings).toEqual([]);
    },
  );

  it("takes what is later in file, environment and flags, and tells where it is from", async () => {
    const text = "server:\n  listen: 127.0.0.1:1\n  base_path: /a\n  hosts: [a]\n";
    const { settings, origins } = await load(text, {
      env: { CW_LISTEN: "127.0.0.1:2", CW_BASE_PATH: "/b", CW_LOG_LEVEL: "warn" },
      flags: { "--listen": "127.0.0.1:3", "--insecure": true, "--log-file": undefined },
    });
    expect(settings.server).toMatchObject({
      ...{ listen: { port: 3 }, basePath: "/b", hosts: ["a"], insecure: true },
    });
    const set = [...origins].filter(([, { kind }]) => kind !== "default");
    expect(Object.fromEntries(set)).toEqual({
      "server.listen": { kind: "flag", flag: "--listen" },
      "server.basePath": { kind: "environment", variable: "CW_BASE_PATH" },
      "server.hosts": { kind: "file", file: "clockwork.yaml", line: 4 },
      "server.insecure": { kind: "flag", flag: "--insecure" },
      "log.level": { kind: "environment", variable: "CW_LOG_LEVEL" },
    });
  });

  it("reads names in camel case and in snake case, also within lists", async () => {
    const { settings } = await load(
      `server:
  trusted_proxies: [10.0.0.0/8]
  allowedFolders: [shops]
  limits: { body_bytes: 1 MiB, requestsPerSecond: 20 }
  roles:
    - { role: admin, organizational_unit: Ops }
    - { role: user, organizationalUnit: Shop, fingerprint: "${"ab:".repeat(31)}ab" }
    - { role: reader }
`,
    );
    expect(settings.server).toMatchObject({
      ...{ trustedProxies: ["10.0.0.0/8"], allowedFolders: [join(folder.path, "shops")] },
      limits: { bodyBytes: 2 ** 20, requestsPerSecond: 20 },
    });
    expect(accessSettingsOf(settings).roles).toEqual([
      { role: "admin", organizationalUnit: "Ops" },
      { role: "user", organizationalUnit: "Shop", fingerprint: `${"ab:".repeat(31)}ab` },
      { role: "reader" },
    ]);
  });

  it("takes paths of the file from there, and all others from the current folder", async () => {
    const text = `server:
  tls: { cert: tls/a.pem, key: /etc/a.key }
  probe:
    modules: { web: { prober: http, http: { tls_config: { ca_file: ca.pem } } } }
`;
    const flags = { "--log-file": "c.log" };
    const env = { CW_TLS_CA: "b.pem", CW_ALLOWED_FOLDERS: "x, /y" };
    const { settings } = await load(text, { env, flags, cwd: "/here" });
    expect(settings).toMatchObject({
      server: {
        tls: { cert: join(folder.path, "tls/a.pem"), key: "/etc/a.key", ca: "/here/b.pem" },
        allowedFolders: ["/here/x", "/y"],
        probe: {
          modules: { web: { http: { tls_config: { ca_file: join(folder.path, "ca.pem") } } } },
        },
      },
      log: { file: "/here/c.log" },
    });
    const { settings: other } = await load("", { flags });
    expect(other.log.file).toBe(resolve("c.log"));
  });

  it("takes texts of the environment for what they mean", async () => {
    const { settings } = await load(null, {
      env: {
        ...{ CW_LISTEN: "[::1]:0", CW_INSECURE: "Yes", CW_HOSTS: " a , b,", CW_LOG_KEEP: "0" },
        ...{ CW_LOG_MAX_BYTES: "1 GB", CW_LIMITS_STREAMS: " 7 ", CW_BASE_PATH: "/" },
        ...{ CW_OTHER_USERS: "reader", CW_LOG_FILE: "" },
      },
    });
    expect(settings).toMatchObject({
      server: {
        ...{ listen: { host: "::1", port: 0 }, insecure: true, hosts: ["a", "b"], basePath: "" },
        ...{ otherUsers: "reader", limits: { streams: 7 } },
      },
      log: { keep: 0, maxBytes: 1_000_000_000, file: null },
    });
  });

  it("warns of variables that look like ours, and shows no value of them", async () => {
    const { warnings } = await load(null, {
      env: {
        ...{ CW_TLS_CRT: "s3cret", CW_WHATEVER_IT_IS: "s3cret", CWX: "1", PATH: "/bin" },
        ...{ CW_API_KEY: "s3cret", CW_MARKS_DIR: "/x", CW_TEST_SOAK: "all", CW_LISTEN: "" },
      },
    });
    expect(warnings.map(({ property, hint }) => [property, hint])).toEqual([
      ["CW_TLS_CRT", "did you mean CW_TLS_CERT?"],
      ["CW_WHATEVER_IT_IS", null],
    ]);
    expect(JSON.stringify(warnings)).not.toContain("s3cret");
  });

  it("tells everything that is wrong at once: where, what was got, and how to mend it", async () => {
    const text = `nmae: shop
server:
  listen: 127.0.0.1
  base_path: mon
  tls: { crt: a.pem, key: b.pem }
  roles:
    - { role: admn, organizational_unit: [Ops], x: 1 }
    - { role: admin }
    - boss
  trusted_proxies: [10.0.0.0/33]
  limits: { body_bytes: 1, bodyBytes: 2048 }
  probe: { modules: { web: { prober: tpc } } }
log: loud
`;
    const env = { CW_LIMITS_STREAMS: "many", CW_HOSTS: "a,b c" };
    const flags = { "--log-level": "loud" };
    expect(await problemsOf(text, { env, flags })).toEqual([
      'clockwork.yaml:1:1 | a field must be one of name, id, server, log: got "nmae" (field-unknown) | did you mean name?',
      'clockwork.yaml:3:3 | server.listen | must be HOST:PORT, such as 127.0.0.1:5000 or [::1]:5000: got "127.0.0.1" (field-type)',
      'clockwork.yaml:4:3 | server.base_path | must be a path that begins with / and does not end with it, such as /monitor: got "mon" (field-type)',
      "clockwork.yaml:5:10 | server.tls.crt | is not a setting (field-unknown) | did you mean cert?",
      'clockwork.yaml:7:9 | server.roles[0].role | must be one of "reader", "user", "admin": got "admn" (field-type)',
      "clockwork.yaml:7:21 | server.roles[0].organizational_unit | must be text: got a list (field-type)",
      "clockwork.yaml:7:49 | server.roles[0].x | is not an option of this kind (field-unknown) | it takes role, subject, organizational_unit, san, fingerprint",
      "clockwork.yaml:9:7 | server.roles[2] | needs an object of options: got text (field-type)",
      'clockwork.yaml:10:21 | server.trusted_proxies[0] | must be an address or network, such as 10.0.0.1, 10.0.0.0/8 or fd00::/8: got "10.0.0.0/33" (field-type)',
      'clockwork.yaml:11:13 | server.limits.body_bytes | must be a size in bytes or such as "10 MiB", from 1 KiB to 64 MiB: got 1 (field-type)',
      "clockwork.yaml:11:28 | server.limits.bodyBytes | is given twice, as body_bytes too (field-repeated) | leave one of them out",
      'clockwork.yaml:13:1 | log | must be an object of level, file, maxBytes, keep: got "loud" (not-an-object)',
      'CW_HOSTS[1] | must be name or address of a host: got "b c" (field-type)',
      'CW_LIMITS_STREAMS | must be integer from 0 to 1000000: got "many" (field-type)',
      '--log-level | must be one of "debug", "info", "warn", "error": got "loud" (field-type)',
      'clockwork.yaml:12:30 | server.probe.modules.web.prober | must be http, tcp or icmp: got "tpc" (field-range)',
    ]);
  });

  it.each([
    ["server: { tls: { cert: a } }", "1:18 | server.tls.cert | needs server.tls.key beside it"],
    ["server: { tls: { key: a } }", "1:18 | server.tls.key | needs server.tls.cert beside it"],
    ["server: { tls: { cert: a, key: b, crl: c } }", "1:35 | server.tls.crl | needs server.tls.ca"],
    [
      "server: { listen: '0.0.0.0:1' }",
      "1:11 | server.listen | 0.0.0.0 is reached by other machines",
    ],
    ["server: { listen: 'host.example:1' }", "1:11 | server.listen | host.example is reached"],
    ["server: { listen: '[::]:1', tls: { cert: a, key: b } }", "server.listen | :: is reached"],
    [
      "server:\n  roles: [{ role: reader }, { role: user }]",
      "2:29 | server.roles[1] | who is user needs",
    ],
    [
      "server: { roles: [{ role: user, san: web }] }",
      "1:33 | server.roles[0].san | a name begins with",
    ],
    [
      "server: { trusted_proxies: [10.0.0.1, 0.0.0.0/0] }",
      "1:39 | server.trustedProxies[1] | an address",
    ],
    ["server: { hosts: ['a:80'] }", "1:19 | server.hosts[0] | a name is needed, without a port"],
  ])("tells what does not go together: %s", async (text, problem) => {
    const problems = await problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).toMatch(/^clockwork\.yaml:\d.*\(field-range\)/u);
  });

  it.each([
    "server: { listen: '0.0.0.0:1', insecure: true }",
    "server: { listen: '0.0.0.0:1', tls: { cert: a, key: b, ca: c, crl: d } }",
    "server: { listen: '0.0.0.0:1', tls: { cert: a, key: b }, trustedProxies: [10.0.0.1] }",
    "server: { listen: '127.9.9.9:1' }",
    "server: { listen: '[::1]:1' }",
    "server: { listen: 'LocalHost:1' }",
  ])("takes what goes together: %s", async (text) => {
    expect((await load(text)).origins.get("server.listen")).toMatchObject({
      kind: "file",
      line: 1,
    });
  });

  it("names the variable or the flag that does not go with the rest", async () => {
    const env = { CW_LISTEN: "0.0.0.0:1", CW_TRUSTED_PROXIES: "10.0.0.1, ::/0", CW_HOSTS: "a:1" };
    expect(await problemsOf(null, { env })).toEqual([
      expect.stringMatching(/^CW_LISTEN \| 0\.0\.0\.0 is reached by other machines/u),
      expect.stringMatching(/^CW_TRUSTED_PROXIES\[1\] \| an address or a network/u),
      expect.stringMatching(/^CW_HOSTS\[0\] \| a name is needed/u),
    ]);
    const flags = { "--tls-cert": "a" };
    expect(await problemsOf(null, { flags })).toEqual([
      "--tls-cert | needs server.tls.key beside it (field-range)",
    ]);
  });

  it("tells of YAML that is none, of what is no object, and no more than people can read", async () => {
    expect(await problemsOf("server: [\n")).toEqual([expect.stringContaining("(yaml-syntax)")]);
    expect(await problemsOf("- server\n")).toEqual([
      expect.stringMatching(/^clockwork\.yaml:1:1 \| must hold name and id .*\(not-an-object\)/u),
    ]);
    const many = Array.from({ length: 400 }, (_, index) => `  x${String(index)}: 1\n`).join("");
    const problems = await problemsOf(`server:\n${many}`);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toContain("300 more problems are not shown");
  });
});

describe("ALL_SETTINGS", () => {
  it("gives each its own variable and flag", () => {
    const names = ALL_SETTINGS.flatMap(({ variable, flag }) => [variable, flag]).filter(
      (name) => name !== null,
    );
    expect(new Set(names).size).toBe(names.length);
    for (const name of names)
      expect(name).toMatch(/^(?:CW_[A-Z]+(?:_[A-Z]+)*|--[a-z]+(?:-[a-z]+)*)$/u);
    expect(names).toEqual(
      expect.arrayContaining(["CW_LISTEN", "--listen", "CW_TLS_CERT", "--tls-cert", "CW_LOG_FILE"]),
    );
  });

  it("has a setting for every limit of the server", () => {
    const limits = ALL_SETTINGS.filter(({ key }) => key.startsWith("server.limits."));
    expect(limits.map(({ path }) => path.at(-1))).toEqual(Object.keys(DEFAULT_LIMITS));
  });
});
