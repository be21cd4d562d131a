import { requireAtMostOne } from "../../model/option-rules.ts";
import { OptionType } from "../../model/option-type.ts";
import { boolean, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";

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

/**
 * A working copy of a git repository.
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
  fields: {
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
  },
  checkIntervalSeconds: 300,
  target: ({ path, branch, tag, commit }) => {
    requireAtMostOne({ branch, tag, commit });
    return { path };
  },
  builtIn: ({ path }) => [
    { kind: "directory-exists", parameters: { path: `${path.replace(/\/+$/u, "")}/.git` } },
  ],
  sample: { url: "https://example.com/site.git", path: "/srv/site", branch: "main" },
}) {}
