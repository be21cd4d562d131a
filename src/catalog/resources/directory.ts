import { ACCESS_FIELDS } from "../../model/file-fields.ts";
import type { LifecycleDefinition } from "../../model/lifecycle.ts";
import { boolean } from "../../model/option-types.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { captureDirectory, restoreDirectory } from "../lifecycles/file-capture.ts";
import {
  createDirectory,
  dataInDirectory,
  readDirectory,
  removeDirectory,
  updateDirectory,
} from "../lifecycles/file-directory.ts";
import { FILE_SETTLE_SECONDS } from "../lifecycles/file-lifecycle.ts";
import { listOfKind } from "../lifecycles/file-list.ts";
import { claimOf, placeOf, problemsOfPlace } from "../lifecycles/file-place.ts";

const KIND = "directory";

const FIELDS = {
  path: PATH.required("The directory; what is relative is relative to the project."),
  parents: boolean().or(true, "Whether folders that it needs to be in are made too; they stay."),
  ...ACCESS_FIELDS,
};

const LIFECYCLE: LifecycleDefinition<typeof FIELDS, DeployWorld> = {
  settleSeconds: FILE_SETTLE_SECONDS,
  isFiles: true,
  replacing: ["path"],
  claims: ({ path }, _name, root) => [claimOf(path, root)],
  verify: ({ parameters }, _live, ...where) => problemsOfPlace(placeOf(parameters, ...where)),
  read: readDirectory,
  create: createDirectory,
  update: updateDirectory,
  remove: removeDirectory,
  data: dataInDirectory,
  capture: ({ parameters }, _live, ...where) => captureDirectory(placeOf(parameters, ...where)),
  restore: (subject, captured, ...where) => {
    const place = placeOf(subject.parameters, ...where);
    return restoreDirectory({ kind: KIND, subject, place }, captured);
  },
  list: (project, ...where) => listOfKind(project, { kind: KIND, type: "directory" }, ...where),
};

/**
 * A directory.
 *
 * What people put into it is never lost: it is removed only when nothing but ours is in it, or that is allowed.
 *
 * Without assertions, it must be there.
 *
 * @example
 * ```ts
 * new DirectoryResource({ name: "uploads", path: "/srv/uploads", mode: "0750", owner: "www-data" });
 * ```
 */
export class DirectoryResource extends resource({
  kind: KIND,
  name: "DirectoryResource",
  summary: "A directory.",
  fields: FIELDS,
  checkIntervalSeconds: 300,
  target: ({ path }) => ({ path }),
  builtIn: ({ path }) => [{ kind: "directory-exists", parameters: { path } }],
  lifecycle: LIFECYCLE,
  sample: { path: "/srv/uploads", mode: "0750" },
}) {}
