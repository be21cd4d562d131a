import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { readValues } from "../../model/options.ts";
import { GitRepoResource } from "./git-repo.ts";

const { kind } = GitRepoResource;
const url = "https://example.com/site.git";

it("GitRepoResource is a path, where a repository must be", async () => {
  const { target, claims } = await declare(kind, { url, path: "/srv/site/", branch: "feature/a" });
  expect(target.path).toBe("/srv/site/");
  expect(claims).toEqual(["/srv/site/.git is a directory"]);
  expect(kind.checkIntervalSeconds).toBe(300);
});

it.each(["git@example.com:site.git", "ssh://git@example.com/site.git", "../site", "/srv/site.git"])(
  "GitRepoResource takes %s",
  async (other) => {
    await expect(declare(kind, { url: other, path: "a" })).resolves.toBeDefined();
  },
);

it("GitRepoResource needs no URL where it is only looked at", async () => {
  const { claims } = await declare(kind, { path: "/srv/site" });
  expect(claims).toEqual(["/srv/site/.git is a directory"]);
});

it("GitRepoResource takes one of branch, tag and commit", async () => {
  await expect(declare(kind, { url, path: "a", branch: "main", tag: "v1" })).rejects.toThrow(
    "takes only one of branch, tag",
  );
  await expect(declare(kind, { url, path: "a", commit: "main" })).rejects.toThrow("hexadecimal");
});

it.each(["https://user:s3cret@example.com/a.git", "https://s3cret@example.com/a.git"])(
  "GitRepoResource refuses credentials and does not repeat them",
  async (secretUrl) => {
    const refused = declare(kind, { url: secretUrl, path: "a" });
    await expect(refused).rejects.toThrow("must not hold credentials");
    await expect(refused).rejects.not.toThrow("s3cret");
  },
);

it.each(["--upload-pack=x", "a b", ""])("GitRepoResource refuses the URL %j", async (other) => {
  await expect(declare(kind, { url: other, path: "a" })).rejects.toThrow("url");
});

it.each(["-x", "../up", "a..b", "a b", "x@{1}", "/a"])(
  "GitRepoResource refuses the branch %j",
  async (branch) => {
    await expect(declare(kind, { url, path: "a", branch })).rejects.toThrow("branch or tag");
  },
);

it("GitRepoResource takes its path for itself, wherever the project is, and is only looked at without a URL", () => {
  const { lifecycle } = kind;
  const parameters = readValues(kind.fields, { url, path: "srv/./site/" });
  expect(lifecycle?.claims(parameters, "site", "/project")).toEqual(["path:/project/srv/site"]);
  expect(lifecycle?.isManaged(parameters)).toBe(true);
  expect(lifecycle?.isManaged(readValues(kind.fields, { path: "a" }))).toBe(false);
  expect(lifecycle).toMatchObject({ isFiles: true, settleSeconds: 5, replacing: ["path"] });
});
