import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import {
  ALL_SETTINGS,
  loadSettings,
  type LoadedSettings,
  type SettingSources,
} from "./settings.ts";
import { groupedSettings, shownSettings } from "./shown-settings.ts";

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
});

async function load(text: string, sources: Partial<SettingSources> = {}): Promise<LoadedSettings> {
  folder.write("clockwork.yaml", text);
  return await loadSettings({ root: folder.path, env: {}, ...sources });
}

// Settings, each with a value; or problems, each with a message on one line and a place in the file or a name.
async function isSettled(text: string, sources: Partial<SettingSources> = {}): Promise<boolean> {
  try {
    const { settings, origins } = await load(text, sources);
    expect(origins.size).toBe(ALL_SETTINGS.length);
    expect(settings.server.listen.port).toBeTypeOf("number");
    expect(settings.server.roles.every(({ role }) => typeof role === "string")).toBe(true);
    return true;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.diagnostics.length).toBeGreaterThan(0);
    expect(error.diagnostics.length).toBeLessThanOrEqual(101);
    for (const { message, property, line } of error.diagnostics) {
      expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(message.length).toBeLessThan(1_000);
      expect(property ?? line ?? message).not.toBe("");
    }
    return false;
  }
}

const PROTOTYPES = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"];

describe("loadSettings()", () => {
  it("survives any text", async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ..."\n|server|log|: |- |{|[|}|]|, |&a |*a|!!binary |? |---\n|#|'|\"|%|\0|<<".split("|"),
      ),
      fc.constantFrom(
        "tls",
        "roles",
        "role",
        "listen",
        "limits",
        "level",
        "\n  ",
        "\n    ",
        "\t",
        "admin",
      ),
      fc.constantFrom(...PROTOTYPES, "127.0.0.1:1", "1e999", "0x7", "~", ".nan", "2026-01-01"),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    const hostile = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        expect(await isSettled(text)).toBeTypeOf("boolean");
      }),
      { numRuns: 150 },
    );
  });

  it("survives any value of any setting, and lets nothing into prototypes", async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...PROTOTYPES, "role", "a"), fc.jsonValue()),
      fc.constantFrom<unknown>("x".repeat(5_000), 2 ** 53, -1, 1e-9, "0.0.0.0:1", ["admin"], [[]]),
    );
    const setting = fc.tuple(fc.constantFrom(...ALL_SETTINGS), value);
    await fc.assert(
      fc.asyncProperty(fc.array(setting, { minLength: 1, maxLength: 6 }), async (given) => {
        const tree = groupedSettings(
          given.map(([{ path }, own]) => ({
            path,
            value: JSON.parse(JSON.stringify(own ?? null)) as null,
          })),
        );
        expect(await isSettled(JSON.stringify(tree))).toBeTypeOf("boolean");
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("survives any environment and any flags", async () => {
    const names = ALL_SETTINGS.flatMap(({ variable }) => variable ?? []);
    const flagNames = ALL_SETTINGS.flatMap(({ flag }) => flag ?? []);
    const word = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string(),
      fc.constantFrom(",,", "a,b", "true", "7"),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names, "CW_X", "CW_\n", "CW___PROTO__"), word),
        fc.dictionary(fc.constantFrom(...flagNames), fc.oneof(word, fc.boolean())),
        async (env, flags) => {
          expect(await isSettled("", { env, flags })).toBeTypeOf("boolean");
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    ["aliases of aliases", bomb()],
    ["what holds itself", "server: &a\n  probe: { modules: &b { x: *b } }\n"],
    ["a key that is a map", "? { a: 1 }\n: b\nserver: { ? [1] : 2 }\n"],
    ["merge keys", "base: &b { level: debug }\nlog:\n  <<: *b\n"],
    ["tags", "log: !!js/function 'x'\nserver: !!set { a, b }\n"],
    [
      "prototype keys",
      "server: { __proto__: { listen: x }, constructor: 1 }\n__proto__: { log: 1 }\n",
    ],
    ["deep lists", `server: { roles: ${"[".repeat(20_000)}${"]".repeat(20_000)} }`],
    [
      "deep objects",
      `server: { probe: { modules: ${"{a: ".repeat(10_000)}1${"}".repeat(10_000)} } }`,
    ],
    ["many roles", `server: { roles: [${"{}, ".repeat(9_000)}] }`],
    ["a long list", `server: { hosts: [${"a, ".repeat(2_000)}] }`],
    ["a long text", `server: { basePath: "/${"a".repeat(60_000)}" }`],
  ])("refuses %s", async (_, text) => {
    expect(await isSettled(text)).toBe(false);
  });

  it("gives the same again for what it shows", async () => {
    const network = fc
      .tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }))
      .map(([ip, bits]) => `${ip}/${String(bits)}`);
    const text = fc.stringMatching(/^[a-z][a-z\d]{0,20}$/u);
    const role = fc.record(
      {
        role: fc.constantFrom("reader", "user", "admin"),
        subject: text.map((name) => `CN=${name},O=Shop`),
        san: text.map((name) => `dns:${name}.example`),
        organizational_unit: text,
      },
      { requiredKeys: ["role", "subject"] },
    );
    const server = fc.record(
      {
        listen: fc.oneof(
          fc.nat(65_535).map((port) => `127.0.0.1:${String(port)}`),
          fc.ipV6().map((ip) => `[${ip}]:7`),
        ),
        basePath: fc.constantFrom("", "/", "/a", "/a/b.c-d_e~f"),
        insecure: fc.constant(true),
        hosts: fc.array(fc.constantFrom("a.example", "b")),
        trusted_proxies: fc.array(fc.oneof(network, fc.ipV6())),
        roles: fc.array(role, { maxLength: 4 }),
        limits: fc.record({
          bodyBytes: fc.integer({ min: 1_024, max: 9_999 }),
          drain_ms: fc.nat(99),
        }),
        tls: fc.constantFrom(
          {},
          { cert: "a", key: "b", ca: "c" },
          { cert: "a", key: "/b", ca: "./c", crl: "d" },
        ),
      },
      { requiredKeys: ["insecure"] },
    );
    await fc.assert(
      fc.asyncProperty(server, async (given) => {
        const first = await load(JSON.stringify({ server: given }));
        const again = await load(JSON.stringify(groupedSettings(shownSettings(first))));
        expect(again.settings).toEqual(first.settings);
      }),
      { numRuns: 100 },
    );
  });
});

function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let depth = 1; depth < 9; depth += 1) {
    const alias = `*a${String(depth - 1)}`;
    lines.push(
      `a${String(depth)}: &a${String(depth)} [${Array.from({ length: 9 }, () => alias).join(", ")}]`,
    );
  }
  return `${lines.join("\n")}\nserver: { hosts: *a8 }\n`;
}
