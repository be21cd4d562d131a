import { assertions } from "../catalog/assertions.ts";
import { resources } from "../catalog/resources.ts";
import type { Kinds } from "../ports/kinds.ts";

/** The catalogue, each kind loaded when it is first asked for. */
export const catalogKinds: Kinds = {
  assertion: async (kind) => (isKey(assertions, kind) ? await assertions[kind]() : null),
  resource: async (kind) => (isKey(resources, kind) ? await resources[kind]() : null),
};

function isKey<T extends object>(of: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(of, key);
}
