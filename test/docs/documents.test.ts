import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { actions } from "../../src/catalog/actions.ts";
import { assertions } from "../../src/catalog/assertions.ts";
import { resources } from "../../src/catalog/resources.ts";
import { CODES } from "../../src/model/codes.ts";
import { documents, read, ROOT } from "./documents.ts";

/** What people read to learn how it is used. */
const teaching = documents.filter((file) => /^README|guides\//u.test(file));

it.each(documents)("%s has no link that leads nowhere", (file) => {
  const links = [...read(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/gu)].map(([, to]) => to ?? "");
  const broken = links
    .filter((to) => !/^https?:/u.test(to))
    .filter((to) => !existsSync(join(ROOT, dirname(file), to)));
  expect(broken).toEqual([]);
});

it.each(documents)("%s has no link to a heading that is not there", (file) => {
  const links = [...read(file).matchAll(/\]\(([^)#\s]*)#([^)]+)\)/gu)];
  const broken = links
    .filter(([, to = ""]) => !/^https?:/u.test(to))
    .map(
      ([, to = "", anchor = ""]) => [to === "" ? file : join(dirname(file), to), anchor] as const,
    )
    .filter(([target, anchor]) => !anchorsOf(target).includes(anchor));
  expect(broken).toEqual([]);
});

it("the reference names every error code", () => {
  const codes = read("docs/reference/error-codes.md");
  for (const code of Object.keys(CODES)) expect(codes).toContain(`\`${code}\``);
});

it("the guides name every option of every command", () => {
  const guides = teaching.map(read).join("\n");
  expect(commandOptions().length).toBeGreaterThan(15);
  for (const option of commandOptions()) {
    if (option !== "--help") expect(guides).toContain(option);
  }
});

it.each(teaching)("%s names no option that no command has", (file) => {
  // In TypeScript, other programs have options too, and so have npm and curl.
  const text = read(file)
    .replace(/^```ts\n[\s\S]*?^```$/gmu, "")
    .replace(/\b(?:npm|curl) [^\n`]*/gu, "");
  const options = text.match(/(?<![\w-])--[a-z][a-z-]+/gu) ?? [];
  expect(options.filter((option) => !commandOptions().includes(option))).toEqual([]);
});

it.each(documents)(
  "%s names no assertion, resource or action that does not exist",
  async (file) => {
    const kinds = [assertions, resources, actions].flatMap((all) => Object.values<Load>(all));
    const known = (await Promise.all(kinds.map((load) => load()))).map(({ name }) => name);
    const named = read(file).match(/\b[A-Z]\w+(?:Assert|Resource|Action)\b/gu) ?? [];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  },
);

it("the README keeps within 150 lines", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(150);
});

type Load = () => Promise<{ readonly name: string }>;

function commandOptions(): readonly string[] {
  const options = read("docs/reference/commands.md").match(/^ +(?:-\w, )?--[\w-]+/gmu) ?? [];
  return options.map((option) => option.replace(/.* /u, ""));
}

// As GitHub makes them of headings.
function anchorsOf(file: string): readonly string[] {
  return [...read(file).matchAll(/^#+ (.+)$/gmu)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
