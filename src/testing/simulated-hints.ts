import type { Hint, HintSource } from "../ports/hints.ts";

/** Hints in a simulated world, and those who give them. */
export interface SimulatedHints extends HintSource {
  /** Tells whoever watches; nobody may. */
  readonly give: (hint: Hint) => void;
}

/**
 * Makes hints that come when the simulation gives them.
 *
 * @returns Their source.
 */
export function simulatedHints(): SimulatedHints {
  const listeners = new Set<{ names: ReadonlySet<string>; onHint: (hint: Hint) => void }>();
  return {
    watch: (targets, onHint) => {
      const names = (of: typeof targets): ReadonlySet<string> =>
        new Set(of.map(({ target }) => target.resource));
      const listener = { names: names(targets), onHint };
      listeners.add(listener);
      return {
        update: (others) => {
          listener.names = names(others);
        },
        [Symbol.asyncDispose]: async () => {
          listeners.delete(listener);
        },
      };
    },
    give: (hint) => {
      for (const { names, onHint } of listeners) if (names.has(hint.resource)) onHint(hint);
    },
  };
}
