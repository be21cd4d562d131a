import fc from "fast-check";
import { expect, it } from "vitest";
import { parseOverwritten, parseReferences, parseStatus, saidByGit } from "./git-output.ts";

const ONE = "1".repeat(40);
const TWO = "2".repeat(64);

it("parseReferences() reads what points where", () => {
  const text = `ref: refs/heads/main\tHEAD\n${ONE}\tHEAD\n${TWO}\trefs/tags/v1^{}\nwarning: x\n`;
  const { commits, symbolic } = parseReferences(text);
  expect([...commits]).toEqual([
    ["HEAD", ONE],
    ["refs/tags/v1^{}", TWO],
  ]);
  expect([...symbolic]).toEqual([["HEAD", "refs/heads/main"]]);
});

it("parseStatus() reads what is checked out, and what was changed", () => {
  const records = [
    `# branch.oid ${ONE}`,
    "# branch.head feature/a b",
    "# branch.upstream origin/main",
    `1 .M N... 100644 100644 100644 ${ONE} ${ONE} a file.txt`,
    `2 R. N... 100644 100644 100644 ${ONE} ${ONE} R100 new\nname`,
    "1 old name",
    `u UU N... 100644 100644 100644 100644 ${ONE} ${ONE} ${ONE} both.txt`,
    "? own folder/",
    "! ignored",
  ];
  expect(parseStatus(`${records.join("\0")}\0`)).toEqual({
    commit: ONE,
    branch: "feature/a b",
    changed: ["a file.txt", "new\nname", "both.txt"],
    untracked: ["own folder/"],
  });
});

it("parseStatus() knows a repository without a commit, and one on no branch", () => {
  expect(parseStatus("# branch.oid (initial)\0# branch.head main\0")).toMatchObject({
    commit: null,
    branch: "main",
  });
  expect(parseStatus(`# branch.oid ${ONE}\0# branch.head (detached)\0`)).toMatchObject({
    commit: ONE,
    branch: null,
  });
});

it("the parsers take anything at all, and find each changed file", () => {
  const name = fc.string({ minLength: 1, unit: "binary" }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(name), (text, names) => {
      expect(parseStatus(text).changed).toBeInstanceOf(Array);
      expect(parseReferences(text).commits.size).toBe(0);
      expect(parseOverwritten(text)).toEqual([]);
      const records = names.map((each) => `1 .M N... 1 1 1 ${ONE} ${ONE} ${each}\0`);
      expect(parseStatus(records.join("")).changed).toEqual(names);
      expect(parseStatus(names.map((each) => `? ${each}\0`).join("")).untracked).toEqual(names);
    }),
  );
});

it("saidByGit() tells the lines that matter, without credentials", () => {
  const text =
    "Cloning into 'x'...\nfatal: unable to access 'https://me:s3cret@a.example/x?token=s3cret': no\n";
  expect(saidByGit(text)).toBe("unable to access 'https://***@a.example/x?***': no");
  expect(saidByGit("something\nelse\n")).toBe("something; else");
  expect(saidByGit("")).toBe("git gave no reason");
});

it("saidByGit() is one short line whatever git says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 5_000 }), (text) => {
      const said = saidByGit(`fatal: ${text}`);
      expect(said).not.toMatch(/\p{Cc}/u);
      expect(said).not.toBe("");
      expect(said.length).toBeLessThanOrEqual(500);
    }),
  );
});

it("parseOverwritten() lists the files that are in the way, and none of another refusal", () => {
  const text =
    "error: The following untracked working tree files would be overwritten by checkout:\n\ta b.txt\n\tc\nPlease move\nAborting\n";
  expect(parseOverwritten(text)).toEqual(["a b.txt", "c"]);
  const one = "error: Untracked working tree file 'it's.txt' would be overwritten by merge.\n";
  expect(parseOverwritten(one)).toEqual(["it's.txt"]);
  expect(parseOverwritten("fatal: other\n\ta\n")).toEqual([]);
});
