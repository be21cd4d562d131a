import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { closest, quoted } from "../../model/wording.ts";

/** The file that says who a project is; it is committed with it. */
export const IDENTITY_FILE = "clockwork.yaml";

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u;
const KEYS = ["name", "id"] as const;
/** What is set there: `app/settings/` reads it. */
const SETTING_GROUPS = ["server", "log"] as const;
const ALL_KEYS: readonly string[] = [...KEYS, ...SETTING_GROUPS];

/** The file as we write it: comments, a name that YAML takes for nothing else, a UUID. */
const PLAIN =
  /^(?:#[\t -~]*\n)*name: (?![Tt]rue\n|TRUE\n|[Ff]alse\n|FALSE\n|[Nn]ull\n|NULL\n)(?<name>[A-Za-z][\w.-]{0,62})\nid: (?<id>[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\n$/u;

/** Who a project is, as far as its file says. */
export interface Identity {
  /** Its UUID: what it owns carries it. */
  readonly id: string | null;
  readonly name: string | null;
}

/**
 * Reads who a project is.
 *
 * @param text - The content of its `clockwork.yaml`.
 * @returns Null for what it does not say.
 * @throws {@link ConfigurationError} With everything that is wrong with it.
 */
export async function readIdentityText(text: string): Promise<Identity> {
  // Most are as we wrote them, and loading a reader of YAML takes 30 ms.
  const plain = PLAIN.exec(text)?.groups;
  if (plain !== undefined) return { id: plain["id"] ?? null, name: plain["name"] ?? null };
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const settings = { lineCounter: lines, prettyErrors: false };
  const { errors, contents } = yaml.parseDocument(text, settings);
  const [syntax] = errors;
  if (syntax !== undefined) {
    const message = `must be YAML: ${quoted(syntax.message)}`;
    throw identityProblem({ code: "yaml-syntax", message, ...at(syntax.pos[0]) });
  }
  if (contents === null || isNothing(contents)) return NOBODY;
  if (!yaml.isMap(contents)) {
    const message = "must hold name and id";
    throw identityProblem({ code: "not-an-object", message, ...at(contents.range[0]) });
  }
  return identityOf(
    contents.items.map(({ key, value }) => ({
      key: yaml.isScalar(key) ? key.value : key,
      value: yaml.isScalar(value) ? value.value : value,
      place: at(yaml.isScalar(key) ? key.range[0] : contents.range[0]),
    })),
  );
}

/**
 * Tells whether a text is as we write it: it says who a project is, and sets nothing.
 *
 * @param text - The content of a `clockwork.yaml`.
 * @returns False for whatever has to be parsed.
 */
export function isPlainIdentity(text: string): boolean {
  return PLAIN.test(text);
}

/**
 * Says what is wrong with a project's `clockwork.yaml`.
 *
 * @param problems - One for each.
 * @returns What to throw.
 */
export function identityProblem(...problems: readonly Problem[]): ConfigurationError {
  const nowhere = { line: null, column: null, property: null, hint: null };
  return new ConfigurationError(
    problems.map((problem) => ({ file: IDENTITY_FILE, ...nowhere, ...problem })),
  );
}

/**
 * Makes a name that a project may have.
 *
 * @param folder - What its folder is called, which may be anything.
 * @returns The name.
 */
export function nameFrom(folder: string): string {
  const plain = folder.replaceAll(/[^A-Za-z0-9._-]+/gu, "-").replace(/^[^A-Za-z0-9]+/u, "");
  return plain === "" ? "project" : plain.slice(0, 63);
}

type Place = Pick<Diagnostic, "line" | "column">;
type Problem = Pick<Diagnostic, "code" | "message"> & Partial<Diagnostic>;

interface Field {
  readonly key: unknown;
  readonly value: unknown;
  readonly place: Place;
}

const NOBODY: Identity = { id: null, name: null };

function identityOf(fields: readonly Field[]): Identity {
  const problems = fields.flatMap(({ key, value, place }) =>
    problemOf(key, value).map((problem) => ({ ...problem, ...place })),
  );
  if (problems.length > 0) throw identityProblem(...problems);
  const valueOf = (name: string): string | null => {
    const value = fields.find(({ key }) => key === name)?.value;
    return typeof value === "string" ? value : null;
  };
  return { id: valueOf("id"), name: valueOf("name") };
}

function problemOf(key: unknown, value: unknown): readonly Problem[] {
  if (key === "id") return idProblem(value);
  if (key === "name") return nameProblem(value);
  if (typeof key === "string" && isSettingGroup(key)) return [];
  const word = typeof key === "string" ? key : nameOfType(key);
  const near = closest(word, ALL_KEYS);
  const hint = near === null ? null : `did you mean ${near}?`;
  const message = `a field must be one of ${ALL_KEYS.join(", ")}: got ${quoted(word)}`;
  return [{ code: "field-unknown", message, hint }];
}

function idProblem(value: unknown): readonly Problem[] {
  if (typeof value === "string" && UUID.test(value)) return [];
  const message = `must be a UUID in lower case: got ${gotOf(value)}`;
  return [{ code: "field-type", property: "id", message, hint: "bring it back from its history" }];
}

function nameProblem(value: unknown): readonly Problem[] {
  if (typeof value === "string" && NAME.test(value)) return [];
  const message = `must be 1 to 63 letters, digits, dots, underscores or hyphens, beginning with a letter or digit: got ${gotOf(value)}`;
  return [{ code: "field-type", property: "name", message }];
}

function gotOf(value: unknown): string {
  return typeof value === "string" ? quoted(value) : nameOfType(value);
}

function isSettingGroup(key: string): boolean {
  return SETTING_GROUPS.some((group) => group === key);
}

// Comments, or `---`, and nothing else.
function isNothing(contents: object): boolean {
  return "value" in contents && contents.value === null;
}

function nameOfType(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return typeof value === "object" ? "something else" : `a ${typeof value}`;
}
