import { actions } from "../catalog/actions.ts";
import { assertions } from "../catalog/assertions.ts";
import { resources } from "../catalog/resources.ts";
import type { Kinds } from "../ports/kinds.ts";

/** The catalogue, each kind loaded when it is first asked for. */
export const catalogKinds: Kinds = {
  assertion: remembering(async (kind) =>
    isKey(assertions, kind) ? await assertions[kind]() : null,
  ),
  resource: remembering(async (kind) => (isKey(resources, kind) ? await resources[kind]() : null)),
  action: remembering(async (kind) => (isKey(actions, kind) ? await actions[kind]() : null)),
  resourceNames: Object.keys(resources),
};

// Asked for each of a thousand checks, even an import of what is loaded already takes its time.
function remembering<T>(find: (kind: string) => Promise<T | null>): typeof find {
  const known = new Map<string, T>();
  return async (kind) => {
    const found = known.get(kind) ?? (await find(kind));
    if (found !== null) known.set(kind, found);
    return found;
  };
}

function isKey<T extends object>(of: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(of, key);
}
