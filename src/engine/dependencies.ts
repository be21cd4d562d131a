/** What depends on what: names of resources, each with the names it depends on. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/** Nobody mends more circles than this before looking again. */
const LIMIT_CYCLES = 100;

/**
 * Finds circles in which resources depend on one another.
 *
 * Where circles share resources, not each of them is found, but always one at least.
 *
 * @param graph - Every resource; names that are no key are passed over.
 * @returns Each circle once, as a path that begins and ends with the same name: `["a", "b", "a"]`; at most 100.
 */
export function findCycles(graph: DependencyGraph): readonly (readonly string[])[] {
  const search = new Search(graph);
  for (const name of graph.keys()) search.walk(name);
  return search.cycles;
}

interface Step {
  readonly name: string;
  /** What it depends on and has not been looked at yet. */
  readonly left: Iterator<string>;
}

// Depth first and without recursion, as a chain of dependencies may be as long as a project has resources.
class Search {
  readonly cycles: string[][] = [];
  readonly #graph: DependencyGraph;
  readonly #done = new Set<string>();
  readonly #path: Step[] = [];
  /** Where on the path each name is. */
  readonly #depths = new Map<string, number>();

  constructor(graph: DependencyGraph) {
    this.#graph = graph;
  }

  walk(start: string): void {
    if (this.#done.has(start)) return;
    this.#enter(start);
    for (let step = this.#path.at(-1); step !== undefined; step = this.#path.at(-1)) {
      const next = step.left.next();
      if (next.done === true) this.#leave(step);
      else this.#follow(next.value);
    }
  }

  #follow(name: string): void {
    const depth = this.#depths.get(name);
    if (depth !== undefined) this.#found(depth, name);
    else if (this.#graph.has(name) && !this.#done.has(name)) this.#enter(name);
  }

  #enter(name: string): void {
    const dependencies = new Set(this.#graph.get(name));
    this.#depths.set(name, this.#path.length);
    this.#path.push({ name, left: dependencies.values() });
  }

  #leave({ name }: Step): void {
    this.#path.pop();
    this.#depths.delete(name);
    this.#done.add(name);
  }

  #found(depth: number, name: string): void {
    if (this.cycles.length >= LIMIT_CYCLES) return;
    this.cycles.push([...this.#path.slice(depth).map((step) => step.name), name]);
  }
}
