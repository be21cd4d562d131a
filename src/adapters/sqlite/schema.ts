/**
 * The tables of a project's state, as numbered migrations: the first makes version 1 of an empty file, and so on. Documents are
 * JSON; what is looked up by has a column of its own.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER) STRICT, WITHOUT ROWID;
  INSERT INTO counters VALUES ('serial', 0), ('run', 0), ('pinned_to', NULL);

  CREATE TABLE resources (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;

  CREATE TABLE steps (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX steps_of_version ON steps (version);
  CREATE INDEX open_steps ON steps (id) WHERE is_open = 1;

  CREATE TABLE versions (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    status TEXT NOT NULL,
    summary TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX versions_of_hash ON versions (hash, number);

  CREATE TABLE contents (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  `,
  `
  CREATE TABLE watches (resource TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;

  CREATE TABLE incidents (
    id INTEGER PRIMARY KEY,
    resource TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX incidents_of_resource ON incidents (resource, id);
  CREATE INDEX open_incidents ON incidents (id) WHERE is_open = 1;

  CREATE TABLE repairs (
    id INTEGER PRIMARY KEY,
    resource TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX repairs_of_resource ON repairs (resource, id);
  CREATE INDEX open_repairs ON repairs (id) WHERE is_open = 1;

  CREATE TABLE events (id INTEGER PRIMARY KEY, resource TEXT, document TEXT NOT NULL) STRICT;
  CREATE INDEX events_of_resource ON events (resource, id);

  CREATE TABLE holds (id INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT;

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    resource TEXT NOT NULL,
    at INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE TABLE deliveries (
    message INTEGER NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (message, channel)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pending_deliveries ON deliveries (message) WHERE state = 'pending';
  INSERT INTO counters VALUES
    ('incident', 0), ('repair', 0), ('event', 0), ('hold', 0), ('message', 0);

  -- Histories know resources by these numbers.
  CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  -- Results as they came, many in a row; the key begins with their hour.
  CREATE TABLE fresh (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  -- How far an hour is folded: rows up to a key, for resources up to a number.
  CREATE TABLE folding (
    hour INTEGER PRIMARY KEY,
    last_key INTEGER NOT NULL,
    through INTEGER NOT NULL
  ) STRICT;
  -- One row for each resource and hour, hour, day, or 30 days; the key begins with that, so what is old is in one place.
  CREATE TABLE raw (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE minutes (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE hours (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE days (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  `,
  `
  CREATE TABLE heartbeats (resource TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;

  CREATE TABLE audit (id INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT;
  INSERT INTO counters VALUES ('audit', 0);
  `,
];
