import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { quoted } from "../../model/wording.ts";
import { parseJson, positionsIn, type JsonNode } from "../services/json-source.ts";
import { JsonSyntaxError } from "../services/json-syntax.ts";
import { withoutMark } from "../services/text-file.ts";

/** A place in a file; both are counted from 1. */
export type Place = Pick<Diagnostic, "line" | "column">;

/** The entries of a list in a file, and where they are. */
export interface TaskSource {
  /** Null when the file holds no list. */
  readonly entries: readonly unknown[] | null;
  /** Where a value is that keys lead to, or the nearest above it. */
  readonly placeOf: (index: number, keys: readonly string[]) => Place;
}

const EXAMPLE =
  '[{"name": "ApiHealth", "process_name": "api", "check_type": "http_get", "check_config": {"url": "http://127.0.0.1:8001/health"}, "action_on_failure": "restart_supervisor_program"}]';
const NOWHERE: Place = { line: null, column: null };

/**
 * Parses a list of tasks, written as JSON or YAML.
 *
 * @param text - The text; a byte order mark in front of it does not count.
 * @param file - The file as the person named it: what its name ends with tells which of the two it is.
 * @returns The entries, not read yet.
 * @throws {@link ConfigurationError} When the text is neither, or is empty.
 */
export async function parseTaskSource(text: string, file: string): Promise<TaskSource> {
  const source = withoutMark(text);
  if (source.trim() === "") {
    const message = "a list of tasks is needed: got an empty file";
    throw problem(file, { code: "file-empty", message, hint: `for example: ${EXAMPLE}` });
  }
  return file.endsWith(".json") ? parseJsonTasks(source, file) : await parseYamlTasks(source, file);
}

/**
 * Says that a file holds no list.
 *
 * @param file - The file as the person named it.
 * @returns What to throw.
 */
export function noList(file: string): ConfigurationError {
  const message = "a list of tasks is needed: got something else";
  return problem(file, { code: "not-a-list", message, hint: `for example: ${EXAMPLE}` });
}

function parseJsonTasks(source: string, file: string): TaskSource {
  const positionOf = positionsIn(source);
  const nodes: JsonNode[] = [];
  try {
    const root = parseJson(source, (node) => {
      nodes.push(node);
    });
    if (root !== null) return { entries: null, placeOf: () => NOWHERE };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { offset, message, hint } = error;
    throw problem(file, { code: "json-syntax", message, hint, ...positionOf(offset) });
  }
  const repeated = nodes.flatMap(repeatedIn).map(({ key, offset }): Found => ({
    code: "field-repeated",
    property: key,
    message: "stands twice in one object",
    hint: "leave one of them out",
    ...positionOf(offset),
  }));
  if (repeated.length > 0) throw problem(file, ...repeated);
  return {
    entries: nodes.map(valueOf),
    placeOf: (index, keys) => {
      const node = nodes[index];
      return node === undefined ? NOWHERE : positionOf(offsetOf(node, keys));
    },
  };
}

function valueOf(node: JsonNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(valueOf);
  return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value)]));
}

function offsetOf(node: JsonNode, [key, ...rest]: readonly string[]): number {
  const members = node.kind === "object" ? node.members : [];
  const member = members.find((candidate) => candidate.key === key);
  if (member === undefined) return node.offset;
  return rest.length === 0 || member.value.kind === "scalar"
    ? member.offset
    : offsetOf(member.value, rest);
}

function repeatedIn(node: JsonNode): readonly { readonly key: string; readonly offset: number }[] {
  if (node.kind === "scalar") return [];
  if (node.kind === "list") return node.items.flatMap(repeatedIn);
  const seen = new Set<string>();
  return node.members.flatMap(({ key, offset, value }) => {
    const isSecond = seen.has(key);
    seen.add(key);
    return [...(isSecond ? [{ key, offset }] : []), ...repeatedIn(value)];
  });
}

async function parseYamlTasks(source: string, file: string): Promise<TaskSource> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const document = yaml.parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const { errors } = document;
  if (errors.length > 0) {
    throw problem(
      file,
      ...errors.slice(0, LIMIT_ERRORS).map((error): Found => ({
        code: "yaml-syntax",
        message: `must be YAML: ${quoted(error.message)}`,
        ...at(error.pos[0]),
      })),
    );
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // An alias of aliases may stand for more than any memory holds.
    const message = `must be YAML that can be read: ${quoted(String(error))}`;
    throw problem(file, { code: "yaml-syntax", message });
  }
  if (!Array.isArray(value)) return { entries: null, placeOf: () => NOWHERE };
  const placeOf = (index: number, keys: readonly string[]): Place => {
    for (let length = keys.length; length >= 0; length -= 1) {
      const node = document.getIn([index, ...keys.slice(0, length)], true);
      const range = yaml.isNode(node) ? (node.range ?? null) : null;
      if (range !== null) return at(range[0]);
    }
    return NOWHERE;
  };
  return { entries: value, placeOf };
}

const LIMIT_ERRORS = 20;

type Found = Pick<Diagnostic, "code" | "message"> & Partial<Diagnostic>;

function problem(file: string, ...found: readonly Found[]): ConfigurationError {
  const nowhere = { file, line: null, column: null, property: null, hint: null };
  return new ConfigurationError(found.map((each) => ({ ...nowhere, ...each })));
}
