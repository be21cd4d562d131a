import type { Incident, Message, RepairAttempt } from "../../model/incident.ts";
import type { WatchChangeOf, WatchChangeType } from "../../ports/watch-store.ts";
import type { Connection } from "./connection.ts";
import { json, put } from "./rows.ts";

/** How each change is made. */
const WRITES: {
  readonly [T in WatchChangeType]: (connection: Connection, change: WatchChangeOf<T>) => void;
} = {
  "put-watch": (connection, { state }) => {
    putState(connection, state.resource, json(state));
  },
  "delete-watch": (connection, { resource }) => {
    connection.run("DELETE FROM watches WHERE resource = ?", resource);
    forgetHeartbeat(connection, resource);
  },
  "put-incident": (connection, { incident }) => {
    putEpisode(connection, "incident", incident, incident.closedAt);
  },
  "put-repair": (connection, { repair }) => {
    putEpisode(connection, "repair", repair, repair.endedAt);
  },
  "put-event": putEvent,
  "put-hold": (connection, { hold }) => {
    put(connection, "holds (id, document)", [hold.id, json(hold)]);
    raise(connection, "hold", hold.id);
  },
  "delete-hold": (connection, { id }) => {
    connection.run("DELETE FROM holds WHERE id = ?", id);
  },
  "put-message": putMessage,
  "put-delivery": putDelivery,
  "put-heartbeat": (connection, { heartbeat }) => {
    put(connection, "heartbeats (resource, document)", [heartbeat.resource, json(heartbeat)]);
  },
  "put-audit": (connection, { record }) => {
    put(connection, "audit (id, document)", [record.id, json(record)]);
    raise(connection, "audit", record.id);
  },
};

/**
 * Makes one change of what is known of what is watched.
 *
 * @param connection - The database, in a transaction.
 * @param change - The change.
 * @throws {@link StateError} When it is too large.
 */
export function applyWatch<T extends WatchChangeType>(
  connection: Connection,
  change: WatchChangeOf<T>,
): void {
  WRITES[change.type](connection, change);
}

/**
 * Forgets what a job reported.
 *
 * @param connection - The database, in a transaction.
 * @param resource - What stood for it.
 */
export function forgetHeartbeat(connection: Connection, resource: string): void {
  connection.run("DELETE FROM heartbeats WHERE resource = ?", resource);
}

/**
 * Writes what is believed of a resource.
 *
 * @param connection - The database, in a transaction.
 * @param resource - Its name.
 * @param document - The state, as JSON.
 */
export function putState(connection: Connection, resource: string, document: string): void {
  const sql = `INSERT INTO watches (resource, document) VALUES (?, ?)
    ON CONFLICT (resource) DO UPDATE SET document = excluded.document`;
  connection.run(sql, resource, document);
}

function putEpisode(
  connection: Connection,
  name: "incident" | "repair",
  episode: Incident | RepairAttempt,
  endedAt: number | null,
): void {
  const { id, resource } = episode;
  const isOpen = endedAt === null ? 1 : 0;
  const columns = `${name}s (id, resource, is_open, document)`;
  put(connection, columns, [id, resource, isOpen, json(episode)]);
  raise(connection, name, id);
}

function putEvent(connection: Connection, { event }: WatchChangeOf<"put-event">): void {
  const { id, resource } = event;
  put(connection, "events (id, resource, document)", [id, resource, json(event)]);
  raise(connection, "event", id);
}

function putMessage(connection: Connection, change: WatchChangeOf<"put-message">): void {
  const { message, channels } = change;
  writeMessage(connection, message);
  const progress = { attempts: 0, nextAt: message.at, state: "pending", problem: null };
  for (const channel of channels) {
    // One that is known already stays as far as it has come.
    connection.run(
      "INSERT OR IGNORE INTO deliveries VALUES (?, ?, 'pending', ?)",
      message.id,
      channel,
      json(progress),
    );
  }
}

function putDelivery(connection: Connection, change: WatchChangeOf<"put-delivery">): void {
  const { message, channel, ...progress } = change.delivery;
  writeMessage(connection, message);
  const columns = "deliveries (message, channel, state, document)";
  put(connection, columns, [message.id, channel, progress.state, json(progress)]);
}

function writeMessage(connection: Connection, message: Message): void {
  const { id, resource, at } = message;
  // What a message tells does not change.
  const sql = "INSERT OR IGNORE INTO messages (id, resource, at, document) VALUES (?, ?, ?, ?)";
  connection.run(sql, id, resource, Math.round(at), json(message));
  raise(connection, "message", id);
}

function raise(connection: Connection, name: string, id: number): void {
  const sql = "UPDATE counters SET value = ? WHERE name = ? AND value < ?";
  connection.run(sql, id, name, id);
}
