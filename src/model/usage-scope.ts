import { ownContainer, type ContainerOptions } from "./container-option.ts";
import { requireAtMostOne } from "./option-rules.ts";
import { InvalidOption } from "./options.ts";
import { shownCriteria } from "./process-selection.ts";
import type { ContainerEngine, Target } from "./target.ts";

/** Whose use is measured: at most one is not null, and the whole machine's where none is. */
export interface UsageScope extends ContainerOptions {
  /** The name of processes. */
  readonly process: string | null;
  /** The program and arguments of a process. */
  readonly command: readonly string[] | null;
}

/** What the resource adds. */
export interface OwnUsage {
  readonly container?: string;
  readonly engine?: ContainerEngine;
  readonly command?: readonly string[];
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
  { container, engine, process, command }: UsageScope,
  target: Target,
): OwnUsage {
  requireAtMostOne({ container, process, command });
  const ofProcess = process ?? command;
  const isContainer = (container ?? engine) !== null;
  if (isContainer || (ofProcess === null && target.container !== null)) {
    requireAtMostOne({ engine, process, command });
    return ownContainer({ container, engine }, target);
  }
  if (ofProcess !== null) return {};
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
export function shownUsageScope({
  container,
  process,
  command,
}: Omit<UsageScope, "engine">): string {
  if (container !== null) return `container ${container}`;
  if (process === null && command === null) return "this machine";
  return `process ${shownCriteria({ name: process, command, pattern: null })}`;
}
