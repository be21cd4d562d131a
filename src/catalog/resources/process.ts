import { ENVIRONMENT } from "../../model/command-environment.ts";
import { command } from "../../model/composite-types.ts";
import { duration, integer, oneOf } from "../../model/option-types.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";
import { processLifecycle } from "../lifecycles/process-lifecycle.ts";

const STOP_SIGNALS = [
  "SIGTERM",
  "SIGINT",
  "SIGQUIT",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGKILL",
] as const;

/**
 * A process of this machine.
 *
 * Without assertions, it must be running: one with exactly this program and these arguments.
 *
 * @example
 * ```ts
 * new ProcessResource({ name: "worker", command: ["/usr/bin/worker", "--queue", "mail"] });
 * ```
 */
export class ProcessResource extends resource({
  kind: "process",
  name: "ProcessResource",
  summary: "A process of this machine.",
  fields: {
    command: command().required("The program and its arguments; no shell is involved."),
    cwd: PATH.optional("Where it runs; in the project's folder by default."),
    envVars: ENVIRONMENT.or({}, "Its environment, as text or secret references."),
    stopSignal: oneOf(STOP_SIGNALS).or("SIGTERM", "What tells it to end."),
    stopGrace: duration({ mayBeZero: true }).or(
      10,
      "How long it may take to end before it is killed.",
    ),
    logFile: PATH.optional("Where what it prints goes; into the project's state by default."),
    logMaxMb: integer(1, 1_000_000).or(10, "The most that this file may hold, in MiB."),
    logKeep: integer(0, 100).or(3, "How many older files are kept beside it."),
  },
  checkIntervalSeconds: 10,
  target: (parameters) => ({ command: parameters.command }),
  builtIn: () => [{ kind: "process-running", parameters: {} }],
  lifecycle: processLifecycle,
  sample: { command: ["/usr/bin/worker", "--queue", "mail"] },
}) {}
