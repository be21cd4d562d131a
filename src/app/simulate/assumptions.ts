import type { AssertionKind, CheckScope, Judgement } from "../../model/assertion.ts";
import { canonicalJson, type JsonObject } from "../../model/json.ts";
import type { ResourceKind } from "../../model/resource.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { Kinds } from "../../ports/kinds.ts";
import type { World } from "../../ports/world.ts";
import type { SimulatedWorld } from "../../testing/world/simulated-world.ts";

/** Kinds of resources whose own lifecycle works in a simulated world; of all others it is known only whether they work. */
const SIMULATED: ReadonlySet<string> = new Set([
  "apple-container",
  "directory",
  "docker",
  "file",
  "process",
  "template-file",
]);

/** What the simulation cannot know, and takes to be so. */
export interface Assumption {
  readonly resource: string;
  /** What must be true, in words. */
  readonly claim: string;
}

/**
 * The catalogue as a simulated world needs it. What an assertion would see of something that the simulation knows nothing of (a
 * database, a certificate, what a page says) is taken from the samples of its kind: a passing one as long as its resource
 * works, a failing one otherwise.
 */
export class AssumingKinds implements Kinds {
  readonly #kinds: Kinds;
  readonly #world: SimulatedWorld;
  readonly #works: (resource: string) => boolean;
  /** By check: whether it is looked at in the simulated world, or assumed. */
  readonly #isAssumed = new Map<string, Assumption | null>();
  /** Of options that are asked for at every look. */
  readonly #written = new WeakMap<JsonObject, string>();

  /**
   * Begins without assumptions.
   *
   * @param kinds - The catalogue.
   * @param world - The simulated world.
   * @param works - Whether a resource works.
   */
  constructor(kinds: Kinds, world: SimulatedWorld, works: (resource: string) => boolean) {
    this.#kinds = kinds;
    this.#world = world;
    this.#works = works;
  }

  /**
   * What had to be assumed so far.
   *
   * @returns Each once.
   */
  get assumptions(): readonly Assumption[] {
    return [...this.#isAssumed.values()].filter((each) => each !== null);
  }

  /**
   * The names of all kinds of resources.
   *
   * @returns Them.
   */
  get resourceNames(): readonly string[] {
    return this.#kinds.resourceNames;
  }

  readonly action: Kinds["action"] = (kind) => this.#kinds.action(kind);

  readonly resource: Kinds["resource"] = async (name) => {
    const kind: ResourceKind<DeployWorld> | null = await this.#kinds.resource(name);
    const lifecycle = kind?.lifecycle ?? null;
    if (kind === null || lifecycle === null || SIMULATED.has(name)) return kind;
    return { ...kind, lifecycle: this.#world.things.lifecycle(lifecycle) };
  };

  readonly assertion: Kinds["assertion"] = async (name) => {
    const kind = await this.#kinds.assertion(name);
    if (kind === null) return null;
    return {
      ...kind,
      // What is not simulated cannot be loaded, and need not be.
      uses: [],
      check: (parameters, world, scope) => this.#check(kind, { parameters, world, scope }),
    };
  };

  async #check(
    kind: AssertionKind<World>,
    { parameters, world, scope }: Asked,
  ): Promise<Judgement> {
    const { resource } = scope.target;
    const key = `${resource} ${kind.kind} ${this.#textOf(parameters)}`;
    const known = this.#isAssumed.get(key);
    if (known === null) return await kind.check(parameters, world, scope);
    if (known !== undefined) return this.#sample(kind, resource);
    const judgement = await kind.check(parameters, world, scope).catch((error: unknown) => {
      // Nothing is wrong with what works, as nothing has gone wrong yet: the simulation knows too little of it.
      if (this.#works(resource)) return null;
      throw error;
    });
    if (judgement?.verdict === "pass") this.#isAssumed.set(key, null);
    const isUnknown = judgement?.verdict !== "pass" && this.#works(resource);
    if (judgement !== null && !isUnknown) return judgement;
    this.#isAssumed.set(key, { resource, claim: kind.claim(parameters) });
    return this.#sample(kind, resource);
  }

  #textOf(parameters: JsonObject): string {
    const text = this.#written.get(parameters) ?? canonicalJson(parameters);
    this.#written.set(parameters, text);
    return text;
  }

  #sample(kind: AssertionKind<World>, resource: string): Judgement {
    const verdict = this.#works(resource) ? "pass" : "fail";
    const sample = kind.samples().find(({ expected }) => expected === verdict);
    if (sample === undefined) return { verdict, expected: "", actual: "assumed" };
    const { expected, actual } = sample.judgement;
    return { verdict, expected, actual: `${actual} (assumed)` };
  }
}

interface Asked {
  readonly parameters: JsonObject;
  readonly world: World;
  readonly scope: CheckScope;
}
