import type { ServiceConfig } from "../../model/service.ts";
import { parseJson, type JsonNode } from "./json-source.ts";
import { JsonSyntaxError } from "./json-syntax.ts";
import { Problems } from "./problems.ts";
import { EXAMPLE_SERVICE, ServiceReader } from "./service-entries.ts";
import { shown } from "./service-fields.ts";
import { readTextFile, withoutMark } from "./text-file.ts";

const EXAMPLE = `[${EXAMPLE_SERVICE}]`;

/** What reading a services file needs besides its path. */
export interface ReadServicesOptions {
  /** Read when the path is `-`. */
  readonly stdin: AsyncIterable<Uint8Array | string>;
  /** Ends the reading of standard input or a pipe. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a services file of at most 10 MiB.
 *
 * @param path - The file, or `-` for standard input.
 * @param options - Standard input, read only when it is asked for, and what ends the reading.
 * @returns The services in the order of the file, with defaults filled in; timeouts in seconds.
 * @throws {@link ConfigurationError} With all problems of the file, or why it cannot be read.
 * @throws The reason of the signal.
 */
export async function readServices(
  path: string,
  options: ReadServicesOptions,
): Promise<readonly ServiceConfig[]> {
  const { stdin, signal } = options;
  const text = await readTextFile(path, { stdin, signal, example: EXAMPLE });
  return parseServices(text, path);
}

/**
 * Parses the text of a services file: a JSON list of `{ "name", "url", "expected_status", "timeout" }`.
 *
 * @param text - The text; a byte order mark in front of it does not count.
 * @param file - The file as the person named it, for the diagnostics.
 * @returns The services in the order of the text, with defaults filled in; timeouts in seconds.
 * @throws {@link ConfigurationError} With the problems of the text in its order: the first 100, and how many more.
 */
export function parseServices(text: string, file: string): readonly ServiceConfig[] {
  const source = withoutMark(text);
  const problems = new Problems(source, file);
  if (source.trim() === "") {
    const message = "a list of services is needed: got an empty file";
    throw problems.only(null, { code: "file-empty", message, hint: `for example: ${EXAMPLE}` });
  }
  const reader = new ServiceReader(problems);
  const root = parsed(source, problems, reader);
  if (root !== null) {
    const message = `a list of services is needed: got ${shown(root)}`;
    throw problems.only(root.offset, { code: "not-a-list", message, hint: listHint(root) });
  }
  problems.throwIfAny();
  return reader.services;
}

function parsed(source: string, problems: Problems, reader: ServiceReader): JsonNode | null {
  try {
    return parseJson(source, (entry, index) => {
      reader.read(entry, index);
    });
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { offset, message, hint } = error;
    throw problems.only(offset, { code: "json-syntax", message, hint });
  }
}

function listHint(root: JsonNode): string {
  const members = root.kind === "object" ? root.members : [];
  const inner = members.find(({ key, value }) => key === "services" && value.kind === "list");
  if (inner !== undefined) return "leave only the list that `services` holds";
  const isService = members.some(({ key }) => key === "name" || key === "url");
  return isService ? "put square brackets around it: [ { … } ]" : `for example: ${EXAMPLE}`;
}
