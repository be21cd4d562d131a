/**
 * Makes a path absolute, and takes out of it what leads nowhere: `.`, `..`, and slashes too many.
 *
 * @param root - The folder that a relative one is relative to, absolute.
 * @param path - Absolute or relative; links are not followed.
 * @returns Such as `/srv/site`.
 */
export function absolutePath(root: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${root}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/**
 * Tells the folder that holds something.
 *
 * @param path - Absolute, without a slash at its end.
 * @returns The folder; `/` for what stands at the top.
 */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

/**
 * Tells whether a path leads to somewhere in a folder.
 *
 * @param folder - Absolute.
 * @param path - Absolute, without `..`.
 * @returns False for the folder itself.
 */
export function isWithin(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`) && path !== folder;
}

/**
 * Names the folder beside a path in which something is made before it takes its place, and taken apart after it has left it.
 *
 * @param path - Absolute.
 * @param life - What nobody else has: an instance, with its generation.
 * @returns Absolute, on the same file system.
 */
export function besidePath(path: string, life: string): string {
  const parent = parentOf(path);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return `${parent === "/" ? "" : parent}/.${name}.clockwork-${life}`;
}

/**
 * Completes what git may clone from: a path is one of the project, all else stays as it is.
 *
 * @param root - The folder of the project.
 * @param url - A URL, `host:path`, or a path.
 * @returns What git understands wherever it runs.
 */
export function absoluteRepository(root: string, url: string): string {
  const isUrl = /^[a-z][a-z\d+.-]*:\/\//iu.test(url);
  // As git tells `host:path` from a path: by a colon before the first slash.
  const isHost = /^[^/]+:/u.test(url);
  return isUrl || isHost ? url : absolutePath(root, url);
}
