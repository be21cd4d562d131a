import { ObservationError } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";
import { quoted } from "../../model/wording.ts";
import type { ProgramInfo, ProgramState } from "../../ports/supervisor.ts";

/** As a record, so that the compiler sees that none is missing. */
const STATES: Readonly<Record<ProgramState, true>> = {
  STOPPED: true,
  STARTING: true,
  RUNNING: true,
  BACKOFF: true,
  STOPPING: true,
  EXITED: true,
  FATAL: true,
  UNKNOWN: true,
};

/**
 * Reads what `supervisor.getAllProcessInfo` gives.
 *
 * @param value - Anything.
 * @returns One entry per program, in supervisord's order.
 * @throws {@link ObservationError} When it is not what supervisord says; it names what is wrong.
 */
export function programsOf(value: unknown): readonly ProgramInfo[] {
  if (!Array.isArray(value)) throw malformed("a list of programs");
  return value.map((entry: unknown) => programOf(entry));
}

function programOf(entry: unknown): ProgramInfo {
  if (!isRecord(entry)) throw malformed("a struct for each program");
  const name = textOf(entry, "name");
  const group = textOf(entry, "group");
  const state = stateOf(entry);
  const pid = numberOf(entry, "pid");
  return {
    name: group === name ? name : `${group}:${name}`,
    state,
    pid: pid === 0 ? null : pid,
    description: textOf(entry, "description"),
    spawnError: textOf(entry, "spawnerr"),
    exitCode: hasEnded(entry, state) ? numberOf(entry, "exitstatus") : null,
  };
}

// It says 0 when it does not know. It knows of runs that ended by themselves or were stopped, not of those that ended before
// they counted as running (BACKOFF, FATAL).
function hasEnded(entry: Readonly<Record<string, unknown>>, state: ProgramState): boolean {
  if (state === "EXITED") return true;
  const startedSeconds = numberOf(entry, "start");
  return state === "STOPPED" && startedSeconds > 0 && numberOf(entry, "stop") >= startedSeconds;
}

function stateOf(entry: Readonly<Record<string, unknown>>): ProgramState {
  const state = textOf(entry, "statename");
  if (isState(state)) return state;
  throw new ObservationError(`supervisord tells of an unknown state: ${quoted(state)}`);
}

function isState(text: string): text is ProgramState {
  return Object.hasOwn(STATES, text);
}

function textOf(entry: Readonly<Record<string, unknown>>, field: string): string {
  const value = entry[field];
  if (typeof value === "string") return value;
  throw malformed(`a text '${field}' for each program`);
}

function numberOf(entry: Readonly<Record<string, unknown>>, field: string): number {
  const value = entry[field];
  if (typeof value === "number") return value;
  throw malformed(`a number '${field}' for each program`);
}

function malformed(wanted: string): ObservationError {
  return new ObservationError(`supervisord did not give ${wanted}`);
}
