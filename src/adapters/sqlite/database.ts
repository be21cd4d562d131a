import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { StateConflictError, StateError } from "../../model/deploy-errors.ts";
import { isOpen, type Version } from "../../model/deployment.ts";
import type { Expectation, StateChange, StateSnapshot } from "../../ports/store.ts";
import { readResource, readStep, readSummary, readVersion } from "./documents.ts";
import { stateFailure } from "./failures.ts";
import { MIGRATIONS } from "./schema.ts";
import type { StoreCall } from "./store-calls.ts";

const BUSY_TIMEOUT_MS = 5_000;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const LIMIT_BYTES = 64 * 1024 * 1024;

const EMPTY: StateSnapshot = {
  serial: 0,
  run: 0,
  resources: new Map(),
  openSteps: [],
  lastStep: 0,
  lastVersion: 0,
  pinnedTo: null,
};

/** The state of a project in one SQLite file, synchronously. It is made by the first commit; until then, nothing is written. */
export class StateDatabase {
  readonly #path: string;
  #database: DatabaseSync | null = null;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * Opens nothing yet.
   *
   * @param path - The absolute path of the file.
   */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Carries out one call.
   *
   * @param call - What is asked.
   * @returns What the store's function of that name gives.
   * @throws {@link StateError} When the file cannot be read or written.
   */
  answer(call: StoreCall): unknown {
    try {
      if (call.method === "commit") return this.#commit(call.changes, call.expect);
      if (this.#database === null && !existsSync(this.#path)) return nothingYet(call);
      this.#open();
      return this.#read(call);
    } catch (error) {
      throw stateFailure(error, this.#path);
    }
  }

  /** Closes the file. */
  close(): void {
    this.#statements.clear();
    this.#database?.close();
    this.#database = null;
  }

  #read(call: Exclude<StoreCall, { method: "commit" }>): unknown {
    switch (call.method) {
      case "snapshot":
        return this.#snapshot();
      case "versions":
        return this.#all(
          "SELECT summary, number FROM versions ORDER BY number DESC LIMIT ?",
          call.limit,
        ).map(({ summary, number }) => readSummary(text(summary), `version ${String(number)}`));
      case "version":
        return this.#version(call.number);
      case "steps":
        return this.#steps(
          "SELECT id, document FROM steps WHERE version = ? ORDER BY id",
          call.version,
        );
      case "quarantined":
        return this.#quarantined(call.hash);
      case "content":
        return (
          this.#get("SELECT bytes FROM contents WHERE sha256 = ?", call.sha256)?.["bytes"] ?? null
        );
    }
  }

  #version(number: number): Version | null {
    const row = this.#get("SELECT document FROM versions WHERE number = ?", number);
    return row && readVersion(text(row["document"]), `version ${String(number)}`);
  }

  #quarantined(hash: string): unknown {
    const row = this.#get(
      `SELECT number, status FROM versions WHERE hash = ?
         AND status IN ('failed', 'rolled-back', 'deployed') ORDER BY number DESC LIMIT 1`,
      hash,
    );
    return row === null || row["status"] === "deployed" ? null : row["number"];
  }

  #snapshot(): StateSnapshot {
    this.#run("BEGIN");
    try {
      const counters = new Map(
        this.#all("SELECT name, value FROM counters").map(({ name, value }) => [name, value]),
      );
      const count = (name: string): number => Number(counters.get(name) ?? 0);
      const pinnedTo = counters.get("pinned_to");
      const resources = this.#all("SELECT name, document FROM resources ORDER BY rowid").map(
        ({ name, document }) =>
          [text(name), readResource(text(document), `resource ${text(name)}`)] as const,
      );
      const most = (table: string, column: string): number =>
        Number(this.#get(`SELECT max(${column}) AS most FROM ${table}`)?.["most"] ?? 0);
      return {
        serial: count("serial"),
        run: count("run"),
        resources: new Map(resources),
        openSteps: this.#steps("SELECT id, document FROM steps WHERE is_open = 1 ORDER BY id"),
        lastStep: most("steps", "id"),
        lastVersion: most("versions", "number"),
        pinnedTo: typeof pinnedTo === "number" ? pinnedTo : null,
      };
    } finally {
      this.#run("COMMIT");
    }
  }

  #steps(sql: string, ...values: readonly number[]): StateSnapshot["openSteps"] {
    return this.#all(sql, ...values).map(({ id, document }) =>
      readStep(text(document), `step ${String(id)}`),
    );
  }

  #commit(changes: readonly StateChange[], expect: Expectation): number {
    this.#open();
    this.#run("BEGIN IMMEDIATE");
    try {
      const serial = this.#counter("serial");
      this.#refuseUnexpected(expect, { serial, run: this.#counter("run") });
      for (const change of changes) this.#apply(change);
      this.#run("UPDATE counters SET value = ? WHERE name = 'serial'", serial + 1);
      this.#run("COMMIT");
      return serial + 1;
    } catch (error) {
      // Of some failures SQLite has gone back by itself.
      if (this.#database?.isTransaction === true) this.#run("ROLLBACK");
      throw error;
    }
  }

  #refuseUnexpected(
    expect: Expectation,
    found: { readonly serial: number; readonly run: number },
  ): void {
    for (const name of ["serial", "run"] as const) {
      const expected = expect[name];
      if (expected === undefined || expected === found[name]) continue;
      throw new StateConflictError(
        `the state has changed meanwhile: expected ${name} ${String(expected)}, found ${String(found[name])}`,
      );
    }
  }

  #apply(change: StateChange): void {
    switch (change.type) {
      case "put-resource":
        this.#run(
          `INSERT INTO resources (name, document) VALUES (?, ?)
             ON CONFLICT (name) DO UPDATE SET document = excluded.document`,
          change.name,
          json(change.resource),
        );
        break;
      case "delete-resource":
        this.#run("DELETE FROM resources WHERE name = ?", change.name);
        break;
      case "put-step": {
        const { step } = change;
        const sql =
          "INSERT OR REPLACE INTO steps (id, version, is_open, document) VALUES (?, ?, ?, ?)";
        this.#run(sql, step.id, step.version, isOpen(step) ? 1 : 0, json(step));
        break;
      }
      case "put-version": {
        const { resources, results, files, ...summary } = change.version;
        const { number, hash, status } = summary;
        const document = json({ ...summary, resources, results, files });
        const sql =
          "INSERT OR REPLACE INTO versions (number, hash, status, summary, document) VALUES (?, ?, ?, ?, ?)";
        this.#run(sql, number, hash, status, json(summary), document);
        break;
      }
      case "keep-content":
        refuseTooLarge(change.bytes.byteLength);
        this.#run("INSERT OR IGNORE INTO contents VALUES (?, ?)", change.sha256, change.bytes);
        break;
      case "begin-run":
        this.#beginRun(change.run);
        break;
      case "set-pin":
        this.#run("UPDATE counters SET value = ? WHERE name = 'pinned_to'", change.version);
    }
  }

  #beginRun(run: number): void {
    const begun = this.#counter("run");
    if (run <= begun) {
      throw new StateConflictError(
        `a run must come after ${String(begun)}, which has begun: got ${String(run)}`,
      );
    }
    this.#run("UPDATE counters SET value = ? WHERE name = 'run'", run);
  }

  #counter(name: string): number {
    return Number(this.#get("SELECT value FROM counters WHERE name = ?", name)?.["value"] ?? 0);
  }

  #open(): void {
    if (this.#database !== null) return;
    prepareFile(this.#path);
    const database = new DatabaseSync(this.#path, { timeout: BUSY_TIMEOUT_MS });
    try {
      migrate(database, this.#path);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#database = database;
  }

  #get(sql: string, ...values: readonly Value[]): Row | null {
    return this.#statement(sql).get(...values) ?? null;
  }

  #all(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.#statement(sql).all(...values);
  }

  #run(sql: string, ...values: readonly Value[]): void {
    this.#statement(sql).run(...values);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#database === null) throw new StateError("the state is closed");
    const made = this.#database.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }
}

type Value = string | number | null | Uint8Array;
type Row = Record<string, unknown>;

// Nobody else may read it: it tells how machines are set up.
function prepareFile(path: string): void {
  const folder = dirname(path);
  if (mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER }) !== undefined) {
    writeFileSync(join(folder, ".gitignore"), "*\n");
  }
  if (existsSync(path)) return;
  closeSync(openSync(path, "a", PRIVATE_FILE));
  chmodSync(path, PRIVATE_FILE);
}

function migrate(database: DatabaseSync, path: string): void {
  // Decisions must survive a loss of power as well.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > MIGRATIONS.length) {
    throw new StateError(
      `the state was written by a newer version of Clockwork: it has format ${String(version)}, this one knows ${String(MIGRATIONS.length)}`,
      { code: "state-newer", hint: "use that version, or a newer one" },
    );
  }
  if (version === MIGRATIONS.length) return;
  if (version > 0) {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    copyFileSync(path, `${path}.backup-${String(version)}`);
  }
  database.exec("BEGIN IMMEDIATE");
  // Somebody else may have been quicker.
  const now = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  for (const sql of MIGRATIONS.slice(now)) database.exec(sql);
  database.exec(`PRAGMA user_version = ${String(MIGRATIONS.length)}; COMMIT`);
}

function nothingYet({ method }: StoreCall): unknown {
  if (method === "snapshot") return EMPTY;
  return method === "versions" || method === "steps" ? [] : null;
}

function json(document: unknown): string {
  const written = JSON.stringify(document);
  refuseTooLarge(written.length);
  return written;
}

function refuseTooLarge(sizeBytes: number): void {
  if (sizeBytes <= LIMIT_BYTES) return;
  throw new StateError(
    `a part of the state must be at most ${String(LIMIT_BYTES)} bytes: got ${String(sizeBytes)}`,
  );
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new StateError("the state is damaged: a column holds no text");
}
