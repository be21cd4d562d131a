import { ACCESS_FIELDS } from "../../model/file-fields.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";

/**
 * A directory.
 *
 * Without assertions, it must be there.
 *
 * @example
 * ```ts
 * new DirectoryResource({ name: "uploads", path: "/srv/uploads", mode: "0750", owner: "www-data" });
 * ```
 */
export class DirectoryResource extends resource({
  kind: "directory",
  name: "DirectoryResource",
  summary: "A directory.",
  fields: {
    path: PATH.required("The directory; what is relative is relative to the project."),
    ...ACCESS_FIELDS,
  },
  checkIntervalSeconds: 300,
  target: ({ path }) => ({ path }),
  builtIn: ({ path }) => [{ kind: "directory-exists", parameters: { path } }],
  sample: { path: "/srv/uploads", mode: "0750" },
}) {}
