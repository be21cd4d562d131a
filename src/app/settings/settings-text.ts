import type { Diagnostic } from "../../model/diagnostic.ts";
import { quoted } from "../../model/wording.ts";
import { identityProblem } from "../project/identity-text.ts";

/** A place in a file; both are counted from 1. */
export type Place = Pick<Diagnostic, "line" | "column">;

/** What a `clockwork.yaml` holds, and where. */
export interface SettingsText {
  /** Not read yet. */
  readonly value: unknown;
  /** Where a value is that keys lead to, or the nearest above it. */
  readonly placeOf: (path: readonly (string | number)[]) => Place;
}

/**
 * Parses the text of a `clockwork.yaml`.
 *
 * @param text - The text.
 * @returns What it holds; null for nothing.
 * @throws {@link ConfigurationError} When it is not YAML, or stands for more than anybody would write.
 */
export async function parseSettingsText(text: string): Promise<SettingsText> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Whatever is odd is told as what it is, not as a warning of the process.
    logLevel: "error",
  });
  const errors = document.errors.slice(0, LIMIT_ERRORS).map((error) => ({
    code: "yaml-syntax" as const,
    message: `must be YAML: ${quoted(error.message)}`,
    ...at(error.pos[0]),
  }));
  if (errors.length > 0) throw identityProblem(...errors);
  const keyOf = ({ key }: { readonly key: unknown }): unknown =>
    yaml.isScalar(key) ? key.value : null;
  const placeOf: SettingsText["placeOf"] = (path) => {
    let node: unknown = document.contents;
    let offset = offsetOf(node);
    for (const key of path) {
      const next = yaml.isMap(node)
        ? (node.items.find((item) => keyOf(item) === key) ??
          node.items.find((item) => isSameKey(keyOf(item), key)))
        : yaml.isSeq(node)
          ? node.items[Number(key)]
          : undefined;
      if (next === undefined) break;
      // What is wrong with a value is looked for at its key.
      offset = offsetOf(yaml.isPair(next) ? next.key : next) ?? offset;
      node = yaml.isPair(next) ? next.value : next;
    }
    return offset === null ? { line: null, column: null } : at(offset);
  };
  return { value: valueOf(() => document.toJS({ maxAliasCount: LIMIT_ALIASES })), placeOf };
}

const LIMIT_ERRORS = 20;
/** An alias of aliases may stand for more than any memory holds. */
const LIMIT_ALIASES = 100;

function valueOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    const message = `must be YAML that can be read: ${quoted(String(error))}`;
    throw identityProblem({ code: "yaml-syntax", message });
  }
}

// What is named in camel case may be written in snake case.
function isSameKey(written: unknown, key: string | number): boolean {
  return typeof written === "string" && written.replaceAll(/_(.)/gu, upper) === key;
}

function upper(_: string, letter: string): string {
  return letter.toUpperCase();
}

function offsetOf(node: unknown): number | null {
  if (typeof node !== "object" || node === null || !("range" in node)) return null;
  const [start] = Array.isArray(node.range) ? (node.range as readonly unknown[]) : [];
  return typeof start === "number" ? start : null;
}
