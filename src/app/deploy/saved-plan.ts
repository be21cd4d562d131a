import { open } from "node:fs/promises";
import type { DeployPlan } from "../../model/deployment.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { isRecord } from "../../model/json.ts";
import { OutputError } from "../../model/errors.ts";
import { sha256 } from "../project/sha256.ts";
import { contentsOf, rememberContents } from "./plan-contents.ts";

const LIMIT_BYTES = 512 * 1024 * 1024;
const FORMAT = "clockwork-plan-1";

/**
 * Writes a plan to a file, with all that it refers to. Whoever can write that file decides what is deployed.
 *
 * @param path - Where to; a file that is there is replaced.
 * @param plan - The plan.
 * @throws {@link OutputError} When it cannot be written.
 */
export async function savePlan(path: string, plan: DeployPlan): Promise<void> {
  try {
    await using file = await open(path, "w", 0o600);
    await file.writeFile(textOfPlan(plan));
    await file.sync();
  } catch (error) {
    throw new OutputError(path, error);
  }
}

/**
 * Reads a plan that was saved.
 *
 * @param path - Where it is.
 * @returns The plan.
 * @throws {@link ConfigurationError} When it is none, was changed since, or cannot be read.
 */
export async function readSavedPlan(path: string): Promise<DeployPlan> {
  return planOfText(path, await read(path));
}

/**
 * Writes a plan as text, with all that it refers to.
 *
 * @param plan - The plan.
 * @returns What {@link planOfText} reads.
 */
export function textOfPlan(plan: DeployPlan): string {
  const contents = Object.fromEntries(
    [...contentsOf(plan)].map(([hash, bytes]) => [hash, Buffer.from(bytes).toString("base64")]),
  );
  const body = JSON.stringify({ plan, contents });
  return `${JSON.stringify({ format: FORMAT, hash: sha256(body) })}\n${body}\n`;
}

/**
 * Reads a plan from text.
 *
 * @param path - Where it came from, for people.
 * @param text - The text.
 * @returns The plan.
 * @throws {@link ConfigurationError} When it is none, or was changed since.
 */
export function planOfText(path: string, text: string): DeployPlan {
  const end = text.indexOf("\n");
  const head: unknown = parse(path, text.slice(0, Math.max(end, 0)));
  const body = text.slice(end + 1).trimEnd();
  if (!isRecord(head) || head["format"] !== FORMAT) throw invalid(path, "is no saved plan");
  if (head["hash"] !== sha256(body)) throw invalid(path, "was changed since it was saved");
  const saved: unknown = parse(path, body);
  if (!isSaved(saved)) throw invalid(path, "is no saved plan");
  const contents = Object.entries(saved.contents).map(
    ([hash, base64]) => [hash, Buffer.from(base64, "base64")] as const,
  );
  rememberContents(saved.plan, new Map(contents));
  return saved.plan;
}

async function read(path: string): Promise<string> {
  try {
    await using file = await open(path, "r");
    const stats = await file.stat();
    if (!stats.isFile()) throw invalid(path, "is no file");
    if (stats.size > LIMIT_BYTES) throw invalid(path, "is too large for a plan");
    return await file.readFile("utf8");
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = error instanceof Error ? error.message : String(error);
    throw isMissing
      ? problem("file-missing", path, "there is no such file")
      : problem("file-unreadable", path, reason);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(path, "is no saved plan");
  }
}

interface Saved {
  readonly plan: DeployPlan;
  readonly contents: Readonly<Record<string, string>>;
}

// Its hash says that we have written it: it is enough to know that this version understands it.
function isSaved(value: unknown): value is Saved {
  if (!isRecord(value)) return false;
  const { plan, contents } = value;
  return (
    isRecord(plan) &&
    plan["format"] === 1 &&
    Array.isArray(plan["changes"]) &&
    isRecord(contents) &&
    Object.values(contents).every((content) => typeof content === "string")
  );
}

function invalid(path: string, message: string): ConfigurationError {
  return problem("plan-invalid", path, `${message}; make one with clockwork plan --out`);
}

function problem(
  code: "plan-invalid" | "file-missing" | "file-unreadable",
  path: string,
  message: string,
): ConfigurationError {
  const place = { line: null, column: null, property: null, hint: null };
  return new ConfigurationError([{ code, file: path, ...place, message }]);
}
