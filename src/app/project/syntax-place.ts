import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A syntax error is in one of the files that were read last. */
const LIMIT_FILES = 20;
const TIMEOUT_MS = 5_000;

const MODULE = /\.m?[jt]s$/u;

/**
 * Finds the line of a syntax error that V8 told us without one, by having Node check the files by themselves.
 *
 * @param files - The files that were loaded, in their order.
 * @returns The file and the line with its text; null when none of them has such an error.
 */
export function syntaxPlace(
  files: readonly string[],
): { readonly path: string; readonly line: number; readonly text: string } | null {
  const modules = files.filter((path) => MODULE.test(path));
  for (const path of modules.slice(-LIMIT_FILES).reverse()) {
    const source = readFileSync(path, "utf8");
    const script = path.endsWith("ts") ? erased(source) : source;
    const line = script === null ? null : syntaxLine(script);
    if (line !== null) return { path, line, text: source.split("\n")[line - 1] ?? "" };
  }
  return null;
}

// What is no TypeScript either has an error with a line of its own.
function erased(source: string): string | null {
  try {
    return stripTypeScriptTypes(source);
  } catch {
    return null;
  }
}

function syntaxLine(source: string): number | null {
  const folder = mkdtempSync(join(tmpdir(), "clockwork-syntax-"));
  try {
    const file = join(folder, "module.mjs");
    writeFileSync(file, source);
    const { stderr } = spawnSync(process.execPath, ["--check", file], {
      encoding: "utf8",
      timeout: TIMEOUT_MS,
    });
    const line = /module\.mjs:(\d+)/u.exec(stderr)?.[1];
    return line === undefined ? null : Number(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
