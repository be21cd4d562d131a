import { basename, isAbsolute, relative, resolve } from "node:path";
import { DirectoryExistsAssert } from "../../../catalog/assertions/directory-exists.ts";
import { FileExistsAssert } from "../../../catalog/assertions/file-exists.ts";
import { FilePermissionsAssert } from "../../../catalog/assertions/file-permissions.ts";
import { HostResource } from "../../../catalog/resources/host.ts";
import type { FileStatus, Files } from "../../../ports/files.ts";
import { draftAssertion, draftResource, type Call, type Draft } from "../draft.ts";
import type { Sight, SightScope } from "../sight.ts";

/** What can only be a path, whether or not anything is there. */
const OBVIOUS = /^[.~]|\//u;

/** A file or a directory. */
export const pathSight: Sight = {
  form: "a path of a file or directory",
  recognise: async (word, scope) => {
    if (word === "" || word.includes("\0")) return null;
    const absolute = resolve(scope.cwd, word);
    const files = await scope.world.files();
    const isPath = OBVIOUS.test(word) || (await files.status(absolute, scope.signal)) !== null;
    if (!isPath) return null;
    const path = projectPathOf(absolute, scope);
    return {
      label: word,
      unseen: () => unseen(path, word.endsWith("/")),
      look: async (signal) => {
        const status = await files.status(absolute, signal);
        if (status === null) {
          const draft = unseen(path, word.endsWith("/"));
          return { isThere: false, seen: "is not there", notes: [], draft };
        }
        const draft = draftOf(path, [
          ...presence(path, status),
          await permissions(path, status, files),
        ]);
        return { isThere: true, seen: `is a ${status.type}`, notes: [], draft };
      },
    };
  },
};

// What belongs to the project is found from there, wherever the project is.
function projectPathOf(absolute: string, { root }: SightScope): string {
  const inside = relative(root, absolute);
  if (inside === "") return ".";
  return inside === ".." || inside.startsWith("../") || isAbsolute(inside) ? absolute : inside;
}

function presence(path: string, { type }: FileStatus): readonly Call[] {
  if (type === "directory") return [draftAssertion(DirectoryExistsAssert, { path })];
  return type === "file" ? [draftAssertion(FileExistsAssert, { path })] : [];
}

async function permissions(path: string, status: FileStatus, files: Files): Promise<Call> {
  const expectedPerms = status.mode.toString(8).padStart(4, "0");
  // Who owns a file of the project depends on who checked it out.
  if (!isAbsolute(path)) return draftAssertion(FilePermissionsAssert, { path, expectedPerms });
  const { userId, groupId } = status;
  const owner = (await files.userName(userId)) ?? userId;
  const group = (await files.groupName(groupId)) ?? groupId;
  return draftAssertion(FilePermissionsAssert, { path, expectedPerms, owner, group });
}

function unseen(path: string, isDirectory: boolean): Draft {
  return draftOf(path, [
    isDirectory
      ? draftAssertion(DirectoryExistsAssert, { path })
      : draftAssertion(FileExistsAssert, { path }),
  ]);
}

function draftOf(path: string, assertions: readonly Call[]): Draft {
  const name = path === "." ? "project" : basename(path);
  return { name, resource: draftResource(HostResource, {}), assertions };
}
