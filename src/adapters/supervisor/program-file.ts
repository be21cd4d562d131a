import { dirname, join } from "node:path";
import { ObservationError } from "../../model/errors.ts";
import { marksOfText } from "../../model/mark-line.ts";
import type { Marks } from "../../model/marks.ts";
import type { ProgramFile, ProgramPlace } from "../../ports/supervisor-control.ts";
import { readBeginning } from "../system/file-content.ts";
import { asObservationError, isAbsent } from "../system/system-failure.ts";
import { includedFiles, ownPath, type Inclusion } from "./include.ts";
import { parseIni } from "./ini.ts";
import { readSection } from "./section-read.ts";

const LIMIT_BYTES = 1024 * 1024;
const PROGRAM = /^program:([^\s:]{1,255})$/u;
/** What takes a name that a program could have. */
const KINDS = ["program", "group", "eventlistener", "fcgi-program"] as const;

/** Where a section belongs, or why nowhere. */
export type Belonging =
  | { readonly path: string; readonly problem: null; readonly hint: null }
  | { readonly path: null; readonly problem: string; readonly hint: string };

/**
 * Tells where the section of a program belongs.
 *
 * @param place - Whose section.
 * @param inclusion - The configuration; null when it is not known.
 * @returns A path, or what is missing.
 */
export function belongingOf(
  { program, configFolder }: ProgramPlace,
  inclusion: Inclusion | null,
): Belonging {
  const patterns = inclusion?.patterns ?? [];
  if (configFolder !== null) {
    const own = patterns.filter((pattern) => dirname(pattern) === configFolder);
    const path = ownPath(own, program) ?? join(configFolder, `clockwork-${program}.conf`);
    return { path, problem: null, hint: null };
  }
  if (inclusion === null) {
    return {
      path: null,
      problem:
        "needs a folder to write to, and no configuration of this supervisord was found here",
      hint: "set configFolder to a folder of which its [include] reads *.conf",
    };
  }
  const path = ownPath(patterns, program);
  if (path !== null) return { path, problem: null, hint: null };
  const folder = join(dirname(inclusion.path), "conf.d");
  return {
    path: null,
    problem: `needs a folder to write to, and ${inclusion.path} includes none`,
    hint: `add two lines to it: [include] and files = ${folder}/*.conf`,
  };
}

/**
 * Reads the file of a program.
 *
 * @param path - The file.
 * @param program - Its name.
 * @returns Null when it is not there.
 * @throws {@link ObservationError} When it cannot be read.
 */
export async function readProgramFile(path: string, program: string): Promise<ProgramFile | null> {
  const text = await textAt(path);
  if (text === null) return null;
  return { path, marks: marksOfText(";", text), ...readSection(parseIni(text), program) };
}

/**
 * Finds another file that defines something of a program's name.
 *
 * @param place - The program.
 * @param inclusion - The configuration; null when it is not known.
 * @param own - Files that do not count.
 * @returns Its path; null when none does.
 * @throws {@link ObservationError} When one of them cannot be read.
 */
export async function definedElsewhere(
  { program, configFolder }: ProgramPlace,
  inclusion: Inclusion | null,
  own: readonly (string | null)[],
): Promise<string | null> {
  const isDefining = (text: string): boolean => {
    const ini = parseIni(text);
    return KINDS.some((kind) => ini.has(`${kind}:${program}`));
  };
  if (inclusion !== null && isDefining(inclusion.text)) return inclusion.path;
  const folder = configFolder === null ? [] : [join(configFolder, "*.conf")];
  for (const path of await includedFiles([...(inclusion?.patterns ?? []), ...folder])) {
    if (own.includes(path)) continue;
    const text = await textAt(path);
    if (text !== null && isDefining(text)) return path;
  }
  return null;
}

/**
 * Finds the files with marks that a configuration includes.
 *
 * @param inclusion - The configuration.
 * @param signal - Gives up.
 * @returns Each with the first program that it defines.
 * @throws {@link ObservationError} When one of them cannot be read.
 */
export async function markedFilesOf(
  inclusion: Inclusion,
  signal: AbortSignal,
): Promise<readonly { readonly path: string; readonly program: string; readonly marks: Marks }[]> {
  const found: { readonly path: string; readonly program: string; readonly marks: Marks }[] = [];
  for (const path of await includedFiles(inclusion.patterns)) {
    signal.throwIfAborted();
    const text = await textAt(path);
    const marks = text === null ? null : marksOfText(";", text);
    if (text === null || marks === null) continue;
    const [program] = [...parseIni(text).keys()].flatMap((name) => PROGRAM.exec(name)?.[1] ?? []);
    if (program !== undefined) found.push({ path, program, marks });
  }
  return found;
}

async function textAt(path: string): Promise<string | null> {
  try {
    const { bytes, isTruncated } = await readBeginning(path, LIMIT_BYTES);
    if (!isTruncated) return bytes.toString("utf8");
  } catch (error) {
    if (isAbsent(error)) return null;
    throw asObservationError(`read ${path}, which supervisord includes`, error);
  }
  throw new ObservationError(
    `cannot read ${path}, which supervisord includes: it is larger than ${String(LIMIT_BYTES)} bytes`,
  );
}
