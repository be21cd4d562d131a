import { setImmediate as nextTurn } from "node:timers/promises";
import { uniqueLabel } from "../../model/unique-label.ts";
import type { Handling } from "../handler.ts";
import { familyHead, type Family } from "./family.ts";
import { labelsText } from "./labels.ts";
import { processMetrics } from "./process-metrics.ts";
import { PROJECT_FAMILIES, type ProjectRow } from "./project-families.ts";
import { projectRow } from "./project-row.ts";
import { RESOURCE_FAMILIES } from "./resource-families.ts";

/** So many characters are written at once, within a millisecond or two; then others have their turn. */
const SLICE_CHARACTERS = 128 * 1024;

/**
 * Gathers all metrics, to be written in slices: 10,000 resources hold up nobody.
 *
 * @param handling - What is served.
 * @returns The text format of Prometheus, version 0.0.4, in pieces.
 * @throws {@link StateError} When the state of a project cannot be read: what is missing would look like something that is gone.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export async function metricsText(handling: Handling): Promise<AsyncGenerator<string>> {
  const { version, nodeVersion, projects } = handling.served;
  const taken = new Set<string>();
  const rows: ProjectRow[] = [];
  for (const served of projects()) {
    rows.push(await projectRow(served, uniqueLabel(served.name, taken), handling));
  }
  const build = labelsText({ version, node_version: nodeVersion });
  return inSlices(rows, `${BUILD_HEAD}clockwork_build_info{${build}} 1\n`);
}

const BUILD_HEAD = familyHead({
  name: "clockwork_build_info",
  type: "gauge",
  help: "Always 1; its labels tell what runs.",
});

async function* inSlices(rows: readonly ProjectRow[], first: string): AsyncGenerator<string> {
  yield first;
  for (const piece of piecesOf(rows)) {
    yield piece;
    await nextTurn();
  }
  yield await processMetrics();
}

function* piecesOf(rows: readonly ProjectRow[]): Generator<string> {
  for (const family of PROJECT_FAMILIES) yield* familyPieces(family, rows);
  const resources = rows.map((row) => row.resources);
  for (const family of RESOURCE_FAMILIES) yield* familyPieces(family, flat(resources));
}

// A family without samples is left out.
function* familyPieces<Of>(family: Family<Of>, all: Iterable<Of>): Generator<string> {
  let text = "";
  let hasHead = false;
  for (const each of all) {
    text += family.lines(each);
    if (text.length < SLICE_CHARACTERS) continue;
    yield hasHead ? text : familyHead(family) + text;
    hasHead = true;
    text = "";
  }
  if (text !== "") yield hasHead ? text : familyHead(family) + text;
}

function* flat<T>(lists: readonly (readonly T[])[]): Generator<T> {
  for (const list of lists) yield* list;
}
