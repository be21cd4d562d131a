import type {
  DeployedResource,
  JournalStep,
  Version,
  VersionSummary,
} from "../../model/deployment.ts";
import { isRecord } from "../../model/json.ts";
import { readMarks } from "../../model/marks.ts";
import {
  isCount,
  isFlag,
  isNumber,
  isText,
  listOf,
  oneOf,
  orNull,
  readDocument,
  shape,
  type Check,
} from "./document-checks.ts";

/**
 * Reads the record of a resource.
 *
 * @param text - The document.
 * @param row - Where it stands, for the message.
 * @returns The record.
 * @throws {@link StateError} When it is damaged.
 */
export function readResource(text: string, row: string): DeployedResource {
  const isWhole = (value: unknown): value is DeployedResource => isResource(value);
  return readDocument(text, row, isWhole);
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
  const isWhole = (value: unknown): value is JournalStep => isStep(value);
  return readDocument(text, row, isWhole);
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
  const isWhole = (value: unknown): value is Version => isSummary(value) && isRest(value);
  return readDocument(text, row, isWhole);
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
  const isWhole = (value: unknown): value is VersionSummary => isSummary(value);
  return readDocument(text, row, isWhole);
}

// Enough for whoever reads it not to stumble; what is within the options was validated before it was written.
const isMarks: Check = (value) => isRecord(value) && readMarks(value) !== null;

const isSpecification = shape({
  name: isText,
  kind: isText,
  parameters: isRecord,
  resolved: isRecord,
  policy: isRecord,
  assertions: listOf(shape({ kind: isText, parameters: isRecord })),
  dependsOn: listOf(shape({ resource: isText, condition: isText })),
  claims: listOf(isText),
  specHash: isText,
});

const isResource = shape({
  spec: isSpecification,
  marks: isMarks,
  physical: orNull(isRecord),
  isAdopted: isFlag,
  createdAt: isNumber,
  updatedAt: isNumber,
  destroyAt: orNull(isNumber),
});

const isAction = oneOf(["create", "update", "replace", "delete", "import"]);

const isStep = shape({
  id: isCount,
  run: isCount,
  version: isCount,
  resource: isText,
  action: isAction,
  state: oneOf(["intent", "switched", "done", "failed", "undone", "abandoned"]),
  wanted: orNull(isSpecification),
  marks: orNull(isMarks),
  recorded: orNull(isResource),
  captured: orNull(isRecord),
  startedAt: isNumber,
  endedAt: orNull(isNumber),
  problem: orNull(isText),
});

const isField = shape({ field: isText });

const isSummary = shape({
  number: isCount,
  purpose: oneOf(["apply", "rollback", "destroy", "import"]),
  status: oneOf(["applying", "deployed", "failed", "rolled-back", "interrupted"]),
  hash: isText,
  changes: listOf(
    shape({
      resource: isText,
      kind: isText,
      action: isText,
      reason: isText,
      fields: listOf(isField),
    }),
  ),
  startedAt: isNumber,
  endedAt: orNull(isNumber),
  by: isText,
  of: orNull(isCount),
});

const isResult = shape({
  resource: isText,
  action: isAction,
  outcome: oneOf(["done", "failed", "undone", "skipped", "aborted"]),
  durationMs: isNumber,
  problems: listOf(isText),
  verdicts: listOf(shape({ name: isText, claim: isText, verdict: isText })),
});

const isRest = shape({
  resources: listOf(isSpecification),
  results: listOf(isResult),
  files: (value) => isRecord(value) && Object.values(value).every(isText),
});
