import type { Connection } from "./connection.ts";

/** Idle connections cost a file each. */
const IDLE_LIMIT = 1_000;

/** Connections that wait for another request, by origin. */
export class ConnectionPool {
  /** Those of an origin, the one that was used last at the end; an origin without any has no list. */
  readonly #idle = new Map<string, Connection[]>();
  /** The origin of each connection, in the order in which they came. */
  readonly #origins = new Map<Connection, string>();
  readonly #limit: number;

  /**
   * Begins empty.
   *
   * @param limit - How many connections it keeps, over all origins; 1,000 by default, 0 for none.
   */
  constructor(limit: number = IDLE_LIMIT) {
    this.#limit = limit;
  }

  /**
   * Takes a connection out of the pool.
   *
   * @param origin - Scheme, host and port, with whatever else a connection is bound to.
   * @returns The one that was used last, as it is the least likely to have been closed; null when there is none.
   */
  take(origin: string): Connection | null {
    for (;;) {
      const found = this.#idle.get(origin)?.at(-1);
      if (found === undefined) return null;
      this.#remove(found);
      if (found.isUsable) return found;
    }
  }

  /**
   * Keeps a connection for later. When there are enough, the one that has been here longest is closed.
   *
   * @param origin - What to find it by.
   * @param connection - One without an exchange under way, that is not here.
   */
  put(origin: string, connection: Connection): void {
    const connections = this.#idle.get(origin);
    if (connections === undefined) this.#idle.set(origin, [connection]);
    else connections.push(connection);
    this.#origins.set(connection, origin);
    connection.onIdleClose(() => {
      this.#remove(connection);
    });
    const [oldest] = this.#origins.size > this.#limit ? this.#origins.keys() : [];
    if (oldest === undefined) return;
    this.#remove(oldest);
    oldest.destroy();
  }

  /** Closes them all. */
  clear(): void {
    for (const connection of this.#origins.keys()) {
      connection.onIdleClose(null);
      connection.destroy();
    }
    this.#idle.clear();
    this.#origins.clear();
  }

  #remove(connection: Connection): void {
    connection.onIdleClose(null);
    const origin = this.#origins.get(connection);
    const connections = origin === undefined ? undefined : this.#idle.get(origin);
    if (origin === undefined || connections === undefined) return;
    this.#origins.delete(connection);
    connections.splice(connections.lastIndexOf(connection), 1);
    if (connections.length === 0) this.#idle.delete(origin);
  }
}
