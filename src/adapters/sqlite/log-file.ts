import { statSync } from "node:fs";

/**
 * Tells whether something may stand in the log of a database that does not stand in its file yet.
 *
 * @param path - The absolute path of the database.
 * @returns False when there is no log, or an empty one: then the file has it all.
 * @throws Whatever the system says when nobody may look.
 */
export function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
