import type { DatabaseAddress, DatabaseSession } from "../../ports/databases.ts";
import type { Resolver } from "../../ports/resolver.ts";

/** All that an engine needs to connect. */
export interface ConnectOptions {
  readonly address: DatabaseAddress;
  /** The secret itself, looked up; null when there is none. It must not get into any message. */
  readonly password: string | null;
  readonly resolver: Resolver;
  /** The folder that the path of a file is relative to. */
  readonly root: string;
  /** Ends the session at any time: every promise of it then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** Connects to one kind of database. */
export type ConnectEngine = (options: ConnectOptions) => Promise<DatabaseSession>;
