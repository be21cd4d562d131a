import fc from "fast-check";
import { stripTypeScriptTypes } from "node:module";
import { expect, it } from "vitest";
import { importSection } from "./import-section.ts";
import { mergeImports } from "./merge-imports.ts";

const A = "clockwork/assertions";

function merge(text: string, ...names: string[]): string {
  return mergeImports(text, new Map([[A, names]])).text;
}

it.each([
  ["", `import { X } from "${A}";\n`],
  [`import { B } from "${A}";\nb();\n`, `import { B, X } from "${A}";\nb();\n`],
  [`import {B} from '${A}'\nb()`, `import { B, X } from '${A}'\nb()`],
  [`import { Z, B } from "${A}";`, `import { Z, B, X } from "${A}";`],
  [`import { X } from "${A}";\n`, `import { X } from "${A}";\n`],
  [`import { X as Y } from "${A}";\n`, `import { X as Y } from "${A}";\n`],
  [`import {} from "${A}";\n`, `import { X } from "${A}";\n`],
  [
    `import {\n\tB,\n\tZ as Y,\n} from "${A}";\n`,
    `import {\n\tB,\n\tX,\n\tZ as Y,\n} from "${A}";\n`,
  ],
  [
    `import type { T } from "${A}"; // types\ncode();\n`,
    `import type { T } from "${A}"; // types\nimport { X } from "${A}";\ncode();\n`,
  ],
  [
    `import * as all from "${A}";\n\ncode();\n`,
    `import * as all from "${A}";\nimport { X } from "${A}";\n\ncode();\n`,
  ],
  [
    `import { B, /* not here */ } from "${A}";\n`,
    `import { B, /* not here */ } from "${A}";\nimport { X } from "${A}";\n`,
  ],
  [`#!/usr/bin/env node\ncode();\n`, `#!/usr/bin/env node\nimport { X } from "${A}";\n\ncode();\n`],
  [
    `// import { B } from "${A}";\ncode('import { B } from "${A}"');\n`,
    `import { X } from "${A}";\n\n// import { B } from "${A}";\ncode('import { B } from "${A}"');\n`,
  ],
  [
    `import "./side.ts";\r\nimport { B } from "${A}";\r\n`,
    `import "./side.ts";\r\nimport { B, X } from "${A}";\r\n`,
  ],
  [
    `import data from "./x.json" with { type: "json" };\n`,
    `import { X } from "${A}";\n\nimport data from "./x.json" with { type: "json" };\n`,
  ],
  [`import { B } from "${A}"; code();\n`, `import { B, X } from "${A}"; code();\n`],
  [`import b from "b"; code();\n`, `import { X } from "${A}";\nimport b from "b"; code();\n`],
])("mergeImports() turns %j into %j", (before, after) => {
  expect(merge(before, "X")).toBe(after);
});

it("mergeImports() breaks a line that would be too long, and lists each name once", () => {
  const names = ["PortAccessibleAssert", "FileExistsAssert", "DirectoryExistsAssert"];
  const merged = merge(`import { ProcessRunningAssert } from "${A}";\n`, ...names, ...names);
  expect(merged).toBe(
    `import {\n  DirectoryExistsAssert,\n  FileExistsAssert,\n  PortAccessibleAssert,\n  ProcessRunningAssert,\n} from "${A}";\n`,
  );
});

it("mergeImports() tells what a name is called in the file", () => {
  const text = `import { X as Y } from "${A}";\n`;
  const { localNames, added } = mergeImports(text, new Map([[A, ["X", "Z"]]]));
  expect([...localNames]).toEqual([
    ["X", "Y"],
    ["Z", "Z"],
  ]);
  expect(added).toEqual(["Z"]);
});

const fragment = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    `import { B } from "${A}";`,
    `import {\n  B, // why\n} from "${A}";`,
    `import type { T } from '${A}'`,
    `import x, { B as C } from "${A}"`,
    `import { "odd name" as D } from "${A}";`,
    "import(",
    "import.meta",
    "/* ",
    "*/",
    "// ",
    "`${",
    "\r\n",
    "\n",
    "\u2028",
    "\uFEFF",
    "#!x",
    "'use strict';",
    "with { type: 'json' }",
    "/[/*]/",
  ),
);

it("mergeImports() leaves every line as it is that is not part of a merged statement", () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), fc.boolean(), (fragments, hasBreaks) => {
      const text = fragments.join(hasBreaks ? "\n" : "");
      const touched = importSection(text).find(
        ({ source, named }) => source === A && named?.isPlain === true,
      );
      const merged = merge(text, "Xx", "Yy");
      const named = touched?.named ?? null;
      if (named === null) {
        const statement = `import { Xx, Yy } from "${A}";`;
        expect(withoutBreaks(merged.replace(statement, ""))).toBe(withoutBreaks(text));
        const lines = linesOf(merged).map(withoutMark);
        expect(lines).toEqual(expect.arrayContaining(linesOf(text).map(withoutMark)));
        return;
      }
      const { start, end } = named;
      expect(merged.startsWith(text.slice(0, start))).toBe(true);
      expect(merged.endsWith(text.slice(end))).toBe(true);
    }),
  );
});

it("mergeImports() makes names available once, and changes nothing the second time", () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
      const once = merge(fragments.join("\n"), "Xx");
      expect(merge(once, "Xx")).toBe(once);
    }),
  );
});

it("mergeImports() keeps a module a module", () => {
  const names = fc.constantFrom("Aa", "Bb as Cc", "type Dd", "Ee");
  const statement = fc.record({
    names: fc.uniqueArray(names, { maxLength: 4 }),
    gap: fc.constantFrom(" ", "\n  ", " /* c */ "),
    end: fc.constantFrom(";\n", "\n", "; // x\n", ";"),
    head: fc.constantFrom("", "// first\n", "/** doc */\n", "#!/bin/x\n"),
    tail: fc.constantFrom("", "code();\n", "export const a = `import`;\n", "/** doc */ code()"),
  });
  fc.assert(
    fc.property(statement, (parts) => {
      const braces = `{${parts.gap}${parts.names.join(`,${parts.gap}`)}${parts.gap}}`;
      const text = `${parts.head}import ${braces} from "${A}"${parts.end}${parts.tail}`;
      stripTypeScriptTypes(text);
      const merged = stripTypeScriptTypes(merge(text, "Xx"));
      expect(merged.match(/\bXx\b/gu)).toHaveLength(1);
    }),
  );
});

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/u).filter((line) => withoutMark(line) !== "");
}

// The mark of the byte order stays where it is, at the very beginning.
function withoutMark(line: string): string {
  return line.replace(/^\uFEFF/u, "");
}

function withoutBreaks(text: string): string {
  return text.replace(/[\r\n]/gu, "");
}
