import { believe, initialState } from "../../src/engine/watch/believe.ts";
import type { Subject } from "../../src/engine/watch/subject.ts";
import type { Look, WatchState } from "../../src/model/watch-state.ts";
import { failing, look, policy, subject } from "./watch-lab.ts";

/** What is believed of a resource after looks, one after the other: true for one that passed. */
export function believed(
  name: string,
  passes: readonly boolean[],
): readonly { readonly entry: { state: WatchState; subject: Subject }; readonly look: Look }[] {
  const watched = subject({ name, look: () => Promise.resolve(look()) });
  let state = initialState(name, "1");
  return passes.map((isPass) => {
    const seen = isPass ? look({ durationMs: 12.4 }) : failing({ durationMs: 12.4 });
    state = believe(state, seen, policy());
    return { entry: { state, subject: watched }, look: seen };
  });
}
