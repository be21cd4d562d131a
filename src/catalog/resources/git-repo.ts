import type { LifecycleDefinition } from "../../model/lifecycle.ts";
import { requireAtMostOne } from "../../model/option-rules.ts";
import { OptionType } from "../../model/option-type.ts";
import { boolean, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { captureGit, createGit, restoreGit, updateGit } from "../lifecycles/git-change.ts";
import { problemOutside } from "../lifecycles/git-outside.ts";
import { absolutePath } from "../lifecycles/git-path.ts";
import { placeOf, readGit } from "../lifecycles/git-read.ts";
import { resolveCommit } from "../lifecycles/git-remote.ts";
import { dataInGit, listGit, removeGit } from "../lifecycles/git-remove.ts";

const REFERENCE_LABEL = "name of a branch or tag";
const REFERENCE = text({
  most: 255,
  like: /^(?![-/.])(?!.*(?:\.\.|@\{|\/\/))[^\s\p{Cc}~^:?*[\\]+$/u,
  label: REFERENCE_LABEL,
});

const URL_FORM = text({
  most: 2_048,
  like: /^(?!-)[^\s\p{Cc}]+$/u,
  label: "URL or path of a repository",
});

// The message must not show the URL: its user may be a token.
const REPOSITORY = new OptionType<string, string>("URL or path of a repository", (value) => {
  const url = typeof value === "string" ? URL.parse(value) : null;
  const isWeb = url !== null && /^https?:$/u.test(url.protocol);
  if (url !== null && (url.password !== "" || (isWeb && url.username !== ""))) {
    throw new InvalidOption("must not hold credentials, as it is written into plans and reports", {
      hint: "let git find them: with a credential helper, or over SSH with a key",
    });
  }
  return URL_FORM.read(value);
});

const FIELDS = {
  url: REPOSITORY.optional(
    "Where it is cloned from, without credentials; only looked at when left out.",
  ),
  path: PATH.required("The folder of the working copy."),
  branch: REFERENCE.optional("The branch; the repository's own by default."),
  tag: REFERENCE.optional("The tag, instead of a branch."),
  commit: text({ like: /^[\da-f]{7,64}$/u, label: "7 to 64 hexadecimal digits" }).optional(
    "The commit, instead of a branch.",
  ),
  force: boolean().or(false, "Whether changes in the working copy may be thrown away."),
};

const LIFECYCLE: LifecycleDefinition<typeof FIELDS, DeployWorld> = {
  settleSeconds: 5,
  isFiles: true,
  replacing: ["path"],
  isManaged: ({ url }) => url !== null,
  claims: ({ path }, _name, root) => [`path:${absolutePath(root, path)}`],
  resolve: resolveCommit,
  verify: async (subject, _live, world, scope) => {
    const { path } = subject.parameters;
    const message = await problemOutside(placeOf(subject, world, scope), path);
    const hint = "write an absolute path where that is meant";
    return message === null ? [] : [{ code: "path-outside", property: "path", message, hint }];
  },
  read: readGit,
  create: createGit,
  update: updateGit,
  remove: removeGit,
  data: dataInGit,
  capture: captureGit,
  restore: restoreGit,
  list: listGit,
};

/**
 * A working copy of a git repository.
 *
 * With a URL it is cloned, and kept at a branch, a tag or a commit; a branch that has moved is a change that a plan shows.
 * What people did in it, changes and commits of their own, is never thrown away unless `force` says so. It must be possible to
 * clone it without a question: git finds credentials by itself.
 *
 * Without assertions, it must be there.
 *
 * @example
 * ```ts
 * new GitRepoResource({ name: "site", url: "https://example.com/site.git", path: "/srv/site", branch: "main" });
 * ```
 */
export class GitRepoResource extends resource({
  kind: "git-repo",
  name: "GitRepoResource",
  summary: "A working copy of a git repository.",
  fields: FIELDS,
  checkIntervalSeconds: 300,
  target: ({ path, branch, tag, commit }) => {
    requireAtMostOne({ branch, tag, commit });
    return { path };
  },
  builtIn: ({ path }) => [
    { kind: "directory-exists", parameters: { path: `${path.replace(/\/+$/u, "")}/.git` } },
  ],
  lifecycle: LIFECYCLE,
  sample: { url: "https://example.com/site.git", path: "/srv/site", branch: "main" },
}) {}
