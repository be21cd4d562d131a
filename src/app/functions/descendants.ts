import { readdirSync, readFileSync } from "node:fs";

/** More than these, nobody starts by accident and away from the group. */
const LIMIT_PROCESSES = 1_000;

/**
 * Finds what a process has started on Linux, and what those have started in turn. One whose parent has ended is not among them.
 *
 * @param pid - The process.
 * @returns Process ids; none where nobody can tell.
 */
export function descendantsOf(pid: number): readonly number[] {
  const found = new Set<number>();
  const parents = [pid];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const child of childrenOf(parent)) {
      if (found.size >= LIMIT_PROCESSES) return [...found];
      if (found.has(child)) continue;
      found.add(child);
      parents.push(child);
    }
  }
  return [...found];
}

// Any thread may have started some.
function childrenOf(pid: number): readonly number[] {
  const tasks = `/proc/${String(pid)}/task`;
  try {
    return readdirSync(tasks).flatMap((task) =>
      readFileSync(`${tasks}/${task}/children`, "utf8").split(" ").map(Number).filter(isOther),
    );
  } catch {
    return [];
  }
}

// Init and whatever an empty text becomes are nobody's to end.
function isOther(pid: number): boolean {
  return Number.isSafeInteger(pid) && pid > 1;
}
