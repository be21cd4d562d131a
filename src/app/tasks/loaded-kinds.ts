import { actions } from "../../catalog/actions.ts";
import { assertions } from "../../catalog/assertions.ts";
import type { ActionKind } from "../../model/action.ts";
import type { AssertionKind } from "../../model/assertion.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { World } from "../../ports/world.ts";

/*
 * What is wrong with a configuration has to be said by a constructor, which can wait for nothing: so all kinds are loaded
 * before anybody can call one.
 */

/** Every kind of assertion, by its kind. */
export const assertionKinds: ReadonlyMap<string, AssertionKind<World>> = await loaded(
  Object.values(assertions),
);

/** Every kind of action, by its kind. */
export const actionKinds: ReadonlyMap<string, ActionKind<DeployWorld>> = await loaded(
  Object.values(actions),
);

async function loaded<T extends { readonly kind: string }>(
  loaders: readonly (() => Promise<T>)[],
): Promise<ReadonlyMap<string, T>> {
  const kinds = await Promise.all(loaders.map((load) => load()));
  return new Map(kinds.map((kind) => [kind.kind, kind]));
}
