import { assertion } from "../../model/assertion.ts";
import { text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import type { World } from "../../ports/world.ts";

/**
 * A file is there, and is a file.
 *
 * @example
 * ```ts
 * new FileExistsAssert({ path: "/etc/hostname" });
 * ```
 */
export class FileExistsAssert extends assertion({
  kind: "file-exists",
  name: "FileExistsAssert",
  summary: "A file is there, and is a file.",
  uses: ["files"],
  fields: {
    path: text({ most: 4_096 }).optional("The file; its resource's by default."),
  },
  bind: ({ path }, { target }) => {
    if (path !== null) return {};
    if (target.path !== null) return { path: target.path };
    throw new InvalidOption("needs a path, as its resource has none");
  },
  claim: ({ path }) => `${path ?? ""} is a file`,
  subject: ({ path }) => path ?? "",
  probe: async ({ path }, world: World, { signal }) => {
    const files = await world.files();
    const status = await files.status(path ?? "", signal);
    return status === null ? null : { type: status.type };
  },
  judge: (observation) => ({
    verdict: observation?.type === "file" ? "pass" : "fail",
    expected: "a file",
    actual: observation === null ? "nothing there" : `a ${observation.type}`,
  }),
  samples: [
    { options: { path: "/etc/hosts" }, observation: { type: "file" }, verdict: "pass" },
    { options: { path: "/etc" }, observation: { type: "directory" }, verdict: "fail" },
    { options: { path: "/etc/none" }, observation: null, verdict: "fail" },
  ],
}) {}
