import { ACCESS_FIELDS } from "../../model/file-fields.ts";
import type { LifecycleDefinition } from "../../model/lifecycle.ts";
import { requireAtMostOne } from "../../model/option-rules.ts";
import { text } from "../../model/option-types.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { contentOfFile, resolveContent } from "../lifecycles/file-content.ts";
import { fileLifecycle } from "../lifecycles/file-lifecycle.ts";

const LIMIT_CONTENT_CHARACTERS = 1024 * 1024;

const FIELDS = {
  path: PATH.required("The file; what is relative is relative to the project."),
  content: text({ most: LIMIT_CONTENT_CHARACTERS, mayBeEmpty: true }).optional(
    "What it holds; only looked at when neither this nor source is given.",
  ),
  source: PATH.optional("The file that it is a copy of, instead of its content."),
  ...ACCESS_FIELDS,
};

const LIFECYCLE: LifecycleDefinition<typeof FIELDS, DeployWorld> = {
  ...fileLifecycle("file", contentOfFile),
  isManaged: ({ content, source }) => content !== null || source !== null,
  resolve: resolveContent,
};

/**
 * A file with a certain content.
 *
 * It is written whole or not at all, and nothing that somebody else made is overwritten. What it needs to be in must be there:
 * a DirectoryResource makes it.
 *
 * Without assertions, it must be there.
 *
 * @example
 * ```ts
 * new FileResource({ name: "motd", path: "/etc/motd", content: "Welcome.\n", mode: "0644" });
 * ```
 */
export class FileResource extends resource({
  kind: "file",
  name: "FileResource",
  summary: "A file with a certain content.",
  fields: FIELDS,
  checkIntervalSeconds: 300,
  target: ({ path, content, source }) => {
    requireAtMostOne({ content, source });
    return { path };
  },
  builtIn: ({ path }) => [{ kind: "file-exists", parameters: { path } }],
  lifecycle: LIFECYCLE,
  sample: { path: "/etc/motd", content: "Welcome.\n", mode: "0644" },
}) {}
