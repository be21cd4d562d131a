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
];
