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

/** An id may be shortened to this; anything shorter is a name. */
const SHORT_ID_CHARACTERS = 12;

/**
 * Tells whether a container is the one that was asked for. Engines also find one by the first characters of its id: one that
 * is gone must not be taken for another whose id happens to begin with its name.
 *
 * @param name - What was asked for: a name or an id.
 * @param found - What the engine found.
 * @returns False for another one.
 */
export function isMeant(
  name: string,
  found: { readonly id: string; readonly name: string },
): boolean {
  return name === found.name || (name.length >= SHORT_ID_CHARACTERS && found.id.startsWith(name));
}
