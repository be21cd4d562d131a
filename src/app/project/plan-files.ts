import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locations } from "../../engine/compile.ts";
import type { CheckPlan } from "../../model/check-plan.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { isRecord } from "../../model/json.ts";
import { writeFileWhole } from "../write-file.ts";

/** The folder of a project that is ours. */
export const STATE_FOLDER = ".clockwork";

/** What writing plans came to. */
export interface WrittenPlans {
  /** Resources whose plan is new or another one. */
  readonly written: readonly string[];
  /** Resources whose plan stands there already. */
  readonly unchanged: readonly string[];
  /** Resources that are no more, whose plan was removed. */
  readonly removed: readonly string[];
  /** One for each file that could not be written; the others were. */
  readonly problems: readonly Diagnostic[];
}

/** Where checks were declared, beside the plans: it changes with every line that is added above. */
const LOCATIONS_FILE = "locations.json";

const PLAN_FILE = /^assert_(.+)\.json$/u;

/**
 * Writes the plans of a project: one file for each resource, one with all of them, and where each check was declared.
 *
 * A plan whose definition is the one that was written before is not written again.
 *
 * @param root - The folder of the project.
 * @param plans - All plans of the project.
 * @param locations - Where their checks were declared.
 * @returns What was written, and what could not be.
 */
export async function writePlans(
  root: string,
  plans: readonly CheckPlan[],
  locations: Locations,
): Promise<WrittenPlans> {
  const folder = join(root, STATE_FOLDER, "plans");
  const outcome = { written: [] as string[], unchanged: [] as string[], removed: [] as string[] };
  const problems: Diagnostic[] = [];
  const attempt = async (file: string, task: () => Promise<unknown>): Promise<boolean> => {
    try {
      await task();
      return true;
    } catch (error) {
      problems.push(unwritable(join(STATE_FOLDER, "plans", file), error));
      return false;
    }
  };
  if (!(await attempt("", () => makeFolder(root, folder)))) return { ...outcome, problems };
  for (const plan of plans) {
    const file = planFile(plan.resource);
    await attempt(file, async () => {
      const isWritten = await writeIfOther(join(folder, file), plan);
      outcome[isWritten ? "written" : "unchanged"].push(plan.resource);
    });
  }
  for (const { file, resource } of await findOthers(folder, plans)) {
    await attempt(file, async () => {
      await rm(join(folder, file));
      outcome.removed.push(resource);
    });
  }
  await attempt("assert.json", () => writeIfOther(join(folder, "assert.json"), { plans }));
  await attempt(LOCATIONS_FILE, () => writeIfOther(join(folder, LOCATIONS_FILE), locations));
  return { ...outcome, problems };
}

/**
 * Names the file of a plan.
 *
 * @param resource - The resource.
 * @returns Such as `assert_redis.json`.
 */
export function planFile(resource: string): string {
  return `assert_${resource}.json`;
}

/**
 * Reads where the checks of a plan were declared, from the file beside it.
 *
 * @param folder - The folder of the plan.
 * @returns By resource and check; empty when it is not there or not ours.
 */
export async function readLocations(folder: string): Promise<Locations> {
  const content = await readJson(join(folder, LOCATIONS_FILE));
  return isLocations(content) ? content : {};
}

async function makeFolder(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // What we keep is not for version control, whether or not the project says so itself.
  await writeFile(join(root, STATE_FOLDER, ".gitignore"), "*\n", { flag: "wx" }).catch(() => null);
}

// Compares the whole text, so that a plan somebody has changed by hand is written anew.
async function writeIfOther(path: string, content: unknown): Promise<boolean> {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if ((await readFile(path, "utf8").catch(() => null)) === text) return false;
  await writeFileWhole(path, text);
  return true;
}

async function findOthers(
  folder: string,
  plans: readonly CheckPlan[],
): Promise<readonly { readonly file: string; readonly resource: string }[]> {
  const known = new Set(plans.map(({ resource }) => planFile(resource)));
  const files = await readdir(folder).catch(() => []);
  return files.flatMap((file) => {
    const resource = PLAN_FILE.exec(file)?.[1];
    return resource === undefined || known.has(file) ? [] : [{ file, resource }];
  });
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}

function isLocations(content: unknown): content is Locations {
  const isPlace = (value: unknown): boolean =>
    isRecord(value) &&
    typeof value["file"] === "string" &&
    typeof value["line"] === "number" &&
    typeof value["column"] === "number";
  return (
    isRecord(content) &&
    Object.values(content).every(
      (checks) => isRecord(checks) && Object.values(checks).every(isPlace),
    )
  );
}

function unwritable(file: string, error: unknown): Diagnostic {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  const place = { line: null, column: null, property: null, hint: null };
  return { code: "plan-unwritable", file, ...place, message: `could not be written: ${message}` };
}
