import { collectInto, type Collector } from "../../src/model/collector.ts";
import type { Diagnostic } from "../../src/model/diagnostic.ts";

/** What was declared while it was collected. */
export interface Collected {
  readonly resources: unknown[];
  readonly assertions: unknown[];
  readonly problems: Diagnostic[];
}

/** Collects what a task declares, as a load does; every place is line 7 of main.ts. */
export function collecting(task: () => void): Collected {
  const resources: unknown[] = [];
  const assertions: unknown[] = [];
  const problems: Diagnostic[] = [];
  const collector: Collector = {
    addResource: (resource) => resources.push(resource),
    addAssertion: (assertion) => assertions.push(assertion),
    useAssertion: () => undefined,
    addFunction: () => ({ module: "main.ts", position: 0, of: 1, hash: "0".repeat(64) }),
    addProblem: (problem) => problems.push(problem),
    locate: () => ({ file: "main.ts", line: 7, column: 1 }),
  };
  const end = collectInto(collector);
  try {
    task();
  } finally {
    end();
  }
  return { resources, assertions, problems };
}
