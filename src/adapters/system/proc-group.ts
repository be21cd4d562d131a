/** What tells one process from all others, and who leads it. */
export interface ProcessIdentity {
  /** The id of its process group. */
  readonly groupId: number;
  /** In the kernel's ticks since this machine was booted. */
  readonly startTicks: number;
  /** True when it has ended and nobody has taken notice. */
  readonly hasEnded: boolean;
}

const STATE = 0;
const GROUP = 2;
const START = 19;

/**
 * Reads from the text of `/proc/PID/stat` what tells a process from all others.
 *
 * @param text - The text of the file; the name in it may hold anything.
 * @returns Null when it is not such a text.
 */
export function parseIdentity(text: string): ProcessIdentity | null {
  const end = text.lastIndexOf(")");
  const fields = end === -1 ? [] : text.slice(end + 2).split(" ", START + 1);
  const state = fields[STATE] ?? "";
  const [group = "", start = ""] = [fields[GROUP], fields[START]];
  const isWhole =
    /^[A-Za-z]$/u.test(state) && [group, start].every((part) => /^\d{1,15}$/u.test(part));
  if (!isWhole) return null;
  return { groupId: Number(group), startTicks: Number(start), hasEnded: /^[ZXx]$/u.test(state) };
}
