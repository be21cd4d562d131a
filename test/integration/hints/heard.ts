import { expect } from "vitest";
import { targetOf, type TargetParts } from "../../../src/model/target.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { Hint, HintTarget } from "../../../src/ports/hints.ts";

/** What was heard. */
export interface Heard {
  readonly hints: readonly Hint[];
  readonly onHint: (hint: Hint) => void;
  /** Waits for a hint of a resource that comes after all that were waited for. */
  readonly next: (resource: string, reason?: RegExp) => Promise<Hint>;
}

/** Takes hints, and waits for them. */
export function heard(): Heard {
  const hints: Hint[] = [];
  let waiter: (() => void) | null = null;
  let seen = 0;
  return {
    hints,
    onHint: (hint) => {
      hints.push(hint);
      waiter?.();
    },
    next: async (resource, reason = /./u) => {
      for (;;) {
        while (seen < hints.length) {
          const hint = hints[seen];
          seen += 1;
          if (hint?.resource !== resource || !reason.test(hint.reason)) continue;
          // What was waited for has come: that is what is asserted.
          expect(hint.reason).toMatch(reason);
          return hint;
        }
        await new Promise<void>((resolve) => {
          waiter = resolve;
        });
      }
    },
  };
}

/** What hints are wanted for. */
export function wanted(
  resource: string,
  parts: TargetParts,
  physical: JsonObject | null = null,
): HintTarget {
  return { target: targetOf(resource, "any", parts), physical };
}
