import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { parsers } from "prettier/plugins/markdown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { singleLine } from "../src/model/text.ts";
import { escapeMarkdown, parseLog, renderNotes } from "./release-notes.ts";

const SCRIPT = fileURLToPath(new URL("release-notes.ts", import.meta.url));

/** Whatever git the machine has been told by its user, or by a hook that runs these tests, is left out. */
const ENVIRONMENT = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"))),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CEILING_DIRECTORIES: tmpdir(),
  GIT_AUTHOR_NAME: "Jane Doe",
  GIT_AUTHOR_EMAIL: "jane@example.com",
  GIT_COMMITTER_NAME: "Jane Doe",
  GIT_COMMITTER_EMAIL: "jane@example.com",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

const commit = { hash: "a1b2c3d", author: "Jane Doe", body: "" };

const notesOf = (...subjects: readonly string[]): string =>
  renderNotes(subjects.map((subject) => ({ ...commit, subject })));

it("renderNotes() groups by type, in a fixed order, and keeps the order within a group", () => {
  expect(
    notesOf(
      "Chore without a colon",
      "chore: tidy",
      "build(deps-dev): bump a",
      "test: cover",
      "refactor: split",
      "docs: explain",
      "perf: hurry",
      "fix(check): retries through the clock",
      "feat: second",
      "FEAT: first",
      "feat(cli)!: drop a flag",
    ),
  ).toBe(`## Breaking changes

- **cli**: drop a flag (a1b2c3d, Jane Doe)

## Features

- second (a1b2c3d, Jane Doe)
- first (a1b2c3d, Jane Doe)

## Fixes

- **check**: retries through the clock (a1b2c3d, Jane Doe)

## Performance

- hurry (a1b2c3d, Jane Doe)

## Documentation

- explain (a1b2c3d, Jane Doe)

## Refactoring

- split (a1b2c3d, Jane Doe)

## Tests

- cover (a1b2c3d, Jane Doe)

## Dependencies

- **deps-dev**: bump a (a1b2c3d, Jane Doe)

## Chores

- tidy (a1b2c3d, Jane Doe)

## Other

- Chore without a colon (a1b2c3d, Jane Doe)
`);
});

it("renderNotes() says so when there is nothing to tell", () => {
  expect(renderNotes([])).toBe("No changes.\n");
});

it.each(["wip: half", "constructor: odd", 'Revert "feat: x"', "feat:no space", "feat(: open", ""])(
  "renderNotes() shows %j whole, as it is no conventional commit",
  (subject) => {
    expect(notesOf(subject)).toBe(`## Other\n\n- ${subject} (a1b2c3d, Jane Doe)\n`);
  },
);

it.each([
  ["BREAKING CHANGE: ask twice", ["ask twice"]],
  ["BREAKING-CHANGE: ask twice", ["ask twice"]],
  ["Why.\n\nRefs: #12\nBREAKING CHANGE: ask\ntwice\nReviewed-by: Z", ["ask twice"]],
  ["BREAKING CHANGE: ask\n\ntwice", ["ask"]],
  ["BREAKING CHANGE: one\nBREAKING CHANGE: two", ["one", "two"]],
  ["BREAKING CHANGE:", []],
])("renderNotes() finds the breaking change in the footer %j", (body, demands) => {
  const notes = demands.map((demand) => `  - ${demand}\n`).join("");
  expect(renderNotes([{ ...commit, subject: "fix: ask", body }])).toBe(
    `## Breaking changes\n\n- ask (a1b2c3d, Jane Doe)\n${notes}`,
  );
});

it("renderNotes() takes no mention of a breaking change for one", () => {
  const body = "This is no BREAKING CHANGE: it adds.\nbreaking change: neither";
  expect(renderNotes([{ ...commit, subject: "fix: ask", body }])).toMatch(/^## Fixes/u);
});

it.each([
  ["<img src=x onerror=y>", "\\<img src=x onerror=y\\>"],
  ["[a](b) ![c]", "\\[a\\](b) !\\[c\\]"],
  ["&lt; a_b *c* ~~d~~ \\ $e$", "\\&lt; a\\_b \\*c\\* \\~\\~d\\~\\~ \\\\ \\$e\\$"],
  ["run `npm start`", "run \\`npm start\\`"],
  ["thanks @jane, and a/b@c", "thanks `@jane,` and `a/b@c`"],
  ["see https://example.com/a_b", "see `https://example.com/a_b`"],
  ["see www.example.com", "see `www.example.com`"],
  ["other/repo#1, but (#12)", "`other/repo#1,` but (#12)"],
  ["a`@b``c", "``` a`@b``c ```"],
  ["# no heading", "\\# no heading"],
  ["- no list", "\\- no list"],
  ["12. no list", "12\\. no list"],
  ["two\nlines\u2028 and\u001B[31m red\u202E", "two lines and\uFFFD\\[31m red\uFFFD"],
])("escapeMarkdown() shows %j as text", (text, expected) => {
  expect(escapeMarkdown(text)).toBe(expected);
});

const hostileText = fc
  .array(
    fc.oneof(
      fc.nat(127).map((code) => String.fromCharCode(code)),
      fc.constantFrom("http://", "www.", "<b>", "](", "&amp;", "#1", "\n- ", "```", "  ", "\u2028"),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
  )
  .map((parts) => parts.join(""));

interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly MarkdownNode[];
}

/** Lists what another program finds in Markdown: every node, parents first. */
async function markdownNodes(text: string): Promise<readonly MarkdownNode[]> {
  const flatten = (node: MarkdownNode): readonly MarkdownNode[] => [
    node,
    ...(node.children ?? []).flatMap(flatten),
  ];
  return flatten((await parsers.markdown.parse(text, {} as never)) as MarkdownNode);
}

it("escapeMarkdown() shows any text as it is, and what GitHub would act on as code", async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const nodes = await markdownNodes(`- ${escapeMarkdown(text)} end`);
      const leaves = nodes.filter((node) => node.type === "text" || node.type === "inlineCode");
      const shown = leaves.map((node) => node.value).join("");
      expect(shown).toBe(`${singleLine(text)} end`.trim());
      const plain = leaves.filter((node) => node.type === "text").map((node) => node.value);
      expect(plain.join(" ")).not.toMatch(/@|:\/\/|www\.|\w#\d/iu);
    }),
    { numRuns: 300 },
  );
});

it("renderNotes() makes one line of text and code of any commit", async () => {
  const allowed = "root heading list listItem paragraph text inlineCode strong".split(" ");
  const anySubject = fc.oneof(
    hostileText,
    fc.tuple(hostileText, hostileText).map(([scope, text]) => `feat(${scope}): ${text}`),
  );
  await fc.assert(
    fc.asyncProperty(anySubject, hostileText, async (subject, author) => {
      const notes = renderNotes([{ hash: "a1b2c3d", author, subject, body: "" }]);
      expect(notes.split("\n")).toHaveLength(4);
      const types = (await markdownNodes(notes)).map((node) => node.type);
      expect(types.filter((type) => !allowed.includes(type))).toEqual([]);
      expect(types.filter((type) => type === "listItem" || type === "heading")).toHaveLength(2);
    }),
  );
});

it("parseLog() reads four fields per commit, and no half commit", () => {
  expect(parseLog("")).toEqual([]);
  expect(parseLog("a\0b\0c\0d\ne\n\0f\0g\0h\0\0i\0j")).toEqual([
    { hash: "a", author: "b", subject: "c", body: "d\ne\n" },
    { hash: "f", author: "g", subject: "h", body: "" },
  ]);
});

describe("in a repository", () => {
  const folder = mkdtempSync(join(tmpdir(), "clockwork-notes-"));
  const repository = join(folder, "repository");

  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: repository, env: ENVIRONMENT, encoding: "utf8" }).trim();
  const add = (...messages: readonly string[]): string => {
    git("commit", "--allow-empty", "--quiet", ...messages.flatMap((text) => ["-m", text]));
    return git("rev-parse", "--short=7", "HEAD");
  };
  const run = (
    cwd: string,
    ...args: readonly string[]
  ): readonly [number | null, string, string] => {
    const options = { cwd, env: ENVIRONMENT, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], options);
    return [status, stdout, stderr];
  };

  const hashes: Record<string, string> = {};

  beforeAll(() => {
    const init = ["init", "--quiet", "--initial-branch=main", repository];
    execFileSync("git", init, { env: ENVIRONMENT });
    hashes["first"] = add("feat: first");
    git("tag", "v0.1.0");
    git("tag", "v0.9.0-rc.1");
    hashes["patch"] = add("fix(check): second\nline", "BREAKING CHANGE: mind\nit");
    git("tag", "-a", "v0.9.0", "-m", "annotated");
    git("checkout", "--quiet", "-b", "side");
    hashes["side"] = add("docs: aside");
    // Nearer than v0.10.0 to what comes after the merge, and yet an older version.
    git("tag", "v0.9.1");
    git("checkout", "--quiet", "main");
    hashes["ten"] = add("feat: tenth");
    git("tag", "v0.10.0-rc.1");
    git("tag", "v0.10.0");
    git("tag", "vendor-1");
    git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side");
    hashes["last"] = add("perf: last <b> @all");
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("the first release tells everything since the root", () => {
    const expected = `## Features\n\n- first (${String(hashes["first"])}, Jane Doe)\n`;
    expect(run(repository, "v0.1.0")).toEqual([0, expected, ""]);
  });

  it("tells of a release what came since the version before", () => {
    const line = `- **check**: second line (${String(hashes["patch"])}, Jane Doe)`;
    const expected = `## Breaking changes\n\n${line}\n  - mind it\n`;
    expect(run(repository, "v0.9.0")).toEqual([0, expected, ""]);
  });

  it("tells all of a release, whatever its candidates", () => {
    const expected = `## Features\n\n- tenth (${String(hashes["ten"])}, Jane Doe)\n`;
    expect(run(repository, "v0.10.0")).toEqual([0, expected, ""]);
  });

  it("without a tag it tells what came since the highest version, without the merge", () => {
    const perf = `## Performance\n\n- last \\<b\\> \`@all\` (${String(hashes["last"])}, Jane Doe)\n`;
    const docs = `## Documentation\n\n- aside (${String(hashes["side"])}, Jane Doe)\n`;
    expect(run(repository)).toEqual([0, `${perf}\n${docs}`, ""]);
  });

  it.each([["v9.9.9"], ["--all"]])("says that there is no tag %j", (tag) => {
    expect(run(repository, tag)).toEqual([1, "", `release-notes: there is no tag '${tag}'\n`]);
  });

  it("says when it is called wrongly, or elsewhere", () => {
    expect(run(repository, "v0.1.0", "v0.9.0")[2]).toMatch(/^release-notes: usage: /u);
    expect(run(folder)).toEqual([1, "", expect.stringContaining("not a git repository")]);
  });

  it("says that there is no commit yet", () => {
    execFileSync("git", ["init", "--quiet", join(folder, "empty")], { env: ENVIRONMENT });
    expect(run(join(folder, "empty"))[2]).toBe("release-notes: there is no commit yet\n");
  });

  it("says that a shallow clone lacks history", () => {
    const shallow = join(folder, "shallow");
    const from = `file://${repository}`;
    execFileSync("git", ["clone", "--quiet", "--depth=1", from, shallow], { env: ENVIRONMENT });
    expect(run(shallow)[2]).toMatch(/^release-notes: this clone lacks history: /u);
  });
});
