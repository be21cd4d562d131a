/** What depends on what: names of resources, each with the names it depends on. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Finds circles in which resources depend on one another.
 *
 * @param graph - Every resource; names that are no key are passed over.
 * @returns Each circle once, as a path that begins and ends with the same name: `["a", "b", "a"]`.
 */
export function findCycles(graph: DependencyGraph): readonly (readonly string[])[] {
  const done = new Set<string>();
  return [...graph.keys()].flatMap((start) => (done.has(start) ? [] : walk(graph, start, done)));
}

interface Step {
  readonly name: string;
  /** What it depends on and has not been looked at yet. */
  readonly left: string[];
}

// Depth first and without recursion, as a chain of dependencies may be as long as a project has resources.
function walk(graph: DependencyGraph, start: string, done: Set<string>): readonly string[][] {
  const cycles: string[][] = [];
  const path: Step[] = [];
  const onPath = new Set<string>();
  const enter = (name: string): void => {
    path.push({ name, left: [...(graph.get(name) ?? [])] });
    onPath.add(name);
  };
  enter(start);
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const next = step.left.shift();
    if (next === undefined) {
      path.pop();
      onPath.delete(step.name);
      done.add(step.name);
    } else if (onPath.has(next)) {
      const names = path.map(({ name }) => name);
      cycles.push([...names.slice(names.indexOf(next)), next]);
    } else if (!done.has(next) && graph.has(next)) enter(next);
  }
  return cycles;
}
