import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { compileProject } from "../../engine/compile.ts";
import type { Code } from "../../model/codes.ts";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import type { ProjectDeclaration } from "../../model/project.ts";
import { catalogKinds } from "../kinds.ts";
import { loadProject, type LoadOptions } from "../project/load-project.ts";
import type { ProjectPath } from "../project/project-path.ts";
import { writeFileWhole } from "../write-file.ts";

/** More than anybody writes by hand. */
const LIMIT_BYTES = 1024 * 1024;

/** The file of a project, before anything is added to it. */
export interface ProjectText {
  readonly text: string;
  /** The names of its resources. */
  readonly names: ReadonlySet<string>;
  /** What is wrong with it as a whole, such as a resource without assertions: it was so before. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Reads the file of a project that can be loaded.
 *
 * @param path - Where it is.
 * @param options - How it is loaded.
 * @returns Its text, and what it declares.
 * @throws {@link ConfigurationError} When it is not there, cannot be read, or cannot be loaded.
 */
export async function readProjectText(
  path: ProjectPath,
  options: LoadOptions,
): Promise<ProjectText> {
  const declaration = await loadProject(path.main, options);
  if (declaration.problems.length > 0) throw new ConfigurationError(declaration.problems);
  const text = decode(await readFile(path.main).catch(unreadable(path.main)), path.main);
  return {
    text,
    names: new Set(declaration.resources.map(({ name }) => name)),
    problems: await problemsOf(declaration, path),
  };
}

/**
 * Writes the file of a project; when it cannot be loaded any more, or declares what it should not, it is as it was before.
 *
 * @param path - Where it is.
 * @param text - The new text.
 * @param before - What it was.
 * @param options - How it is loaded.
 * @returns What is wrong with it now and was not before; empty when it stays.
 * @throws {@link OutputError} When it cannot be written.
 * @throws {@link ConfigurationError} When somebody has changed it in the meantime.
 */
export async function replaceProjectText(
  path: ProjectPath,
  text: string,
  before: ProjectText,
  options: LoadOptions,
): Promise<readonly Diagnostic[]> {
  const current = decode(await readFile(path.main).catch(unreadable(path.main)), path.main);
  if (current !== before.text) throw problem(path.main, "file-unreadable", "was changed meanwhile");
  await writeFileWhole(path.main, text);
  let isFine = false;
  try {
    const declaration = await loadProject(path.main, options);
    const known = new Set(before.problems.map(fingerprint));
    const all = await problemsOf(declaration, path);
    const added = all.filter((each) => !known.has(fingerprint(each)));
    isFine = added.length === 0;
    return added;
  } finally {
    if (!isFine) await writeFileWhole(path.main, before.text);
  }
}

async function problemsOf(
  declaration: ProjectDeclaration,
  { name }: ProjectPath,
): Promise<readonly Diagnostic[]> {
  const { problems } = await compileProject(declaration, {
    project: name,
    file: declaration.files[0] ?? "main.ts",
    kinds: catalogKinds,
    sha256: (content) => createHash("sha256").update(content).digest("hex"),
  });
  return problems;
}

// Lines move when something is added above them.
function fingerprint({ code, property, message }: Diagnostic): string {
  return JSON.stringify([code, property, message]);
}

// What is written back must be what was read, to the byte.
function decode(bytes: Uint8Array, file: string): string {
  if (bytes.length > LIMIT_BYTES) {
    throw problem(file, "file-too-large", `has more than ${String(LIMIT_BYTES)} bytes`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw problem(file, "file-unreadable", "is not encoded in UTF-8");
  }
}

function unreadable(file: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw problem(file, "file-unreadable", `could not be read: ${reason}`);
  };
}

function problem(file: string, code: Code, message: string): ConfigurationError {
  const place = { file, line: null, column: null, property: null, hint: null };
  return new ConfigurationError([{ ...place, code, message }]);
}
