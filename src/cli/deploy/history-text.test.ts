import { expect, it } from "vitest";
import { changeOf, fieldOf, resultOf, versionOf } from "../../../test/support/deployments.ts";
import { displayWidth } from "../../model/text.ts";
import { diffText } from "./diff-text.ts";
import { historyText, versionText } from "./history-text.ts";

const PLAIN = { hasColor: false, columns: null };

it("historyText() has a row for each version", () => {
  const versions = [
    versionOf({ number: 10, purpose: "rollback", of: 4, status: "applying", endedAt: null }),
    versionOf({ changes: [changeOf(), changeOf({ action: "delete" })] }),
  ];
  expect(historyText(versions, PLAIN)).toBe(
    `VERSION  STATUS    BY             STARTED               TOOK  WHO        CHANGES
10       applying  rollback to 4  2026-01-02 03:04:05Z  -     root@host  nothing
4        deployed  apply          2026-01-02 03:04:05Z  12s   root@host  1 created, 1 deleted
`,
  );
  expect(historyText([], PLAIN)).toBe("Nothing was deployed yet.\n");
});

it("versionText() tells changes, results and verdicts", () => {
  const verdict = {
    name: "FileExistsAssert",
    claim: "a is a file",
    verdict: "pass",
    expected: "a file",
    actual: "a file",
  } as const;
  const version = versionOf({
    status: "failed",
    changes: [changeOf({ action: "update", reason: "is other", fields: [fieldOf()] })],
    results: [
      resultOf({ verdicts: [verdict] }),
      resultOf({ resource: "db", outcome: "failed", problems: ["no room"] }),
    ],
  });
  expect(versionText(version, PLAIN)).toBe(`Version 4
  status     failed
  by         apply, root@host
  started    2026-01-02 03:04:05Z, took 12s
  hash       ${"cd".repeat(32)}
  resources  0

Changes
  ~ web (docker): is other
      image: nginx:1 → nginx:2

Results
✓ web: created in 2.1s
    pass: FileExistsAssert: a is a file: expected a file, got a file
✗ db: create failed after 2.1s
    no room
`);
});

it("diffText() tells how two versions differ", () => {
  const fields = [{ field: "image", from: "nginx:1", to: "nginx:2" }];
  const text = diffText(
    [
      { resource: "web", kind: "docker", change: "changed", fields },
      { resource: "db", kind: "docker", change: "added", fields: [] },
      { resource: "old", kind: "file", change: "removed", fields: [] },
    ],
    PLAIN,
  );
  expect(text).toBe(`  ~ web (docker): changed
      image: nginx:1 → nginx:2
  + db (docker): added
  - old (file): removed

1 added, 1 changed, 1 removed.
`);
  expect(diffText([], PLAIN)).toBe("No differences.\n");
});

it("historyText(), versionText() and diffText() drive no terminal, and keep to 40 columns where tables do", () => {
  const evil = "root\u001b]0;x\u0007\n@host that has a name of some length";
  const version = versionOf({
    by: evil,
    hash: evil,
    changes: [changeOf({ resource: evil, reason: evil, fields: [fieldOf({ to: evil })] })],
    results: [resultOf({ resource: evil })],
  });
  const options = { hasColor: false, columns: 40 };
  const table = historyText([version], options);
  const change = { resource: evil, kind: evil, change: "changed", fields: [] } as const;
  for (const text of [table, versionText(version, options), diffText([change], options)]) {
    expect(text).not.toMatch(/[[\p{Cc}]--\n]/v);
  }
  expect(table.split("\n").filter((line) => displayWidth(line) > 40)).toEqual([]);
});
