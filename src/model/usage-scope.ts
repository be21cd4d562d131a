import { requireAtMostOne } from "./option-rules.ts";
import { InvalidOption } from "./options.ts";
import { shownCriteria } from "./process-selection.ts";
import type { ContainerReference, Target } from "./target.ts";

/** Whose use is measured: at most one is not null, and the whole machine's where none is. */
export interface UsageScope {
  /** The name of a container. */
  readonly container: string | null;
  /** The name of processes. */
  readonly process: string | null;
  /** The program and arguments of a process. */
  readonly command: readonly string[] | null;
}

/**
 * Completes whose use is measured with what the resource is.
 *
 * @param scope - As declared.
 * @param target - What the resource is.
 * @returns The options to add; nothing where it was declared, or the machine is meant.
 * @throws {@link InvalidOption} When several are declared, or the resource has processes that cannot be told from others.
 */
export function ownUsage(
  { container, process, command }: UsageScope,
  target: Target,
): { readonly container?: string; readonly command?: readonly string[] } {
  requireAtMostOne({ container, process, command });
  if ((container ?? process ?? command) !== null) return {};
  if (target.container !== null) return { container: target.container.name };
  if (target.command !== null) return { command: target.command };
  const supervised = target.program ?? target.unit;
  if (supervised === null) return {};
  throw new InvalidOption(`cannot tell which processes are those of ${supervised}`, {
    hint: "name them with process, or declare it on a HostResource for the whole machine",
  });
}

/**
 * Shows whose use is measured.
 *
 * @param scope - Whose it is.
 * @returns `container web`, `process nginx`, or `this machine`.
 */
export function shownUsageScope({ container, process, command }: UsageScope): string {
  if (container !== null) return `container ${container}`;
  if (process === null && command === null) return "this machine";
  return `process ${shownCriteria({ name: process, command, pattern: null })}`;
}

/**
 * Tells which container a name means.
 *
 * @param name - Its name or id.
 * @param target - What the resource is: where it is a container, the name is one of the same engine.
 * @returns The container; one of docker where nothing says otherwise.
 */
export function containerNamed(name: string, target: Target): ContainerReference {
  return { engine: target.container?.engine ?? "docker", name };
}
