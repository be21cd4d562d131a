import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { isPlainObject, isRecord, type Json } from "../../model/json.ts";
import { shownKey, shownValue } from "../../model/options.ts";
import { relativePath } from "../project/call-site.ts";
import { printed, say } from "../project/loader.ts";
import { installModuleHooks } from "../project/module-hooks.ts";

/** What a module of tasks exports. */
const EXPORT = "monitoredTasks";

/** With this, Node ends when a top-level `await` can never be settled. */
const UNSETTLED_AWAIT = 13;
const LIMIT_DEPTH = 50;

/**
 * Loads a module of tasks in this process, for nobody else must run what a person wrote: says once what it exports, and ends the
 * process.
 *
 * @param main - The absolute path of the module.
 */
export async function writeTaskModule(main: string): Promise<void> {
  const root = dirname(main);
  const file = relativePath(root, main);
  const files = new Set<string>([main]);
  let isDone = false;
  installModuleHooks((path) => files.add(path));
  process.on("exit", (exitCode) => {
    if (!isDone && exitCode !== UNSETTLED_AWAIT) say({ state: "exited", exitCode, at: null });
  });
  const { promise: thrown, reject } = Promise.withResolvers<never>();
  process.on("uncaughtException", reject);
  const problems: Diagnostic[] = [];
  let tasks: readonly Json[] | null = null;
  try {
    const module: unknown = await Promise.race([import(pathToFileURL(main).href), thrown]);
    tasks = exported(module, file, problems);
  } catch (error) {
    const { describeLoadFailure } = await import("../project/load-failure.ts");
    problems.push(await describeLoadFailure(error, main, { root, files }));
  }
  await printed();
  isDone = true;
  say({ state: "tasks", tasks: problems.length === 0 ? tasks : null, problems });
  process.exit();
}

function exported(module: unknown, file: string, problems: Diagnostic[]): readonly Json[] | null {
  const value = isRecord(module) ? module[EXPORT] : undefined;
  const add: Add = (property, message, hint) => {
    const place = { file, line: null, column: null };
    problems.push({ ...place, code: "option-invalid", property, message, hint });
  };
  if (!Array.isArray(value)) {
    const hint = `write: export const ${EXPORT} = [ { … } ];`;
    add(EXPORT, `a list of tasks must be exported: got ${shownValue(value)}`, hint);
    return null;
  }
  return value.map((task: unknown, index) => dataOf(task, `${EXPORT}[${String(index)}]`, { add }));
}

type Add = (property: string, message: string, hint: string | null) => void;

// Whoever watches for months must not run what a person wrote: only data comes through.
function dataOf(value: unknown, path: string, at: Visit): Json {
  if (isPlain(value)) return value;
  if (value instanceof URL) return value.href;
  const { add, above = [] } = at;
  const within = { add, above: [...above, value] };
  if (above.includes(value) || above.length > LIMIT_DEPTH) {
    add(path, "must be data: it is nested too deep, or holds itself", null);
  } else if (Array.isArray(value)) {
    return value.map((item: unknown, index) => dataOf(item, `${path}[${String(index)}]`, within));
  } else if (isPlainObject(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, dataOf(item, `${path}${shownKey(key)}`, within)]),
    );
  } else add(path, `must be data: got ${shownValue(value)}`, hintFor(value));
  return null;
}

interface Visit {
  readonly add: Add;
  /** The lists and objects that it is in. */
  readonly above?: readonly unknown[];
}

function isPlain(value: unknown): value is string | number | boolean | null {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

function hintFor(value: unknown): string | null {
  if (typeof value !== "function") return null;
  return "functions of your own are for a HealthMonitor of clockwork/monitor in a program of yours; a file of tasks names built-in ones";
}
