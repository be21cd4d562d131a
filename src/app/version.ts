import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

let known: string | null = null;

/**
 * The version of the running package, as its `package.json` says.
 *
 * @returns Such as `1.2.3`; `0.0.0` when the package has lost its `package.json`.
 */
export function packageVersion(): string {
  known ??= readVersion() ?? "0.0.0";
  return known;
}

function readVersion(): string | null {
  const path = findPackageJSON(import.meta.url);
  if (path === undefined) return null;
  const content: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof content !== "object" || content === null || !("version" in content)) return null;
  return typeof content.version === "string" ? content.version : null;
}
