import { ProcessRunningAssert } from "../../../catalog/assertions/process-running.ts";
import { HostResource } from "../../../catalog/resources/host.ts";
import { InvalidOption } from "../../../model/options.ts";
import { PROCESS_NAME, selectProcesses } from "../../../model/process-selection.ts";
import type { ProcessInfo } from "../../../ports/processes.ts";
import { draftAssertion, draftResource, type Draft } from "../draft.ts";
import { UnusableWord, type Sight, type SightScope, type Sighting } from "../sight.ts";

const PREFIX = "process:";

/** More parents than anybody has; a list that was read while processes came and went may go in circles. */
const LIMIT_PARENTS = 100;

/** A process that is named as one, whether or not it runs. */
export const prefixedProcessSight: Sight = {
  form: "process:NAME",
  recognise: async (word, scope) => {
    if (!word.startsWith(PREFIX)) return null;
    const name = word.slice(PREFIX.length);
    if (!isProcessName(name)) throw new UnusableWord("must be process:NAME, without a path");
    return {
      label: `process ${name}`,
      unseen: () => draftOf(name, 1),
      look: async (signal) => describe(name, await count(name, { ...scope, signal })),
    };
  },
};

/** A process that runs, by its name alone. */
export const processSight: Sight = {
  form: "the name of a process",
  recognise: async (word, scope) => {
    if (!isProcessName(word)) return null;
    const running = await count(word, scope);
    if (running === 0) return null;
    return {
      label: `process ${word}`,
      unseen: () => draftOf(word, 1),
      look: () => Promise.resolve(describe(word, running)),
    };
  },
};

function isProcessName(name: string): boolean {
  try {
    PROCESS_NAME.read(name);
    return true;
  } catch (error) {
    if (error instanceof InvalidOption) return false;
    throw error;
  }
}

async function count(name: string, { world, signal }: SightScope): Promise<number> {
  const processes = await world.processes();
  const all = await processes.list(signal);
  const own = ownProcesses(all, process.pid);
  const { running } = selectProcesses(all, { name, pattern: null, command: null });
  return running.filter(({ pid }) => !own.has(pid)).length;
}

// This command and what has started it will be gone when the assertion is carried out.
function ownProcesses(all: readonly ProcessInfo[], pid: number): ReadonlySet<number> {
  const parents = new Map(all.map((each) => [each.pid, each.parentPid]));
  const own = new Set<number>();
  for (let current = pid; current > 1 && own.size < LIMIT_PARENTS && !own.has(current);) {
    own.add(current);
    current = parents.get(current) ?? 0;
  }
  return own;
}

function describe(name: string, running: number): Sighting {
  const draft = draftOf(name, Math.max(1, running));
  const times = running === 1 ? "once" : `${String(running)} times`;
  const seen = running === 0 ? "does not run" : `runs ${times}`;
  return { isThere: running > 0, seen, notes: [], draft };
}

function draftOf(name: string, minCount: number): Draft {
  const options = minCount === 1 ? { name } : { name, minCount };
  return {
    name,
    resource: draftResource(HostResource, {}),
    assertions: [draftAssertion(ProcessRunningAssert, options)],
  };
}
