import { assertion } from "../../model/assertion.ts";
import { ownPath, PATH } from "../../model/path-option.ts";
import type { World } from "../../ports/world.ts";

/**
 * A directory is there, and is a directory.
 *
 * @example
 * ```ts
 * new DirectoryExistsAssert({ path: "/var/lib/app" });
 * ```
 */
export class DirectoryExistsAssert extends assertion({
  kind: "directory-exists",
  name: "DirectoryExistsAssert",
  summary: "A directory is there, and is a directory.",
  uses: ["files"],
  fields: {
    path: PATH.optional("The directory; its resource's by default."),
  },
  bind: ({ path }, { target }) => ownPath(path, target),
  claim: ({ path }) => `${path ?? ""} is a directory`,
  subject: ({ path }) => path ?? "",
  probe: async ({ path }, world: World, { signal }) => {
    const files = await world.files();
    const status = await files.status(path ?? "", signal);
    return status === null ? null : { type: status.type };
  },
  judge: (observation) => ({
    verdict: observation?.type === "directory" ? "pass" : "fail",
    expected: "a directory",
    actual: observation === null ? "nothing there" : `a ${observation.type}`,
  }),
  samples: [
    { options: { path: "/etc" }, observation: { type: "directory" }, verdict: "pass" },
    { options: { path: "/etc/hosts" }, observation: { type: "file" }, verdict: "fail" },
    { options: { path: "/none" }, observation: null, verdict: "fail" },
  ],
}) {}
