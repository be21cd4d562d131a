import { readFileSync } from "node:fs";

/** The one of util-linux, which becomes the program that it starts: it costs about a millisecond. */
const SETPRIV = "/usr/bin/setpriv";
const OPTION = "pdeathsig";

/** What comes before a command; null while it is not known. */
let before: readonly string[] | null = null;

/** A command, split as starting it takes. */
export interface StartedCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * Makes a process of Node that the kernel ends with the one that starts it, even where that is killed and can end nobody: what a
 * person wrote may loop for ever, and then hears of nothing.
 *
 * It takes Linux with util-linux 2.33 or later; elsewhere the process outlives us until it comes back to its event loop.
 *
 * @param args - The arguments of Node.
 * @returns What is to be started.
 */
export function endsWithUs(args: readonly string[]): StartedCommand {
  before ??= prefix();
  const [file = process.execPath, ...rest] = [...before, process.execPath, ...args];
  return { file, args: rest };
}

// Busybox, and older ones, have a program of this name that does not know the option and would start nothing.
function prefix(): readonly string[] {
  if (process.platform !== "linux") return [];
  try {
    return readFileSync(SETPRIV).includes(OPTION) ? [SETPRIV, `--${OPTION}`, "KILL"] : [];
  } catch {
    return [];
  }
}
