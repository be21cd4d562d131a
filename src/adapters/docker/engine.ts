import { ObservationError } from "../../model/errors.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { ContainerLog, Containers, ContainerUsage } from "../../ports/containers.ts";
import type { Inspected } from "./container-state.ts";

/** How a command is run inside a container. */
export type InsideOptions = Parameters<Containers["run"]>[2];

/** How logs are read. */
export type LogOptions = Parameters<Containers["logs"]>[1];

/** One engine: as the port, for names alone. */
export interface Engine extends AsyncDisposable {
  readonly inspect: (name: string, signal: AbortSignal) => Promise<Inspected | null>;
  readonly logs: (name: string, options: LogOptions) => Promise<ContainerLog | null>;
  readonly usage: (name: string, signal: AbortSignal) => Promise<ContainerUsage | null>;
  readonly run: (
    name: string,
    command: readonly string[],
    options: InsideOptions,
  ) => Promise<CommandOutcome>;
}

/** A container has no such command, or one that cannot be run. */
export class CommandNotStarted extends ObservationError {}

/** How engines want containers to be called, ids included. Whatever else is asked for, they have none of that name. */
const NAME = /^[A-Za-z0-9][\w.-]{0,254}$/u;

/**
 * Tells whether a container may be called so.
 *
 * @param name - A name or id.
 * @returns False when no engine can have such a container.
 */
export function isContainerName(name: string): boolean {
  return NAME.test(name);
}
