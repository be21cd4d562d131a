import { StateError } from "../../model/deploy-errors.ts";
import type {
  DeployedResource,
  JournalStep,
  Version,
  VersionSummary,
} from "../../model/deployment.ts";
import { isRecord } from "../../model/json.ts";

type Keys = Readonly<Record<string, "string" | "number" | "object" | "list">>;

// Enough to tell a damaged document from one that we wrote: what is within was validated before it was written.
const RESOURCE: Keys = { spec: "object", marks: "object", createdAt: "number" };
const SPEC: Keys = { name: "string", kind: "string", parameters: "object", claims: "list" };
const STEP: Keys = { id: "number", resource: "string", action: "string", state: "string" };
const SUMMARY: Keys = { number: "number", purpose: "string", status: "string", changes: "list" };
const VERSION: Keys = { ...SUMMARY, resources: "list", results: "list", files: "object" };

/**
 * Reads the record of a resource.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The record.
 * @throws {@link StateError} When it is damaged.
 */
export function readResource(text: string, row: string): DeployedResource {
  const document = parse(text, row);
  const isWhole = (value: unknown): value is DeployedResource =>
    has(value, RESOURCE) && has(value["spec"], SPEC);
  if (isWhole(document)) return document;
  throw damaged(row);
}

/**
 * Reads a step of the journal.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The step.
 * @throws {@link StateError} When it is damaged.
 */
export function readStep(text: string, row: string): JournalStep {
  const document = parse(text, row);
  const isWhole = (value: unknown): value is JournalStep => has(value, STEP);
  if (isWhole(document)) return document;
  throw damaged(row);
}

/**
 * Reads a version.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The version.
 * @throws {@link StateError} When it is damaged.
 */
export function readVersion(text: string, row: string): Version {
  const document = parse(text, row);
  const isWhole = (value: unknown): value is Version => has(value, VERSION);
  if (isWhole(document)) return document;
  throw damaged(row);
}

/**
 * Reads what is listed of a version.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The summary.
 * @throws {@link StateError} When it is damaged.
 */
export function readSummary(text: string, row: string): VersionSummary {
  const document = parse(text, row);
  const isWhole = (value: unknown): value is VersionSummary => has(value, SUMMARY);
  if (isWhole(document)) return document;
  throw damaged(row);
}

function parse(text: string, row: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(row);
  }
}

function has(value: unknown, keys: Keys): value is Readonly<Record<string, unknown>> {
  return (
    isRecord(value) &&
    Object.entries(keys).every(([key, type]) => {
      const part = value[key];
      if (type === "list") return Array.isArray(part);
      return type === "object" ? isRecord(part) : typeof part === type;
    })
  );
}

function damaged(row: string): StateError {
  return new StateError(`the state is damaged: ${row} cannot be read`, {
    hint: "bring .clockwork/state.db back from a backup, or move it away and run clockwork import --all",
  });
}
