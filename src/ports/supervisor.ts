import type { SecretReference } from "../model/secret.ts";

/** States of a program under supervisord. */
export type ProgramState =
  "STOPPED" | "STARTING" | "RUNNING" | "BACKOFF" | "STOPPING" | "EXITED" | "FATAL" | "UNKNOWN";

/** What supervisord tells of one of its programs. */
export interface ProgramInfo {
  /** `group:name`; just the name when the group has the same. */
  readonly name: string;
  readonly state: ProgramState;
  /** Null when it does not run. */
  readonly pid: number | null;
  /** What supervisord says of it, such as `pid 7, uptime 0:01:02`. */
  readonly description: string;
  /** What went wrong when it was started; empty when nothing did. */
  readonly spawnError: string;
  /** The exit code of its last run; null when it has not ended yet. */
  readonly exitCode: number | null;
}

/** Which supervisord to ask. */
export interface SupervisorAddress {
  /** `unix:///path` or `http://host:port`; null for where supervisord's own configuration says. */
  readonly serverUrl: string | null;
  readonly username: string | null;
  /** Where it is, or the password itself. */
  readonly password: SecretReference | string | null;
}

/** supervisord. Looks that are due together share one listing. */
export interface Supervisor extends AsyncDisposable {
  /**
   * Lists the programs of a supervisord.
   *
   * @throws {@link ObservationError} When it cannot be asked.
   */
  readonly programs: (
    address: SupervisorAddress,
    signal: AbortSignal,
  ) => Promise<readonly ProgramInfo[]>;
}
