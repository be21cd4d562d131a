import { constants, open } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { findCycles } from "../../engine/dependencies.ts";
import { PLAN_FORMAT, type CheckPlan } from "../../model/check-plan.ts";
import type { Code } from "../../model/codes.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { canonicalJson, isRecord } from "../../model/json.ts";
import type { PlanSet } from "./open-project.ts";
import { readLocations, STATE_FOLDER } from "./plan-files.ts";
import { sha256 } from "./sha256.ts";

const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file of check plans, to be carried out by itself.
 *
 * @param path - One plan, such as `.clockwork/plans/assert_redis.json`, or `assert.json` with all of them.
 * @returns The plans, with the folder of their project.
 * @throws {@link ConfigurationError} When it cannot be read, or holds no plan that this version understands.
 */
export async function readPlanFile(path: string): Promise<PlanSet> {
  const content = parse(path, await read(path));
  const plans = isRecord(content) && "plans" in content ? content["plans"] : [content];
  if (!Array.isArray(plans)) throw invalid(path, "must hold a list of plans");
  const checked = plans.map((plan: unknown) => checkedPlan(path, plan));
  refuseUnrunnable(path, checked);
  const folder = dirname(resolve(path));
  return {
    name: checked[0]?.project ?? "project",
    root: rootOf(folder),
    plans: checked,
    locations: await readLocations(folder),
  };
}

// Relative paths in a plan are relative to its project; a plan that was copied elsewhere is on its own.
function rootOf(folder: string): string {
  const state = dirname(folder);
  return basename(state) === STATE_FOLDER ? dirname(state) : process.cwd();
}

async function read(path: string): Promise<string> {
  try {
    return await readText(path);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isMissing) throw failed("file-missing", path, "there is no such file");
    throw failed("file-unreadable", path, error instanceof Error ? error.message : String(error));
  }
}

async function readText(path: string): Promise<string> {
  // Who opens a pipe that nobody writes to waits for ever.
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = await file.stat();
  if (stats.isDirectory()) throw invalid(path, "is a folder: name a plan in it, or assert.json");
  if (!stats.isFile()) throw invalid(path, "is no file");
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of file.createReadStream({ autoClose: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    sizeBytes += chunk.length;
    if (sizeBytes > LIMIT_BYTES) throw invalid(path, "is too large for a plan");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failed("json-syntax", path, error instanceof Error ? error.message : String(error));
  }
}

function checkedPlan(path: string, plan: unknown): CheckPlan {
  if (!isRecord(plan)) throw invalid(path, "must hold an object");
  if (plan["format"] !== PLAN_FORMAT) {
    const format = String(PLAN_FORMAT);
    throw invalid(path, `must be of format ${format}; clockwork compile writes it anew`);
  }
  if (!isPlan(plan)) throw invalid(path, "is no check plan; clockwork compile writes it anew");
  const { hash, ...content } = plan;
  if (hash !== sha256(canonicalJson(content))) {
    throw invalid(path, "was changed since it was compiled; clockwork compile writes it anew");
  }
  return plan;
}

// Parameters are read by their kind when the check is carried out.
function isPlan(
  plan: Readonly<Record<string, unknown>>,
): plan is Readonly<Record<string, unknown>> & CheckPlan {
  const isCheck = (check: unknown): boolean =>
    isRecord(check) &&
    ["id", "kind", "name", "claim", "subject"].every((key) => typeof check[key] === "string") &&
    isRecord(check["parameters"]) &&
    isRecord(check["related"]) &&
    (check["severity"] === "fail" || check["severity"] === "warn") &&
    (check["description"] === null || typeof check["description"] === "string") &&
    Number.isFinite(check["timeoutSeconds"]) &&
    Number(check["timeoutSeconds"]) > 0;
  const isDependency = (entry: unknown): boolean =>
    isRecord(entry) && typeof entry["resource"] === "string";
  const { project, resource, kind, target, dependsOn, checks } = plan;
  return (
    [project, resource, kind].every((part) => typeof part === "string") &&
    isRecord(target) &&
    Array.isArray(dependsOn) &&
    dependsOn.every(isDependency) &&
    Array.isArray(checks) &&
    checks.every(isCheck)
  );
}

// Plans that wait for one another would wait for ever.
function refuseUnrunnable(path: string, plans: readonly CheckPlan[]): void {
  const graph = new Map(
    plans.map(({ resource, dependsOn }) => [resource, dependsOn.map((entry) => entry.resource)]),
  );
  if (plans.every(({ checks }) => checks.length === 0)) throw invalid(path, "holds no check");
  if (graph.size < plans.length) throw invalid(path, "holds two plans of one resource");
  const [cycle] = findCycles(graph);
  if (cycle === undefined) return;
  throw invalid(path, `holds plans that depend on one another in a circle: ${cycle.join(" → ")}`);
}

function invalid(path: string, message: string): ConfigurationError {
  return failed("plan-invalid", path, message);
}

function failed(code: Code, path: string, message: string): ConfigurationError {
  const place = { line: null, column: null, property: null, hint: null };
  return new ConfigurationError([{ code, file: path, ...place, message }]);
}
