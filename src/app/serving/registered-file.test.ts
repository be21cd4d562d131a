import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import {
  LIMIT_REGISTERED,
  readRegistered,
  registeredIn,
  writeRegistered,
} from "./registered-file.ts";

const SHOP = { path: "/srv/shop/main.ts", project: "shop", by: "alice" };

function file(): string {
  const folder = testFolder();
  onTestFinished(() => {
    folder[Symbol.dispose]();
  });
  return join(folder.path, ".clockwork", "registered.json");
}

test("readRegistered() reads what writeRegistered() wrote, and nothing where nothing was written", async () => {
  const path = file();
  expect(await readRegistered(path)).toEqual({ registered: [], problems: [] });
  const mail = { ...SHOP, path: "/srv/mail/tasks.yaml", project: "mail" };
  await writeRegistered(path, [SHOP, mail]);
  expect(await readRegistered(path)).toEqual({ registered: [SHOP, mail], problems: [] });
  await writeRegistered(path, [mail]);
  expect((await readRegistered(path)).registered).toEqual([mail]);
  expect(readFileSync(join(path, "../.gitignore"), "utf8")).toBe("*\n");
});

test.each([
  ["", "does not hold what clockwork writes there"],
  ["{", "does not hold what clockwork writes there"],
  ["[]", "does not hold what clockwork writes there"],
  [`{ "registered": {} }`, "does not hold what clockwork writes there"],
  [`{ "__proto__": { "registered": [] } }`, "does not hold what clockwork writes there"],
])("readRegistered() tells of a file that holds %j, and goes on", async (text, reason) => {
  const path = file();
  mkdirSync(join(path, ".."));
  writeFileSync(path, text);
  const { registered, problems } = await readRegistered(path);
  expect(registered).toEqual([]);
  expect(problems).toEqual([expect.stringContaining(reason)]);
});

test("readRegistered() reads no file that is too large, and no folder", async () => {
  const path = file();
  mkdirSync(path, { recursive: true });
  expect((await readRegistered(path)).problems).toHaveLength(1);
  const large = file();
  mkdirSync(join(large, ".."));
  writeFileSync(large, " ".repeat(4 * 1024 * 1024 + 1));
  expect((await readRegistered(large)).problems).toEqual([expect.stringContaining("larger than")]);
});

test("registeredIn() leaves out what is no entry, and keeps the others", () => {
  const wrong = [
    null,
    "shop",
    {},
    { ...SHOP, path: "shop/main.ts" },
    { ...SHOP, path: 1 },
    { ...SHOP, project: "x".repeat(5_000) },
    { ...SHOP, path: "/srv/\0" },
    Object.create({ ...SHOP }) as unknown,
  ];
  const text = JSON.stringify({ registered: [...wrong, SHOP, SHOP] });
  const { registered, problems } = registeredIn("f", text);
  expect(registered).toEqual([SHOP]);
  expect(problems).toEqual([`${String(wrong.length + 1)} entries of f cannot be used`]);
});

test("registeredIn() reads so many at the most", () => {
  const many = Array.from({ length: LIMIT_REGISTERED + 1 }, (_, index) => ({
    ...SHOP,
    path: `/srv/${String(index)}`,
  }));
  const { registered, problems } = registeredIn("f", JSON.stringify({ registered: many }));
  expect(registered).toHaveLength(LIMIT_REGISTERED);
  expect(problems).toEqual(["1 entry of f cannot be used"]);
});

test("registeredIn() makes of any text entries that are whole", () => {
  const entry = fc.record(
    { path: fc.oneof(fc.string(), fc.constant("/a")), project: fc.anything(), by: fc.string() },
    { requiredKeys: [] },
  );
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .array(fc.oneof(entry, fc.anything()))
      .map((registered) =>
        JSON.stringify({ registered }, (_, value: unknown) =>
          typeof value === "bigint" ? String(value) : value,
        ),
      ),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const { path, project, by } of registeredIn("f", text).registered) {
        expect([typeof path, typeof project, typeof by]).toEqual(["string", "string", "string"]);
        expect(path.startsWith("/")).toBe(true);
      }
    }),
  );
  expect(registeredIn("f", JSON.stringify({ registered: [SHOP] })).registered).toEqual([SHOP]);
});
