import { readFile, stat } from "node:fs/promises";
import type { SupervisorAddress } from "../../ports/supervisor.ts";
import type { SearchOptions } from "./configuration-file.ts";
import { includedFiles, inclusionOf } from "./include.ts";
import { parseIni, type Ini } from "./ini.ts";

/** What supervisord itself does when a program ends: nothing, restart it, or restart it unless it was to end so. */
export type Autorestart = "false" | "true" | "unexpected";

/** A program, and what supervisord itself does when it ends. */
export interface ProgramAutorestart {
  /** As its section has it: `[program:web]` is `web`. */
  readonly program: string;
  readonly autorestart: Autorestart;
  /** False when its section does not say, and supervisord's own default counts. */
  readonly isGiven: boolean;
}

const LIMIT_BYTES = 1024 * 1024;
const LIMIT_FILES = 1_000;
const YES = /^(?:yes|true|on|1)$/iu;
const NO = /^(?:no|false|off|0)$/iu;

/**
 * Finds out what supervisord does by itself when programs end, from its configuration and the files that it includes.
 *
 * @param address - Which supervisord.
 * @param programs - Names as actions have them: `web`, `workers:mailer`, `workers:*`.
 * @param options - Where to look for its configuration.
 * @returns What is known of their sections; nothing where there is no configuration that we can read.
 * @throws {@link ObservationError} When the configuration cannot be read.
 */
export async function autorestartsOf(
  address: Pick<SupervisorAddress, "serverUrl">,
  programs: readonly string[],
  options: SearchOptions,
): Promise<readonly ProgramAutorestart[]> {
  const found = await inclusionOf(address, options);
  if (found === null) return [];
  const inis = [parseIni(found.text)];
  for (const path of (await includedFiles(found.patterns)).slice(0, LIMIT_FILES)) {
    const text = await textOf(path);
    if (text !== null) inis.push(parseIni(text));
  }
  return autorestartsIn(inis, programs);
}

/**
 * Reads what supervisord does by itself when programs end.
 *
 * @param inis - Its configuration, and what that includes.
 * @param programs - Names as actions have them.
 * @returns One entry for each section that is meant.
 */
export function autorestartsIn(
  inis: readonly Ini[],
  programs: readonly string[],
): readonly ProgramAutorestart[] {
  const optionOf = (section: string, option: string): string | undefined =>
    inis
      .findLast((ini) => ini.has(section))
      ?.get(section)
      ?.get(option);
  const sections = new Set(programs.flatMap((name) => sectionsOf(name, optionOf)));
  return [...sections]
    .filter((program) => inis.some((ini) => ini.has(`program:${program}`)))
    .map((program) => {
      const given = optionOf(`program:${program}`, "autorestart");
      return { program, autorestart: readAutorestart(given), isGiven: given !== undefined };
    });
}

// A group names its programs; otherwise each program is a group of its own, with one process or several.
function sectionsOf(
  name: string,
  optionOf: (section: string, option: string) => string | undefined,
): readonly string[] {
  const colon = name.indexOf(":");
  const group = colon === -1 ? name : name.slice(0, colon);
  const process = colon === -1 ? name : name.slice(colon + 1);
  const members = optionOf(`group:${group}`, "programs")
    ?.split(",")
    .map((part) => part.trim());
  if (members === undefined) return [group];
  return members.includes(process) ? [process] : members;
}

// What supervisord would not understand, it would not have started with.
function readAutorestart(given: string | undefined): Autorestart {
  if (given === undefined) return "unexpected";
  if (YES.test(given)) return "true";
  return NO.test(given) ? "false" : "unexpected";
}

// A file that cannot be read is one whose programs nobody is warned of.
async function textOf(path: string): Promise<string | null> {
  try {
    const stats = await stat(path);
    return stats.isFile() && stats.size <= LIMIT_BYTES ? await readFile(path, "utf8") : null;
  } catch {
    return null;
  }
}
