import type { AssertionKind, Binding, CheckScope, Judgement } from "../../src/model/assertion.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { readOptions } from "../../src/model/options.ts";
import { targetOf, type TargetParts } from "../../src/model/target.ts";
import type { World } from "../../src/ports/world.ts";

/** Where an assertion of a test looks. */
export interface ProbeOptions {
  /** The parts of the world that it may use; any other one throws. */
  readonly world?: Partial<World>;
  /** What its resource is. */
  readonly target?: TargetParts;
  readonly siblings?: Binding["siblings"];
  readonly related?: CheckScope["related"];
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Carries out one assertion as the engine does, without its deadline: reads the options, binds, looks and judges. */
export async function probe(
  kind: AssertionKind<World>,
  options: object,
  { world = {}, target = {}, siblings = [], related = {}, ...scope }: ProbeOptions = {},
): Promise<Judgement> {
  const bound = bind(kind, options, { target, siblings, related });
  return await kind.check(bound, usedWorld(kind, worldOf(world)), {
    target: targetOf("resource", "host", target),
    related,
    signal: scope.signal ?? new AbortController().signal,
    timeoutMs: scope.timeoutMs ?? 5_000,
  });
}

/** Reads options and completes them from a target. */
export function bind(
  kind: AssertionKind<World>,
  options: object,
  {
    target = {},
    siblings = [],
    related = {},
  }: Pick<ProbeOptions, "target" | "siblings" | "related"> = {},
): JsonObject {
  const { values, problems } = readOptions(kind.fields, options);
  if (values === null) throw new Error(JSON.stringify(problems));
  return kind.bind(values, { target: targetOf("resource", "host", target), siblings, related });
}

// What a kind does not say that it uses would be loaded in the middle of a check.
function usedWorld(kind: AssertionKind<World>, world: World): World {
  const always: readonly string[] = ["clock", "secrets"];
  return new Proxy(world, {
    get: (parts, name) => {
      const isUsed = [...always, ...kind.uses].includes(String(name));
      if (isUsed) return Reflect.get(parts, name) as unknown;
      throw new Error(`${kind.name} does not say that it uses ${String(name)}`);
    },
  });
}

/** A world with some parts; asking for another one is an error of the test. */
export function worldOf(parts: Partial<World>): World {
  return new Proxy(parts, {
    get: (present, name) => {
      if (Reflect.has(present, name)) return Reflect.get(present, name) as unknown;
      throw new Error(`this world has no ${String(name)}`);
    },
  }) as World;
}
