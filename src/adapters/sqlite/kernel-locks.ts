import { readFileSync } from "node:fs";

/** One line of `/proc/locks`: `1: POSIX  ADVISORY  WRITE 7 08:02:1234 0 EOF`. */
const LINE =
  /^\d+: (?:-> )?POSIX +\S+ +(?:READ|WRITE) +(?<pid>-?\d+) +[\da-f]+:[\da-f]+:(?<inode>\d+) /u;

/**
 * Tells which processes hold locks on a file, as the kernel says it. Looking disturbs nobody.
 *
 * @param inode - The number of the file in its file system.
 * @returns Process ids; null where the kernel does not tell, as on macOS.
 */
export function lockersOf(inode: number): readonly number[] | null {
  let text: string;
  try {
    text = readFileSync("/proc/locks", "utf8");
  } catch {
    return null;
  }
  return lockersIn(text, inode);
}

/**
 * Reads the kernel's list of locks.
 *
 * @param text - The content of `/proc/locks`.
 * @param inode - The number of the file in its file system.
 * @returns Process ids, each once; those who only wait for a lock left out.
 */
export function lockersIn(text: string, inode: number): readonly number[] {
  const pids = text.split("\n").flatMap((line) => {
    const groups = line.includes("->") ? undefined : LINE.exec(line)?.groups;
    return groups?.["inode"] === String(inode) ? [Number(groups["pid"])] : [];
  });
  return [...new Set(pids)];
}
