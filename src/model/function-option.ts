import { activeCollector, type DeclaredFunction } from "./collector.ts";
import type { FunctionReference } from "./function-reference.ts";
import { isRecord } from "./json.ts";
import { OptionType } from "./option-type.ts";
import { InvalidOption, shownValue } from "./options.ts";

const LABEL = "function";
const LIMIT_MODULE_CHARACTERS = 4_096;
const HASH = /^[\da-f]{64}$/u;

/**
 * A function of the project: it is handed to whoever loads the project, and is a reference from then on.
 *
 * @returns The type; its values name the function, so that another process finds it.
 */
export function functionOption<F extends DeclaredFunction>(): OptionType<
  F | FunctionReference,
  FunctionReference
> {
  return new OptionType<F | FunctionReference, FunctionReference>(LABEL, (value) => {
    if (isFunction(value)) return declared(value);
    const reference = isRecord(value) ? referenceOf(value) : null;
    if (reference !== null) return reference;
    throw new InvalidOption(`must be a ${LABEL}: got ${shownValue(value)}`, {
      hint: "write it in place, or name one that the file declares or imports",
    });
  });
}

function isFunction(value: unknown): value is DeclaredFunction {
  return typeof value === "function";
}

function declared(value: DeclaredFunction): FunctionReference {
  const collector = activeCollector();
  // How many there are in all is filled in when all are declared: it must stay the same object.
  if (collector !== null) return collector.addFunction(value);
  throw new InvalidOption("holds a function, which only the files of a project may declare", {
    hint: "declare it in main.ts and load that with openProject()",
  });
}

function referenceOf(value: Readonly<Record<string, unknown>>): FunctionReference | null {
  const { module, position, of, hash } = value;
  if (typeof module !== "string" || module === "" || module.length > LIMIT_MODULE_CHARACTERS) {
    return null;
  }
  if (!isCount(position) || !isCount(of) || position >= of) return null;
  if (typeof hash !== "string" || !HASH.test(hash)) return null;
  return { module, position, of, hash };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
