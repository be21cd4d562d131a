import type { Connection } from "./connection.ts";

/** Idle connections cost a file each; beyond this many, the next one is closed instead. */
const IDLE_LIMIT = 1_000;

/** Connections that wait for another request, by origin. */
export class ConnectionPool {
  readonly #idle = new Map<string, Connection[]>();
  readonly #limit: number;
  #count = 0;

  /**
   * Begins empty.
   *
   * @param limit - How many connections it keeps, over all origins.
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
    const connections = this.#idle.get(origin);
    for (let found = connections?.pop(); found !== undefined; found = connections?.pop()) {
      this.#count -= 1;
      found.onIdleClose(null);
      if (found.isUsable) return found;
    }
    return null;
  }

  /**
   * Keeps a connection for later, or closes it when there are enough.
   *
   * @param origin - What to find it by.
   * @param connection - One without an exchange under way.
   */
  put(origin: string, connection: Connection): void {
    if (this.#count >= this.#limit) {
      connection.destroy();
      return;
    }
    const connections = this.#idle.get(origin) ?? [];
    this.#idle.set(origin, connections);
    connections.push(connection);
    this.#count += 1;
    connection.onIdleClose(() => {
      const index = connections.indexOf(connection);
      if (index === -1) return;
      connections.splice(index, 1);
      this.#count -= 1;
    });
  }

  /** Closes them all. */
  clear(): void {
    for (const connection of [...this.#idle.values()].flat()) connection.destroy();
    this.#idle.clear();
    this.#count = 0;
  }
}
