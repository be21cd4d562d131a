import { link, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StateError } from "../../model/deploy-errors.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { OutputError } from "../../model/errors.ts";
import { writeFileWhole } from "../write-file.ts";
import { readIdentityFile } from "./identity-file.ts";
import { IDENTITY_FILE, nameFrom, readIdentityText, type Identity } from "./identity-text.ts";

const NOTICE =
  "# Commit this file: by its id, Clockwork knows what it owns when .clockwork/ is lost.\n";

/** Who a project is, for sure. */
export interface KnownIdentity {
  /** Its UUID: what it owns carries it. */
  readonly id: string;
  readonly name: string;
  /** True when the file was written. */
  readonly isNew: boolean;
}

/**
 * Reads who a project is.
 *
 * @param root - The folder of the project.
 * @returns Null for what its `clockwork.yaml` does not say, or when there is none.
 * @throws {@link ConfigurationError} With everything that is wrong with it.
 */
export async function readIdentity(root: string): Promise<Identity> {
  const text = await readIdentityFile(root);
  return text === null ? { id: null, name: null } : await readIdentityText(text);
}

/**
 * Reads who a project is, and gives it a UUID if it has none. What is in the file already stays as it is.
 *
 * @param root - The folder of the project.
 * @param name - What to call it if it has no name.
 * @returns Who it is, and whether the file was written.
 * @throws {@link ConfigurationError} When the file is wrong.
 * @throws {@link StateError} When it cannot be written.
 */
export async function ensureIdentity(root: string, name: string): Promise<KnownIdentity> {
  const text = await readIdentityFile(root);
  const known = text === null ? { id: null, name: null } : await readIdentityText(text);
  const own = known.name ?? nameFrom(name);
  if (known.id !== null) return { id: known.id, name: own, isNew: false };
  const id = globalThis.crypto.randomUUID();
  const added = { ...(known.name === null && { name: own }), id };
  const isWritten = text === null ? await writeNew(root, added) : await addTo(root, text, added);
  // Somebody else was quicker: theirs it is.
  return isWritten ? { id, name: own, isNew: true } : await ensureIdentity(root, name);
}

type Added = Readonly<Record<string, string>>;

// Never over what is there: a link fails where something stands.
async function writeNew(root: string, added: Added): Promise<boolean> {
  const path = join(root, IDENTITY_FILE);
  const temporary = `${path}.${globalThis.crypto.randomUUID()}.tmp`;
  try {
    await writeFile(temporary, NOTICE + (await withFields("", added)), { flush: true });
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw unwritable(path, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function addTo(root: string, text: string, added: Added): Promise<boolean> {
  const path = join(root, IDENTITY_FILE);
  const whole = await withFields(text, added);
  try {
    await writeFileWhole(path, whole);
    return true;
  } catch (error) {
    throw unwritable(path, error instanceof OutputError ? error.cause : error);
  }
}

async function withFields(text: string, added: Added): Promise<string> {
  const { parseDocument, stringify } = await import("yaml");
  const whole = `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${stringify(added)}`;
  if (await holds(whole, added)) return whole;
  // Only what is not a field on each line is written anew, as `{ name: shop }` is.
  const document = parseDocument(text);
  for (const [key, value] of Object.entries(added)) document.set(key, value);
  return document.toString({ lineWidth: 0 });
}

async function holds(text: string, added: Added): Promise<boolean> {
  try {
    const { id, name } = await readIdentityText(text);
    return id === added["id"] && (added["name"] === undefined || added["name"] === name);
  } catch (error) {
    if (error instanceof ConfigurationError) return false;
    throw error;
  }
}

function unwritable(path: string, error: unknown): StateError {
  const hint = "see who owns the folder, and whether there is room on its disk";
  return new StateError(`${path} cannot be written: ${messageOf(error)}`, { hint, cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
