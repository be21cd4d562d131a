import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { ensureIdentity, readIdentity } from "./identity.ts";
import { nameFrom, readIdentityText } from "./identity-text.ts";

const ID = "01234567-89ab-4def-8123-456789abcdef";

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
});

const written = (): string => readFileSync(join(folder.path, "clockwork.yaml"), "utf8");

async function problemsOf(text: string): Promise<readonly Diagnostic[]> {
  folder.write("clockwork.yaml", text);
  const error: unknown = await readIdentity(folder.path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigurationError);
  return (error as ConfigurationError).diagnostics;
}

describe("readIdentity()", () => {
  it("knows nothing where there is no file, and makes none", async () => {
    expect(await readIdentity(folder.path)).toEqual({ id: null, name: null });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it.each([
    [`name: shop\nid: ${ID}\n`, "shop", ID],
    [`# ours\nname: shop\nid: ${ID}\n`, "shop", ID],
    [`id: "${ID}" # by hand\n\nname: 'shop'`, "shop", ID],
    [`{ name: shop, id: ${ID} }`, "shop", ID],
    ["name: shop\n", "shop", null],
    [`id: ${ID}\n`, null, ID],
    ["", null, null],
    ["---\n", null, null],
    ["# nothing yet\n", null, null],
    [`name: shop\nserver: { listen: nowhere }\nlog: 7\nid: ${ID}\n`, "shop", ID],
    ["server:\n  - &a [1, *a]\nlog: *a\n", null, null],
  ])("reads %j", async (text, name, id) => {
    folder.write("clockwork.yaml", text);
    expect(await readIdentity(folder.path)).toEqual({ id, name });
  });

  it.each([
    [`name: shop\nid: ${ID.toUpperCase()}\n`, "field-type", 2, 1],
    ["name: shop\nid: 7\n", "field-type", 2, 1],
    ["name: true\nid:\n", "field-type", 1, 1],
    [`  name: ../shop\n  id: ${ID}\n`, "field-type", 1, 3],
    ["nmae: shop\n", "field-unknown", 1, 1],
    ["? [a]\n: b\n", "field-unknown", 1, 1],
    ["name: &a shop\nid: *a\n", "field-type", 2, 1],
    ["name: a\nname: b\n", "yaml-syntax", 2, 1],
    ["name: [\n", "yaml-syntax", 2, 1],
    ["- shop\n", "not-an-object", 1, 1],
    ["\n  shop\n", "not-an-object", 2, 3],
    ["name: a\n---\nname: b\n", "yaml-syntax", 2, 1],
  ])("tells what is wrong with %j, and where", async (text, code, line, column) => {
    const [first] = await problemsOf(text);
    expect(first).toMatchObject({ file: "clockwork.yaml", code, line, column });
  });

  it("tells everything at once, what was got, and what was meant", async () => {
    const problems = await problemsOf("nmae: shop\nid: abc\nname: -x\n");
    expect(
      problems.map(({ message, hint }) => [message.replace(/^.*: got/u, "got"), hint]),
    ).toEqual([
      ['got "nmae"', "did you mean name?"],
      ['got "abc"', "bring it back from its history"],
      ['got "-x"', null],
    ]);
  });

  it("refuses what is too large, and what is no file", async () => {
    const [large] = await problemsOf(`#${"x".repeat(70_000)}`);
    expect(large).toMatchObject({ code: "file-too-large" });
    execFileSync("rm", [join(folder.path, "clockwork.yaml")]);
    execFileSync("mkfifo", [join(folder.path, "clockwork.yaml")]);
    await expect(readIdentity(folder.path)).rejects.toThrow(ConfigurationError);
    execFileSync("rm", [join(folder.path, "clockwork.yaml")]);
    mkdirSync(join(folder.path, "clockwork.yaml"));
    await expect(readIdentity(folder.path)).rejects.toThrow(ConfigurationError);
  });

  it("survives any text: an identity, or problems", async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ..."\n|name|id|: |- |{|[|}|]|&a |*a|!!binary |? |---\n|#|'|\"|%|\0|<<".split("|"),
      ),
      fc.constantFrom(ID, "shop", "  ", "\t", "|\n  ", "\u2028", "\uFEFF"),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    const hostile = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        try {
          const { id, name } = await readIdentityText(text);
          expect(id ?? ID).toMatch(/^[\da-f-]{36}$/u);
          expect(name ?? "a").toMatch(/^[\w.-]{1,63}$/u);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("survives what is nested very deeply", async () => {
    for (const text of ["[".repeat(60_000), "- ".repeat(30_000), "{a: ".repeat(15_000)]) {
      await expect(readIdentityText(text)).rejects.toThrow(ConfigurationError);
    }
  });
});

describe("ensureIdentity()", () => {
  it("writes what is not there, with a word on what it is for", async () => {
    const made = await ensureIdentity(folder.path, "My shop!");
    expect(made).toMatchObject({ name: "My-shop-", isNew: true });
    expect(written()).toMatch(/^# Commit this file.*\nname: My-shop-\nid: [\da-f-]{36}\n$/u);
    expect(await ensureIdentity(folder.path, "other")).toEqual({ ...made, isNew: false });
    expect(readdirSync(folder.path)).toEqual(["clockwork.yaml"]);
  });

  it("adds what is missing, and leaves the rest as it is", async () => {
    folder.write("clockwork.yaml", "# ours\n\nname: shop # the one in town\n# the end\n");
    const { id, isNew } = await ensureIdentity(folder.path, "other");
    expect(isNew).toBe(true);
    expect(written()).toMatch(/^# ours\n\nname: shop # the one in town\n/u);
    expect(written()).toContain("# the end\n");
    expect(await readIdentity(folder.path)).toEqual({ id, name: "shop" });
  });

  const settings =
    "server: # for the page\n    listen:   '[::1]:5000'\n\n    roles: [ {role: admin} ]\nlog: {level: debug}";

  it.each([
    [`${settings}\n`, `${settings}\nname: other\nid: `],
    [settings, `${settings}\nname: other\nid: `],
    [`log:\n  file: |+\n    a\n\n`, `log:\n  file: |+\n    a\n\nname: other\nid: `],
    [`  log:\n   level: info # x\n  name: shop\n`, `log:\n  level: info # x\nname: shop\nid: `],
    ["{ name: shop, log: { level: info } }", "{ name: shop, log: { level: info }, id: "],
    ["---\nname: shop\n...\n", "---\nname: shop\nid: "],
  ])("leaves settings as they are written: %j", async (text, beginning) => {
    folder.write("clockwork.yaml", text);
    const { id, name } = await ensureIdentity(folder.path, "other");
    expect(written().slice(0, beginning.length)).toBe(beginning);
    expect(await readIdentity(folder.path)).toEqual({ id, name });
  });

  it("touches nothing that is whole, and nothing that is wrong", async () => {
    folder.write("clockwork.yaml", `id:    ${ID}`);
    expect(await ensureIdentity(folder.path, "shop")).toEqual({
      id: ID,
      name: "shop",
      isNew: false,
    });
    expect(written()).toBe(`id:    ${ID}`);
    folder.write("clockwork.yaml", "id: mine\n");
    await expect(ensureIdentity(folder.path, "shop")).rejects.toThrow(ConfigurationError);
    expect(written()).toBe("id: mine\n");
  });

  it("gives one identity to all who ask at once", async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, () => ensureIdentity(folder.path, "shop")),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it("says so when it cannot write", async () => {
    await expect(ensureIdentity(join(folder.path, "gone"), "shop")).rejects.toMatchObject({
      code: "state-unusable",
    });
  });

  it("names a project after any folder, so that it reads its own file again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 80 }), async (name) => {
        const own = nameFrom(name);
        expect(own).toMatch(/^[A-Za-z0-9][\w.-]{0,62}$/u);
        execFileSync("rm", ["-f", join(folder.path, "clockwork.yaml")]);
        const { id } = await ensureIdentity(folder.path, name);
        expect(await readIdentity(folder.path)).toEqual({ id, name: own });
      }),
      { numRuns: 20, examples: [["true"], ["null"], ["123"], ["1e5"], ["~"], ["0x1f"]] },
    );
  });
});
