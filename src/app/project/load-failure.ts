import type { Code } from "../../model/codes.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { shownValue } from "../../model/options.ts";
import { singleLine } from "../../model/text.ts";
import { relativePath } from "./call-site.ts";
import { placeOfFailure, type FailurePlace } from "./failure-place.ts";

const LIMIT_CHARACTERS = 2_000;

const DECORATOR_HINT = "Node runs no decorators: use a wrapper, such as retry(…)(fn)";

/**
 * Turns what went wrong while a project was loaded into a problem with its own line.
 *
 * @param error - What was thrown.
 * @param main - The absolute path of the file that was loaded.
 * @param context - The folder that places are relative to, and the files that were loaded.
 * @returns The problem.
 */
export async function describeLoadFailure(
  error: unknown,
  main: string,
  { root, files }: { readonly root: string; readonly files: ReadonlySet<string> },
): Promise<Diagnostic> {
  const found = await orElse(() => placeOfFailure(error, files), null);
  const place = found ?? nowhere(main);
  const { code, message, hint } = await orElse(() => explain(error, place), UNSHOWABLE);
  return {
    code,
    file: relativePath(root, place.path),
    line: place.line,
    column: place.column,
    property: null,
    message: singleLine(message.slice(0, LIMIT_CHARACTERS)),
    hint,
  };
}

interface Explanation {
  readonly code: Code;
  readonly message: string;
  readonly hint: string | null;
}

const UNSHOWABLE: Explanation = {
  code: "project-threw",
  message: "threw something that cannot be shown",
  hint: null,
};

function nowhere(main: string): FailurePlace {
  return { path: main, line: null, column: null, text: "", isThrown: false };
}

// What a project throws may throw again at every look at it.
async function orElse<T>(task: () => T | Promise<T>, otherwise: T): Promise<T> {
  try {
    return await task();
  } catch {
    return otherwise;
  }
}

function explain(error: unknown, place: FailurePlace): Explanation {
  if (!(error instanceof Error)) {
    return { code: "project-threw", message: `threw ${shownValue(error)}`, hint: null };
  }
  const nodeCode = "code" in error && typeof error.code === "string" ? error.code : "";
  if (nodeCode === "ERR_IMPORT_ATTRIBUTE_MISSING") return withoutAttribute(error);
  if (NOT_FOUND.has(nodeCode)) return notFound(error);
  if (error instanceof SyntaxError && !place.isThrown) return explainSyntax(error, nodeCode, place);
  const message = `threw ${error.name}: ${error.message}`;
  return { code: "project-threw", message, hint: null };
}

const NOT_FOUND: ReadonlySet<string> = new Set([
  "ERR_MODULE_NOT_FOUND",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "ERR_UNSUPPORTED_DIR_IMPORT",
]);

function withoutAttribute({ message }: Error): Explanation {
  return { code: "project-import", message, hint: 'write with { type: "json" } after its name' };
}

function notFound({ message }: Error): Explanation {
  const isOurs = message.includes("there are clockwork");
  return {
    code: "project-import",
    message: message.replace(/ imported from .*/su, ""),
    hint: isOurs ? null : "is it installed, and does the import of a file of your own end in .ts?",
  };
}

function explainSyntax({ message }: Error, nodeCode: string, { text }: FailurePlace): Explanation {
  if (nodeCode === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
    const what = `uses TypeScript that cannot be erased: ${message}`;
    return { code: "project-syntax", message: what, hint: hintForSyntax(message) };
  }
  if (message.includes("does not provide an export named")) {
    return { code: "project-import", message, hint: null };
  }
  return { code: "project-syntax", message, hint: hintForLine(message, text) };
}

function hintForSyntax(message: string): string {
  if (/enum/iu.test(message)) return "use an object with `as const` and a union of its values";
  if (/parameter propert/iu.test(message)) return "declare the property and assign to it";
  if (/namespace|module/iu.test(message)) return "use a module of its own";
  return "Node erases types and changes nothing else: write what remains as JavaScript";
}

function hintForLine(message: string, text: string): string | null {
  if (/(?:^|[\s(])@[\w$]/u.test(text)) return DECORATOR_HINT;
  const isCommonJs = message.includes("outside a module") || message.includes("token 'export'");
  return isCommonJs ? 'name the file .mts or .mjs, or set "type": "module" in package.json' : null;
}
