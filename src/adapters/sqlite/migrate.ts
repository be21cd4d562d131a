import { renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StateError } from "../../model/deploy-errors.ts";

/**
 * Tells the format of a state, and refuses one that this program does not understand. Nothing is written.
 *
 * @param database - Open.
 * @param migrations - All that are known.
 * @returns How many of them it has had; 0 for an empty file.
 * @throws {@link StateError} When it was written by a newer version, or by another program.
 */
export function formatOf(database: DatabaseSync, migrations: readonly string[]): number {
  // In this order: whoever makes the tables just now writes their format with them.
  const hasTables = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined;
  const format = userVersion(database);
  if (format > migrations.length) {
    throw new StateError(
      `the state was written by a newer version of Clockwork: it has format ${String(format)}, this one knows up to ${String(migrations.length)}`,
      { code: "state-newer", hint: "use that version, or a newer one" },
    );
  }
  const isForeign = format < 0 || (format === 0 && hasTables);
  if (isForeign) {
    throw new StateError("the state is none of ours: another program wrote that database", {
      hint: "move it away",
    });
  }
  return format;
}

/**
 * Brings a state to the present format, in one transaction; what was there before is copied to `….backup-<format>` first.
 *
 * @param database - Open for writing.
 * @param path - Its file.
 * @param migrations - The first makes format 1 of an empty file, and so on.
 * @throws {@link StateError} When it was written by a newer version, or by another program.
 */
export function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  const format = formatOf(database, migrations);
  if (format === migrations.length) return;
  if (format > 0) backUp(database, path, format);
  database.exec("BEGIN IMMEDIATE");
  try {
    // Somebody else may have been quicker.
    for (const sql of migrations.slice(userVersion(database))) database.exec(sql);
    database.exec(`PRAGMA user_version = ${String(migrations.length)}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

// By SQLite itself: a copy of the file would lack what is in its log, and closing the file would drop the locks on it.
function backUp(database: DatabaseSync, path: string, format: number): void {
  const backup = `${path}.backup-${String(format)}`;
  const temporary = `${backup}.tmp`;
  rmSync(temporary, { force: true });
  database.prepare("VACUUM INTO ?").run(temporary);
  const copy = new DatabaseSync(temporary, { readOnly: true });
  const copied = userVersion(copy);
  copy.close();
  if (copied === format) renameSync(temporary, backup);
  else rmSync(temporary);
}

function userVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}
