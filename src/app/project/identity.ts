import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { isRecord } from "../../model/json.ts";
import { closest, quoted } from "../../model/wording.ts";
import { writeFileWhole } from "../write-file.ts";

/** The file that says who a project is; it is committed with it. */
export const IDENTITY_FILE = "clockwork.yaml";

const LIMIT_BYTES = 64 * 1024;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u;
const KEYS = ["name", "id"] as const;

/** Who a project is, as far as its file says. */
export interface Identity {
  /** Its UUID: what it owns carries it. */
  readonly id: string | null;
  readonly name: string | null;
}

/**
 * Reads who a project is.
 *
 * @param root - The folder of the project.
 * @returns Null for what its `clockwork.yaml` does not say, or when there is none.
 * @throws {@link ConfigurationError} With everything that is wrong with it.
 */
export async function readIdentity(root: string): Promise<Identity> {
  const text = await read(root);
  return text === null ? { id: null, name: null } : await identityIn(text);
}

/**
 * Reads who a project is, and gives it a UUID if it has none. What is in the file already stays as it is.
 *
 * @param root - The folder of the project.
 * @param name - What to call it if it has no name.
 * @returns Who it is, and whether the file was written.
 * @throws {@link ConfigurationError} When the file is wrong.
 * @throws {@link OutputError} When it cannot be written.
 */
export async function ensureIdentity(
  root: string,
  name: string,
): Promise<{ readonly id: string; readonly name: string; readonly isNew: boolean }> {
  const text = await read(root);
  const known = text === null ? { id: null, name: null } : await identityIn(text);
  const own = known.name ?? nameFrom(name);
  if (known.id !== null) return { id: known.id, name: own, isNew: false };
  const id = randomUUID();
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text ?? "");
  if (known.name === null) document.set("name", own);
  document.set("id", id);
  const body = text === null ? `name: ${own}\nid: ${id}\n` : document.toString();
  const notice =
    "# Commit this file: by its id, Clockwork knows what it owns when .clockwork/ is lost.\n";
  await writeFileWhole(join(root, IDENTITY_FILE), text === null ? notice + body : body);
  return { id, name: own, isNew: true };
}

async function read(root: string): Promise<string | null> {
  try {
    const bytes = await readFile(join(root, IDENTITY_FILE));
    if (bytes.length <= LIMIT_BYTES) return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw wrong([problem({ code: "file-unreadable", message: reason })]);
  }
  const message = `must be at most ${String(LIMIT_BYTES)} bytes`;
  throw wrong([problem({ code: "file-too-large", message })]);
}

async function identityIn(text: string): Promise<Identity> {
  const yaml = await import("yaml");
  const { isMap, isScalar } = yaml;
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number): Pick<Diagnostic, "line" | "column"> => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const [message = "is no YAML"] = syntax.message.split("\n", 1);
    throw wrong([problem({ code: "yaml-syntax", message, ...at(syntax.pos[0]) })]);
  }
  const { contents } = document;
  if (contents === null) return { id: null, name: null };
  if (!isMap(contents)) {
    throw wrong([problem({ code: "not-an-object", message: "must hold name and id" })]);
  }
  const problems = contents.items.flatMap(({ key, value }): Diagnostic[] => {
    const name = isScalar(key) ? String(key.value) : "";
    const place = at(isScalar(key) ? key.range[0] : 0);
    const found = isScalar(value) ? value.value : value;
    return problemOf(name, found).map((wrongThing) => problem({ ...wrongThing, ...place }));
  });
  if (problems.length > 0) throw wrong(problems);
  const values: unknown = document.toJS();
  const valueOf = (key: string): string | null => {
    const value = isRecord(values) ? values[key] : null;
    return typeof value === "string" ? value : null;
  };
  return { id: valueOf("id"), name: valueOf("name") };
}

type Problem = Pick<Diagnostic, "code" | "message"> & Partial<Diagnostic>;

function problemOf(key: string, value: unknown): readonly Problem[] {
  if (key === "id") {
    if (typeof value === "string" && UUID.test(value)) return [];
    return [{ code: "field-type", property: key, message: "must be a UUID in lower case" }];
  }
  if (key === "name") {
    if (typeof value === "string" && NAME.test(value)) return [];
    const message =
      "must be 1 to 63 letters, digits, dots, underscores or hyphens, beginning with a letter or digit";
    return [{ code: "field-type", property: key, message }];
  }
  const near = closest(key, KEYS);
  return [
    {
      code: "field-unknown",
      message: `a field must be one of ${KEYS.join(", ")}: got ${quoted(key)}`,
      hint: near === null ? null : `did you mean ${near}?`,
    },
  ];
}

// A folder may be called anything.
function nameFrom(folder: string): string {
  const plain = folder.replaceAll(/[^A-Za-z0-9._-]+/gu, "-").replace(/^[^A-Za-z0-9]+/u, "");
  return plain === "" ? "project" : plain.slice(0, 63);
}

function problem(of: Problem): Diagnostic {
  return { file: IDENTITY_FILE, line: null, column: null, property: null, hint: null, ...of };
}

function wrong(problems: readonly Diagnostic[]): ConfigurationError {
  return new ConfigurationError(problems);
}
