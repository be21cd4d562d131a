import { hostname, userInfo } from "node:os";

/**
 * Tells who runs this program, as the machine knows them.
 *
 * @returns Such as `root@web-1`.
 */
export function whoami(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user without a name, as in many containers.
    return `${String(process.getuid?.() ?? "?")}@${hostname()}`;
  }
}
