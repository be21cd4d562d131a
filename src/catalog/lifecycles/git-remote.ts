import { ObservationError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope } from "../../model/lifecycle.ts";
import { InvalidOption } from "../../model/options.ts";
import { shownUrl } from "../../model/shown-url.ts";
import { quoted } from "../../model/wording.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { lookWithGit } from "./git-command.ts";
import type { GitOptions } from "./git-options.ts";
import { parseReferences, saidByGit, type RemoteReferences } from "./git-output.ts";
import { absoluteRepository } from "./git-path.ts";

const BRANCHES = "refs/heads/";

/**
 * Looks up which commit a branch or tag is at now, where it is cloned from.
 *
 * @param options - The options of the working copy.
 * @param world - Where git runs.
 * @param scope - The project.
 * @returns `commit`, and `branch` where the repository's own was asked for; nothing for what is only looked at.
 * @throws {@link InvalidOption} When there is no such branch or tag.
 * @throws {@link ObservationError} When the remote cannot be asked.
 */
export async function resolveCommit(
  options: GitOptions,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const { url, commit } = options;
  if (url === null) return {};
  if (commit !== null) return { commit };
  const repository = absoluteRepository(scope.root, url);
  const names = namesOf(options);
  const place = { path: scope.root, world, scope };
  const outcome = await lookWithGit(place, ["ls-remote", "--symref", "--", repository, ...names]);
  if (outcome.exitCode !== 0) {
    const said = saidByGit(outcome.stderr);
    throw new ObservationError(`could not ask ${shownUrl(repository)}: ${said}`);
  }
  return resolved(options, parseReferences(outcome.stdout), shownUrl(repository));
}

function namesOf({ branch, tag }: GitOptions): readonly string[] {
  if (branch !== null) return [`${BRANCHES}${branch}`];
  // The second is the commit that an annotated tag is about.
  if (tag !== null) return [`refs/tags/${tag}`, `refs/tags/${tag}^{}`];
  return ["HEAD"];
}

function resolved(
  options: GitOptions,
  { commits, symbolic }: RemoteReferences,
  shown: string,
): JsonObject {
  const found = namesOf(options)
    .map((name) => commits.get(name))
    .findLast((commit) => commit !== undefined);
  const { branch, tag } = options;
  if (branch !== null || tag !== null) {
    if (found !== undefined) return { commit: found };
    const property = branch === null ? "tag" : "branch";
    throw new InvalidOption(
      `names what does not exist at ${shown}: ${quoted(branch ?? tag ?? "")}`,
      { property },
    );
  }
  if (found === undefined) {
    throw new InvalidOption(`names a repository without any commit: ${shown}`, {
      property: "url",
      hint: "push a commit first, or name a branch",
    });
  }
  const own = symbolic.get("HEAD") ?? "";
  return { commit: found, branch: own.startsWith(BRANCHES) ? own.slice(BRANCHES.length) : null };
}
