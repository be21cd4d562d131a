import { assertion } from "../../model/assertion.ts";
import {
  CONTAINER_FIELDS,
  containerOf,
  describeContainer,
  ownContainer,
} from "../../model/container-option.ts";
import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import type { ContainerReference, Containers } from "../../ports/containers.ts";
import type { World } from "../../ports/world.ts";

/** Enough to see why a program ended. */
const LOG_LINES = 20;
const LINE_LIMIT_CHARACTERS = 500;

/** The log only explains: that a container does not run must be told even when its engine never sends the log. */
const LOG_WAIT_SHARE = 0.5;

/**
 * A container runs; one that is paused or being restarted does not.
 *
 * @example
 * ```ts
 * new ContainerRunningAssert({ container: "nginx-web" });
 * ```
 */
export class ContainerRunningAssert extends assertion({
  kind: "container-running",
  name: "ContainerRunningAssert",
  summary: "A container runs.",
  blameForTimeout: "ourselves",
  uses: ["containers"],
  fields: CONTAINER_FIELDS,
  bind: (options, { target }) => ownContainer(options, target),
  claim: ({ container }) => `container ${container ?? ""} is running`,
  subject: ({ container }) => container ?? "",
  probe: async (options, world: World, { signal, timeoutMs }) => {
    const reference = containerOf(options);
    const containers = await world.containers();
    const state = await containers.find(reference, signal);
    if (state === null) return { progress: null, log: [] };
    const { status, exitCode, isOutOfMemory, error } = state;
    const progress = { status, exitCode, isOutOfMemory, error };
    if (status === "running") return { progress, log: [] };
    using patience = limitedPatience(world, timeoutMs * LOG_WAIT_SHARE, signal);
    return { progress, log: await lastLines(containers, reference, patience.signal) };
  },
  judge: ({ progress, log }) => ({
    verdict: progress?.status === "running" ? "pass" : "fail",
    expected: "running",
    actual: describeContainer(progress),
    ...(log.length === 0 ? {} : { details: log.join("\n") }),
  }),
  samples: [
    {
      options: { container: "nginx-web" },
      observation: {
        progress: { status: "running", exitCode: null, isOutOfMemory: false, error: null },
        log: [],
      },
      verdict: "pass",
    },
    {
      options: { container: "nginx-web" },
      observation: {
        progress: { status: "exited", exitCode: 137, isOutOfMemory: true, error: null },
        log: ["10.0.0.7 GET /report", "reading 2,000,000 rows"],
      },
      verdict: "fail",
    },
    {
      options: { container: "nginx-web" },
      observation: { progress: null, log: [] },
      verdict: "fail",
    },
  ],
}) {}

function limitedPatience(
  { clock }: World,
  waitMs: number,
  signal: AbortSignal,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const cancel = clock.after(waitMs, () => {
    controller.abort(new ObservationError("the engine does not send the log"));
  });
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    [Symbol.dispose]: cancel,
  };
}

async function lastLines(
  containers: Containers,
  reference: ContainerReference,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    const log = await containers.logs(reference, { lines: LOG_LINES, signal });
    return (log?.lines ?? []).map((line) => singleLine(line.slice(0, LINE_LIMIT_CHARACTERS)));
  } catch (error) {
    if (error instanceof ObservationError) return [];
    throw error;
  }
}
