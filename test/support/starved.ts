import { fileURLToPath } from "node:url";
import type { Shown } from "./assert-kind.ts";
import { start } from "./cli.ts";

const PROGRAM = fileURLToPath(new URL("starved-assertions.ts", import.meta.url));

/** Few enough to be used up at once, and enough for Node. */
const LIMIT_FILES = 256;

/** Carries out assertions, at once, in a process that can open no file and no socket any more. */
export async function starved(
  asked: readonly (readonly [kind: string, options: object])[],
): Promise<readonly Shown[]> {
  const script = `ulimit -n ${String(LIMIT_FILES)} && exec "$@"`;
  const node = [process.execPath, PROGRAM, JSON.stringify(asked)];
  const { code, stdout, stderr } = await start("sh", ["-c", script, "sh", ...node]).finished;
  if (code !== 0) throw new Error(`ended with ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as readonly Shown[];
}
