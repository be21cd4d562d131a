import type { Delivery, Incident, Message, RepairAttempt } from "../../model/incident.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { WatchChange } from "../../ports/watch-store.ts";
import type { Connection } from "./connection.ts";
import { json, put } from "./rows.ts";

/**
 * Makes one change of what is known of what is watched.
 *
 * @param connection - The database, in a transaction.
 * @param change - The change.
 * @throws {@link StateError} When it is too large.
 */
export function applyWatch(connection: Connection, change: WatchChange): void {
  switch (change.type) {
    case "put-watch":
      putState(connection, change.state.resource, json(change.state));
      break;
    case "delete-watch":
      connection.run("DELETE FROM watches WHERE resource = ?", change.resource);
      break;
    case "put-incident":
      putEpisode(connection, "incident", change.incident, change.incident.closedAt);
      break;
    case "put-repair":
      putEpisode(connection, "repair", change.repair, change.repair.endedAt);
      break;
    case "put-event":
      putEvent(connection, change.event);
      break;
    case "put-hold":
      put(connection, "holds (id, document)", [change.hold.id, json(change.hold)]);
      raise(connection, "hold", change.hold.id);
      break;
    case "delete-hold":
      connection.run("DELETE FROM holds WHERE id = ?", change.id);
      break;
    case "put-message":
      putMessage(connection, change.message, change.channels);
      break;
    case "put-delivery":
      putDelivery(connection, change.delivery);
  }
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

function putEvent(connection: Connection, event: WatchEvent): void {
  const { id, resource } = event;
  put(connection, "events (id, resource, document)", [id, resource, json(event)]);
  raise(connection, "event", id);
}

function putMessage(connection: Connection, message: Message, channels: readonly string[]): void {
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

function putDelivery(connection: Connection, delivery: Delivery): void {
  const { message, channel, ...progress } = delivery;
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
