import { spawnSync } from "node:child_process";

/**
 * Tells whether a real part that a test needs is on this machine; says so on standard error where it is not.
 *
 * `CLOCKWORK_REQUIRE` names the parts, separated by commas, whose absence is a failure rather than a skip.
 */
export function hasPart(name: string, args: readonly string[]): boolean {
  if (spawnSync(name, args, { stdio: "ignore" }).status === 0) return true;
  const required = (process.env["CLOCKWORK_REQUIRE"] ?? "").split(/[\s,]+/u);
  if (required.includes(name)) throw new Error(`${name} is required here and is missing`);
  process.stderr.write(`Tests that need ${name} are skipped: it is not installed.\n`);
  return false;
}
