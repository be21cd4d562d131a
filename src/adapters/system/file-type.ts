import type { Stats } from "node:fs";
import type { FileType } from "../../ports/files.ts";

/**
 * Tells what a path names.
 *
 * @param stats - What the system says of it.
 * @returns Whatever is nothing else is a device.
 */
export function fileTypeOf(stats: Stats): FileType {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isSocket()) return "socket";
  return stats.isFIFO() ? "fifo" : "device";
}
